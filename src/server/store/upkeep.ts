import { Op } from 'sequelize';
import type { Clock, Log } from '../chat/ports.ts';
import type { AppendDriver } from './append-driver.ts';
import { failureCode } from './errors.ts';
import type { Tables } from './tables.ts';

const EVERY_MS = 3_600_000;
const FIRST_MS = 60_000;
/** Rows a statement: small enough for a message not to wait behind it. */
const ROWS = 500;
/** ms client ids are remembered: the contract's 7 days. */
const KEEP_SENDS_MS = 7 * 86_400_000;

export interface UpkeepOptions {
  readonly tables: Tables;
  readonly driver: AppendDriver;
  readonly clock: Clock;
  readonly log: Log;
  readonly keepConnectionsMs: number;
  readonly keepAuditMs: number;
}

/** Drops, a minute after the start and every hour, what has been kept long enough. */
export interface Upkeep {
  /** Resolves when all of it is gone. Never rejects. */
  run(): Promise<void>;
  close(): Promise<void>;
}

export function createUpkeep(options: UpkeepOptions): Upkeep {
  let running: Promise<void> = Promise.resolve();
  let isClosed = false;
  const isOpen = (): boolean => !isClosed;
  const run = (): Promise<void> => {
    running = running.then(() => prune(options, isOpen));
    return running;
  };
  const first = setTimeout(run, FIRST_MS);
  const timer = setInterval(run, EVERY_MS);
  first.unref();
  timer.unref();
  return {
    run,
    async close() {
      isClosed = true;
      clearTimeout(first);
      clearInterval(timer);
      await running;
    },
  };
}

async function prune(options: UpkeepOptions, isOpen: () => boolean): Promise<void> {
  const { tables, driver, clock, log, keepConnectionsMs, keepAuditMs } = options;
  const now = clock.now();
  const closedAt = { [Op.lt]: now - keepConnectionsMs };
  const at = { [Op.lt]: now - keepAuditMs };
  try {
    await repeat(() => tables.connections.destroy({ where: { closedAt }, limit: ROWS }), isOpen);
    await repeat(() => tables.audit.destroy({ where: { at }, limit: ROWS }), isOpen);
    await repeat(() => driver.pruneSends(now - KEEP_SENDS_MS, ROWS), isOpen);
  } catch (error) {
    // It is tried again in an hour.
    log.warn('upkeep_failed', { error: failureCode(error) });
  }
}

async function repeat(drop: () => Promise<number>, isOpen: () => boolean): Promise<void> {
  while (isOpen() && (await drop()) === ROWS);
}
