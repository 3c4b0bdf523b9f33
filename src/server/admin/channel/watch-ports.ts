import type { z } from 'zod';
import type { AdminWatch, WatchData, WatchInput } from '../../../protocol/admin.ts';

/** What a channel needs of those who know what can be watched: events, messages, connections, figures. */

/** One kind of watch. */
export interface WatchSource<W extends AdminWatch> {
  /** Checks the settings a watch is asked with. */
  readonly settings: z.ZodType<WatchInput<W>>;
  /** How often a watch of this kind is read, ms. */
  readonly everyMs: number;
  /** Reading it costs enough to be held to the share of the event loop that operators' reading may take. */
  readonly isHeavy: boolean;
  /** A watch of one channel, not begun. */
  open(): Watching<W>;
  /** What the audit says the watch is of, if it shows what must be audited; once for each such settings. */
  toAuditTarget?(settings: WatchInput<W>): string | undefined;
}

/** One channel's watch of one kind: keeps what it has told and, for a held order, what was there. */
export interface Watching<W extends AdminWatch> {
  /** Begins, or goes on, with these settings. Throws or rejects with ChatError if they are wrong: then the old ones hold. */
  set(settings: WatchInput<W>): void | Promise<void>;
  /**
   * What is to be told now; undefined if there is nothing new. Read on the clock, at once after `set`, and never before
   * the channel has taken what was read last: what happened between is told together, or counted as skipped.
   */
  read(): WatchData<W> | undefined | Promise<WatchData<W> | undefined>;
}

export type WatchSources = { readonly [W in AdminWatch]: WatchSource<W> };
