import type { ErrorCode } from '../../protocol/error-codes.ts';
import type { AppendFailure } from './append-driver.ts';
import { splitTurn } from './message-log-turn.ts';
import type { Turn } from './message-log-turn.ts';

/** What to do with a turn that failed. */
export interface NextStep {
  /** To be tried next, in this order, before anything that waits. */
  readonly again: readonly Turn[];
  /** Why all of it is refused: it is not stored and never will be. */
  readonly refuse?: ErrorCode;
  readonly pauseMs: number;
}

/** Failures after which a turn is split, so that one bad row does not fail its neighbours. */
const FAILURES_TO_SPLIT = 2;
const FIRST_PAUSE_MS = 10;
const LONGEST_PAUSE_MS = 500;

/**
 * An unknown outcome is only ever tried again, with the same ids. A known one may be refused; and a turn that the
 * database refuses twice is split, down to the single entry that is the reason.
 */
export function afterFailure(turn: Turn, failure: AppendFailure): NextStep {
  turn.suspect = failure.outcome === 'unknown';
  if (turn.suspect) return failure.reason === 'closed' ? { again: [], pauseMs: 0 } : later(turn);
  switch (failure.reason) {
    case 'full':
      return { again: [], refuse: 'storage_full', pauseMs: 0 };
    case 'closed':
      return { again: [], refuse: 'storage_unavailable', pauseMs: 0 };
    case 'unavailable':
      return later(turn);
    case 'conflict':
      return isSingle(turn) ? later(turn) : againOrSplit(turn);
    case 'rejected':
      return isSingle(turn) && turn.failures + 1 >= FAILURES_TO_SPLIT
        ? { again: [], refuse: 'internal', pauseMs: 0 }
        : againOrSplit(turn);
  }
}

function againOrSplit(turn: Turn): NextStep {
  turn.failures += 1;
  const isSplit = turn.kind === 'messages' && !isSingle(turn) && turn.failures >= FAILURES_TO_SPLIT;
  return { again: isSplit ? splitTurn(turn) : [turn], pauseMs: 0 };
}

function isSingle(turn: Turn): boolean {
  return turn.entries.length === 1;
}

function later(turn: Turn): NextStep {
  const pauseMs = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(turn.attempts, 10));
  return { again: [turn], pauseMs };
}
