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
/** What is kept for a database that is away; beyond it the oldest are given up. */
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
 * came and went between two writes costs one row, and its end needs no second statement. Of one that lives it keeps no
 * copy: most of them say nothing for hours.
 */
export function createConnectionLog({ connections, clock, log }: ConnectionLogOptions): OwnedConnectionLog {
  const live = new Map<string, ConnectionOpened>();
  /** What is to be written, with its end if it has one. */
  const waiting = new Map<ConnectionOpened, ConnectionClosed | undefined>();
  let writing: Promise<void> = Promise.resolve();
  const timer = setInterval(() => void flush(), EVERY_MS);
  timer.unref();

  function wait(connection: ConnectionOpened, end?: ConnectionClosed): void {
    waiting.set(connection, end);
    if (waiting.size <= MOST_WAITING) return;
    const oldest = waiting.keys().next();
    if (oldest.done !== true) waiting.delete(oldest.value);
  }

  function flush(): Promise<void> {
    writing = writing.then(writeWaiting);
    return writing;
  }

  async function writeWaiting(): Promise<void> {
    const all = [...waiting];
    waiting.clear();
    for (let start = 0; start < all.length; start += ROWS) {
      const rows = all.slice(start, start + ROWS).map(([connection, end]) => toRow(connection, end));
      try {
        await writeConnections(connections, rows);
      } catch (error) {
        log.warn('connection_log_not_written', { rows: all.length - start, error: failureCode(error) });
        putBack(all.slice(start));
        return;
      }
    }
  }

  /** In front of what came meanwhile. */
  function putBack(entries: readonly (readonly [ConnectionOpened, ConnectionClosed | undefined])[]): void {
    const newer = [...waiting];
    waiting.clear();
    for (const [connection, end] of [...entries, ...newer]) wait(connection, end);
  }

  function close(end: ConnectionClosed): void {
    const connection = live.get(end.id);
    if (connection === undefined) return;
    live.delete(end.id);
    waiting.delete(connection);
    // A copy: a database that is away must not keep alive what has gone, with its socket.
    const { id, userId, since, address, client, userAgent } = connection;
    wait({ id, userId, since, address, client, userAgent }, end);
  }

  return {
    opened(connection) {
      live.set(connection.id, connection);
      wait(connection);
    },
    closed: close,
    flush,
    history: (query) => flush().then(() => readConnectionHistory(connections, query)),
    lastSeen: (userIds) => readLastSeen(connections, userIds),
    async close() {
      clearInterval(timer);
      for (const id of live.keys()) close({ id, closedAt: clock.now(), code: 1012, cause: 'server_stopped' });
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

function toRow(opened: ConnectionOpened, end: ConnectionClosed | undefined): ConnectionRow {
  return {
    id: columnText(opened.id, 64),
    userId: opened.userId,
    openedAt: opened.since,
    address: columnText(opened.address, 64),
    client: opened.client,
    userAgent: columnText(opened.userAgent, 255),
    closedAt: end?.closedAt ?? null,
    closeCode: end?.code ?? null,
    cause: end === undefined ? null : columnText(end.cause, 255),
  };
}
