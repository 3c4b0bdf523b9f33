import { setTimeout as pause } from 'node:timers/promises';
import type { Sequelize, Transaction } from 'sequelize';
import { isDeadlock } from './errors.ts';

const ATTEMPTS = 5;
const PAUSE_MS = 15;

/**
 * Runs `work` in a transaction: committed when it resolves, rolled back when it rejects. One that lost a deadlock is run
 * again, so `work` must have no effect but on the database.
 */
export function inTransaction<Result>(
  sequelize: Sequelize,
  work: (transaction: Transaction) => Promise<Result>,
): Promise<Result> {
  return retryDeadlocks(() => sequelize.transaction(work));
}

/** What `work` gives, which is one transaction: run again if it lost a deadlock. */
export async function retryDeadlocks<Result>(work: () => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (attempt === ATTEMPTS || !isDeadlock(error)) throw error;
      await pause(PAUSE_MS * attempt * (0.5 + Math.random()));
    }
  }
}
