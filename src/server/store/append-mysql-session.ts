import { createConnection } from 'mysql2/promise';
import type { Connection, ConnectionOptions } from 'mysql2/promise';
import { PacketTooLarge, keepsSession } from './append-mysql-errors.ts';

/** A connection of the message log, in one transaction's hands. */
export interface MysqlSession {
  /**
   * Runs the statements that are there in one round trip, in order, and gives each one's result by its name. Rejects
   * with what mysql2 says; after `timeoutMs` without an answer too.
   */
  query<Name extends string>(statements: Readonly<Record<Name, string | undefined>>): Promise<Results<Name>>;
}

export type Results<Name extends string> = Readonly<Record<Name, MysqlResult | undefined>>;
export type MysqlResult = readonly MysqlRow[] | MysqlChange;
/** Values in the order of the columns. */
export type MysqlRow = readonly unknown[];

export interface MysqlChange {
  readonly insertId: number;
  readonly affectedRows: number;
}

/** A session as its pool holds it. */
export interface OwnedSession extends MysqlSession {
  readonly isBroken: boolean;
  /** Whether the session is as new after `error`: the server answered, and has rolled back. */
  recover(error: unknown): Promise<boolean>;
  /** Whatever transaction is open ends with it. */
  destroy(): void;
}

/** Connects, with settings to trust whatever the server's defaults are. */
export async function openMysqlSession(options: ConnectionOptions, timeoutMs: number): Promise<OwnedSession> {
  const connection = await createConnection({
    ...options,
    charset: 'utf8mb4',
    connectTimeout: timeoutMs,
    multipleStatements: true,
    rowsAsArray: true,
    supportBigNumbers: true,
    timezone: 'Z',
    trace: false,
    // The text is complete: what looks like a placeholder is somebody's message.
    queryFormat: (sql) => sql,
  });
  let isBroken = false;
  const markBroken = () => {
    isBroken = true;
  };
  // Whoever waits for an answer is told by his query; this is for the time in between.
  connection.on('error', markBroken);
  connection.on('end', markBroken);
  try {
    const { maxPacket } = await run(connection, settings(timeoutMs), { timeoutMs, maxBytes: 1024 });
    const limits = { timeoutMs, maxBytes: Number(rowsOf(maxPacket)[0]?.[0]) };
    return {
      query: (statements) => run(connection, statements, limits),
      get isBroken() {
        return isBroken;
      },
      async recover(error) {
        if (isBroken || !keepsSession(error)) return false;
        return run(connection, { rollback: 'ROLLBACK' }, limits).then(
          () => true,
          () => false,
        );
      },
      destroy: () => connection.destroy(),
    };
  } catch (error) {
    connection.destroy();
    throw error;
  }
}

/** The rows of a SELECT; none of a statement that was left out. */
export function rowsOf(result: MysqlResult | undefined): readonly MysqlRow[] {
  return result !== undefined && 'length' in result ? result : [];
}

/** What a changing statement did. */
export function changeOf(result: MysqlResult | undefined): MysqlChange {
  return result === undefined || 'length' in result ? { insertId: 0, affectedRows: 0 } : result;
}

/**
 * The SQL text is escaped for these modes: without NO_BACKSLASH_ESCAPES. Row locks are waited for, but not as long as
 * we wait for an answer.
 */
function settings(timeoutMs: number) {
  return {
    modes: "SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION'",
    lockWait: `SET SESSION innodb_lock_wait_timeout = ${Math.max(1, Math.floor(timeoutMs / 2000))}`,
    isolation: 'SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED',
    maxPacket: 'SELECT @@max_allowed_packet',
  };
}

async function run<Name extends string>(
  connection: Connection,
  statements: Readonly<Record<Name, string | undefined>>,
  { timeoutMs, maxBytes }: { readonly timeoutMs: number; readonly maxBytes: number },
): Promise<Results<Name>> {
  const present = Object.entries<string | undefined>(statements).filter(([, text]) => text !== undefined);
  if (present.length === 0) return {} as Results<Name>;
  const sql = present.map(([, text]) => text).join(';\n');
  if (isLonger(sql, maxBytes)) throw new PacketTooLarge();
  const [answer] = await connection.query({ sql, timeout: timeoutMs });
  const results = present.length === 1 ? [answer] : (answer as unknown[]);
  return Object.fromEntries(present.map(([name], index) => [name, results[index]])) as Results<Name>;
}

/** No character takes more than three bytes per UTF-16 unit, so what is far from the limit need not be measured. */
function isLonger(sql: string, maxBytes: number): boolean {
  return sql.length * 3 >= maxBytes && Buffer.byteLength(sql) >= maxBytes;
}
