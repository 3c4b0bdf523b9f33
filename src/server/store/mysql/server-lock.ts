import { createHash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { createConnection } from 'mysql2/promise';
import type { Connection, RowDataPacket } from 'mysql2/promise';
import { ChatError } from '../../../protocol/error-codes.ts';
import type { Log } from '../../chat/ports.ts';
import { connectOptions } from './connect-options.ts';
import type { MysqlTarget } from './parse-dsn.ts';

/** s to wait for a chatd that is just ending: its connections may outlive it for a moment. */
const WAIT_S = 2;
/** ms between looks whether it is still held. */
const CHECK_MS = 5_000;
const ANSWER_MS = 10_000;

/** Keeps a second chatd from the database, on a connection of its own. */
export interface ServerLock {
  release(): Promise<void>;
}

/**
 * Takes the lock of `target`'s database, which the server frees when the connection ends, and takes it again when that
 * is lost. Rejects with conflict when another chatd has it, else with what the driver said.
 */
export async function holdServerLock(
  target: MysqlTarget,
  log: Log,
  checkMs: number = CHECK_MS,
): Promise<ServerLock> {
  const stop = new AbortController();
  const watching = watch(await takeLock(target), { target, log, checkMs, signal: stop.signal });
  return {
    async release() {
      stop.abort();
      await watching;
    },
  };
}

interface Watch {
  readonly target: MysqlTarget;
  readonly log: Log;
  readonly checkMs: number;
  readonly signal: AbortSignal;
}

/** Ends when the signal says so, and the connection with it. */
async function watch(first: Connection, { target, log, checkMs, signal }: Watch): Promise<void> {
  let held: Connection | undefined = first;
  while (await waited(checkMs, signal)) {
    if (held !== undefined && (await isHeld(held, target))) continue;
    log.warn('store_lock_lost', { database: target.database });
    held?.destroy();
    held = await takeLock(target).catch((error: unknown) => {
      const isTaken = error instanceof ChatError && error.code === 'conflict';
      log.error(isTaken ? 'store_lock_taken_by_another' : 'store_lock_not_regained', {
        database: target.database,
      });
      return undefined;
    });
  }
  held?.destroy();
}

async function waited(ms: number, signal: AbortSignal): Promise<boolean> {
  try {
    await pause(ms, undefined, { signal, ref: false });
    return true;
  } catch {
    return false;
  }
}

async function takeLock(target: MysqlTarget): Promise<Connection> {
  const connection = await createConnection(connectOptions(target));
  // Without a listener a lost connection would end the process; `watch` finds out by asking.
  connection.on('error', () => connection.destroy());
  try {
    if (!(await ask(connection, `SELECT GET_LOCK(?, ${WAIT_S})`, target))) throw inUse(target);
    return connection;
  } catch (error) {
    connection.destroy();
    throw error;
  }
}

async function isHeld(connection: Connection, target: MysqlTarget): Promise<boolean> {
  try {
    return await ask(connection, 'SELECT IS_USED_LOCK(?) = CONNECTION_ID()', target);
  } catch {
    return false;
  }
}

async function ask(connection: Connection, sql: string, target: MysqlTarget): Promise<boolean> {
  const options = { sql, values: [lockName(target)], rowsAsArray: true, timeout: ANSWER_MS };
  const [rows] = await connection.query<RowDataPacket[]>(options);
  return rows[0]?.[0] === 1;
}

/** Whether some chatd has the database's lock. */
export async function isServerLocked(connection: Connection, target: MysqlTarget): Promise<boolean> {
  return ask(connection, 'SELECT IS_USED_LOCK(?) IS NOT NULL', target);
}

/** Locks are the server's, not the database's, and their names have at most 64 characters. */
function lockName({ database }: MysqlTarget): string {
  return `chatd:${createHash('sha256').update(database).digest('hex').slice(0, 32)}`;
}

function inUse({ database }: MysqlTarget): ChatError {
  return new ChatError('conflict', {
    text: {
      zh: `数据库 ${database} 正被另一个 chatd 使用`,
      en: `another chatd is using the database ${database}`,
    },
  });
}
