import type { ErrorCode } from '../../protocol/error-codes.ts';
import type { Clock, Log } from '../chat/ports.ts';
import { AppendFailure } from './append-driver.ts';
import type { AppendDriver } from './append-driver.ts';
import type { IdBlocks } from './id-blocks.ts';
import { toAppended, toBatch } from './message-log-batch.ts';
import { afterFailure } from './message-log-failure.ts';
import type { NextStep } from './message-log-failure.ts';
import type { ChangeTurn, MessagesTurn, Turn } from './message-log-turn.ts';

/** One attempt at a turn: settles, in order, every entry whose outcome is known for good, and says how to go on. Never rejects. */
export type RunTurn = (turn: Turn) => Promise<NextStep>;

export interface TurnRunnerOptions {
  readonly driver: AppendDriver;
  readonly clock: Clock;
  readonly log: Log;
  readonly ids: IdBlocks;
}

const DONE: NextStep = { again: [], pauseMs: 0 };

export function createTurnRunner({ driver, clock, log, ids }: TurnRunnerOptions): RunTurn {
  async function runTurn(turn: Turn): Promise<NextStep> {
    try {
      await (turn.kind === 'change' ? changeMembers(turn) : append(turn));
      return DONE;
    } catch (error) {
      turn.attempts += 1;
      const failure =
        error instanceof AppendFailure ? error : new AppendFailure('rejected', 'unknown', error);
      const next = afterFailure(turn, failure);
      report(log, turn, failure);
      if (next.refuse !== undefined) refuse(turn, next.refuse);
      return next;
    }
  }

  function refuse(turn: Turn, code: ErrorCode): void {
    if (code === 'internal') log.error('append_refused', { turn: turn.kind, attempts: turn.attempts });
    for (const entry of turn.entries) entry.refuse(code);
  }

  async function append(turn: MessagesTurn): Promise<void> {
    await takeIds(turn);
    const outcomes = await driver.append(toBatch(turn, clock.now()));
    for (const [index, entry] of turn.entries.entries()) {
      const outcome = outcomes[index] ?? { refused: 'internal' };
      if ('refused' in outcome) entry.refuse(outcome.refused);
      else entry.resolve(toAppended(entry, outcome));
    }
  }

  /** Nothing is awaited that is at hand: the block in use nearly always lasts. */
  async function takeIds({ entries }: MessagesTurn): Promise<void> {
    const without = entries.filter((entry) => entry.id === undefined);
    const taken = ids.take(without.length);
    const given = 'then' in taken ? await taken : taken;
    for (const [index, entry] of without.entries()) entry.id = given[index];
  }

  async function changeMembers(turn: ChangeTurn): Promise<void> {
    const { at, suspect } = turn;
    for (const entry of turn.entries) {
      const changed = await driver.changeMembers({ ...entry.change, at, suspect });
      if ('refused' in changed) entry.refuse(changed.refused);
      else entry.resolve(changed);
    }
  }

  return runTurn;
}

/** The first failures of a turn and then fewer and fewer: an outage must not fill the log. */
function report(log: Log, turn: Turn, failure: AppendFailure): void {
  const { entries, attempts, failures } = turn;
  if ((attempts & (attempts - 1)) !== 0) return;
  const { reason, outcome, driverCode } = failure;
  log.warn('append_failed', { reason, outcome, driverCode, entries: entries.length, attempts, failures });
}
