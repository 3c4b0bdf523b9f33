import type { Meters } from '../chat/connection-ports.ts';
import { Latencies } from './latencies.ts';
import { SlidingLatencies } from './sliding-latencies.ts';

/** What has been counted since the start. */
export interface Counts {
  messagesIn: number;
  messagesOut: number;
  stored: number;
  /** Of sockets that have ended. */
  bytesIn: number;
  bytesOut: number;
  refused: number;
  /** Open admin channels, now. */
  consoles: number;
}

/** The meters, and what they say. */
export interface ReadableMeters extends Meters {
  readonly counts: Readonly<Counts>;
  readonly refusals: ReadonlyMap<string, number>;
  /** From the send to the commit: all since the start, what they took together in ms, and those of the last minute. */
  readonly store: {
    readonly latencies: Latencies;
    readonly totalMs: number;
    readonly recent: SlidingLatencies;
  };
}

/** Of five seconds each: a minute. */
export const SLICES = 12;
/** Reasons are fixed words; a mistake must not fill the memory. */
const MAX_REASONS = 64;

export function createMeters(): ReadableMeters {
  const counts: Counts = {
    messagesIn: 0,
    messagesOut: 0,
    stored: 0,
    bytesIn: 0,
    bytesOut: 0,
    refused: 0,
    consoles: 0,
  };
  const refusals = new Map<string, number>();
  const store = { latencies: new Latencies(), totalMs: 0, recent: new SlidingLatencies(SLICES) };

  return {
    counts,
    refusals,
    store,
    messageIn() {
      counts.messagesIn += 1;
    },
    messageStored(ms) {
      counts.stored += 1;
      store.totalMs += ms;
      store.latencies.add(ms);
      store.recent.add(ms);
    },
    messageOut() {
      counts.messagesOut += 1;
    },
    bytesIn(count) {
      counts.bytesIn += count;
    },
    bytesOut(count) {
      counts.bytesOut += count;
    },
    refused(reason) {
      counts.refused += 1;
      const known = refusals.has(reason) || refusals.size < MAX_REASONS ? reason : 'other';
      refusals.set(known, (refusals.get(known) ?? 0) + 1);
    },
    consoleOpened() {
      counts.consoles += 1;
    },
    consoleClosed() {
      counts.consoles -= 1;
    },
  };
}
