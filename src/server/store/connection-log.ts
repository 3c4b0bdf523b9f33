import type { Clock, Log } from '../chat/ports.ts';
import type { ConnectionClosed, ConnectionLog, ConnectionOpened } from '../chat/record-ports.ts';
import { columnText } from './column-text.ts';
import { readConnectionHistory } from './connection-history.ts';
import { failureCode } from './errors.ts';
import { readLastSeen } from './last-seen.ts';
import type { ConnectionRow, Table } from './tables.ts';
import { writeConnections } from './write-connections.ts';

/** ms between writes. */
const EVERY_MS = 1_000;
/** Rows a statement: small enough for a message not to wait behind it. */
const ROWS = 200;
/** Rows kept for a database that is away; beyond it the oldest are given up. */
const MOST_WAITING = 20_000;

export interface ConnectionLogOptions {
  readonly connections: Table<ConnectionRow>;
  readonly clock: Clock;
  readonly log: Log;
}

/** The connection log, with its end. */
export interface OwnedConnectionLog extends ConnectionLog {
  /** Writes what is left; whoever is still connected was ended by the server. */
  close(): Promise<void>;
}

/**
 * Collects what opens and closes and writes it once a second. A row is whole whenever it is written: a connection that
 * came and went between two writes costs one row, and its end needs no second statement.
 */
export function createConnectionLog({ connections, clock, log }: ConnectionLogOptions): OwnedConnectionLog {
  /** Rows are changed in place: one that still waits to be written is written with its end. */
  const live = new Map<string, ConnectionRow>();
  const waiting = new Set<ConnectionRow>();
  let writing: Promise<void> = Promise.resolve();
  const timer = setInterval(() => void flush(), EVERY_MS);
  timer.unref();

  function wait(row: ConnectionRow): void {
    waiting.add(row);
    if (waiting.size <= MOST_WAITING) return;
    const oldest = waiting.keys().next();
    if (oldest.done !== true) waiting.delete(oldest.value);
  }

  function flush(): Promise<void> {
    writing = writing.then(writeWaiting);
    return writing;
  }

  async function writeWaiting(): Promise<void> {
    const rows = [...waiting];
    waiting.clear();
    for (let start = 0; start < rows.length; start += ROWS) {
      const batch = rows.slice(start, start + ROWS);
      try {
        await writeConnections(connections, batch);
      } catch (error) {
        log.warn('connection_log_not_written', { rows: rows.length - start, error: failureCode(error) });
        putBack(rows.slice(start));
        return;
      }
    }
  }

  /** In front of what came meanwhile. */
  function putBack(rows: readonly ConnectionRow[]): void {
    const newer = [...waiting];
    waiting.clear();
    for (const row of [...rows, ...newer]) wait(row);
  }

  function end(connection: ConnectionClosed): void {
    const row = live.get(connection.id);
    if (row === undefined) return;
    live.delete(connection.id);
    wait(Object.assign(row, toEnd(connection)));
  }

  return {
    opened(connection) {
      const row = toRow(connection);
      live.set(connection.id, row);
      wait(row);
    },
    closed: end,
    flush,
    history: (query) => flush().then(() => readConnectionHistory(connections, query)),
    lastSeen: (userIds) => readLastSeen(connections, userIds),
    async close() {
      clearInterval(timer);
      for (const id of live.keys()) end({ id, closedAt: clock.now(), code: 1012, cause: 'server_stopped' });
      await flush();
    },
  };
}

/** Ends the rows a crash left open. Before anybody connects. */
export async function closeCrashed(connections: Table<ConnectionRow>, clock: Clock): Promise<number> {
  const end = { closedAt: clock.now(), closeCode: 1006, cause: 'crashed' };
  const [count] = await connections.update(end, { where: { closedAt: null } });
  return count;
}

function toRow({ id, userId, openedAt, address, client, userAgent }: ConnectionOpened): ConnectionRow {
  return {
    id: columnText(id, 64),
    userId,
    openedAt,
    address: columnText(address, 64),
    client,
    userAgent: columnText(userAgent, 255),
    closedAt: null,
    closeCode: null,
    cause: null,
  };
}

function toEnd({ closedAt, code, cause }: ConnectionClosed): Partial<ConnectionRow> {
  return { closedAt, closeCode: code, cause: columnText(cause, 255) };
}
