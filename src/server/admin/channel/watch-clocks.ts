import type { AdminWatch } from '../../../protocol/admin.ts';
import { toChatError } from '../../../protocol/error-codes.ts';
import type { Log } from '../../chat/ports.ts';
import type { Duty } from './duty.ts';
import type { WatchSource, WatchSources } from './watch-ports.ts';

/** Every kind of watch on a clock of its own, for all channels: it runs while somebody watches. */
export interface WatchClocks {
  /** The watch, of the kinds there are. */
  source(watch: string): WatchSource<AdminWatch> | undefined;
  /** How watches of this kind are read and begun: at once, or when there is time for it. */
  gate(watch: AdminWatch): Gate;
  add(watcher: Watcher): void;
  remove(watcher: Watcher): void;
  /** Reads for one watcher now, not only at the next beat. */
  beat(watcher: Watcher): void;
}

/** One channel's watch of one kind, as the clock sees it. */
export interface Watcher {
  readonly watch: AdminWatch;
  /** Whether all that was written has been taken. While it has not, nothing is read, and nothing more written. */
  readonly isClear: boolean;
  /** A read is under way, or its settings are being changed. */
  readonly isBusy: boolean;
  /** Reads, and writes what it gave. */
  tell(): Promise<void>;
}

/** Runs what reads; rejects with rate_limited if too many wait for it. */
export type Gate = <T>(read: () => T | Promise<T>) => Promise<T>;

export interface WatchClockParts {
  readonly sources: WatchSources;
  readonly duty: Duty;
  readonly log: Log;
}

export function createWatchClocks({ sources, duty, log }: WatchClockParts): WatchClocks {
  const clocks = new Map<AdminWatch, Clock>();
  const source = (watch: string): WatchSource<AdminWatch> | undefined =>
    Object.hasOwn(sources, watch) ? (sources[watch as AdminWatch] as WatchSource<AdminWatch>) : undefined;

  const beat = (watcher: Watcher): void => {
    if (watcher.isBusy || !watcher.isClear) return;
    watcher.tell().catch((error: unknown) => {
      // Too many wait for their turn: the next beat tells what this one would have.
      const { code } = toChatError(error);
      if (code !== 'rate_limited') log.error('watch_failed', { watch: watcher.watch, error });
    });
  };

  return {
    source,
    beat,
    gate: (watch) => (source(watch)?.isHeavy === true ? duty.run : async (read) => read()),

    add(watcher) {
      const { everyMs = 1000 } = source(watcher.watch) ?? {};
      const clock = clocks.get(watcher.watch) ?? startClock(everyMs, beat);
      clocks.set(watcher.watch, clock);
      clock.watchers.add(watcher);
    },

    remove(watcher) {
      const clock = clocks.get(watcher.watch);
      if (clock === undefined || !clock.watchers.delete(watcher) || clock.watchers.size > 0) return;
      clock.stop();
      clocks.delete(watcher.watch);
    },
  };
}

interface Clock {
  readonly watchers: Set<Watcher>;
  stop(): void;
}

function startClock(everyMs: number, beat: (watcher: Watcher) => void): Clock {
  const watchers = new Set<Watcher>();
  const timer = setInterval(() => watchers.forEach(beat), everyMs).unref();
  return { watchers, stop: () => clearInterval(timer) };
}
