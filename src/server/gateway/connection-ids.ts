import type { Clock } from '../chat/ports.ts';

/** 2026-01-01: keeps ids short. */
const EPOCH = 1_767_225_600_000;

/**
 * Names for connections, `c-` and a number in base 36. The number is the moment of opening in ms, or the next after the
 * last one: short, and never given twice, across restarts too.
 */
export function createConnectionIds(clock: Clock): () => string {
  let last = 0;
  return () => {
    last = Math.max(last + 1, clock.now() - EPOCH);
    return `c-${last.toString(36)}`;
  };
}
