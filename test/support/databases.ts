import { randomBytes } from 'node:crypto';
import { createConnection } from 'mysql2/promise';
import { inject } from 'vitest';

/** Databases for tests: a fresh one each, on every engine this run has. */

declare module 'vitest' {
  interface ProvidedContext {
    /** The MySQL/MariaDB of the run, as a DSN without a database's name; empty if this run goes without. */
    mysqlServer: string;
  }
}

/** One database that nobody else uses. */
export interface TestDatabase {
  /** For `MySQL.DSN`. Empty on SQLite: the database is then in the server's data directory. */
  readonly dsn: string;
  /** Takes it away. Nothing may use it any more. */
  drop(): Promise<void>;
}

export interface Engine {
  readonly name: 'SQLite' | 'MariaDB';
  createDatabase(): Promise<TestDatabase>;
}

/** What a story runs on: `describe.each(engines())('… on $name', (engine) => …)`. */
export function engines(): readonly Engine[] {
  const server = inject('mysqlServer');
  const sqlite: Engine = { name: 'SQLite', createDatabase: async () => ({ dsn: '', drop: async () => {} }) };
  if (server === '') return [sqlite];
  return [sqlite, { name: 'MariaDB', createDatabase: createTestDatabase }];
}

/** A fresh, empty MariaDB database on the server of this run. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const server = inject('mysqlServer');
  if (server === '') throw new Error('this run has no MariaDB: see the line at its start');
  const database = `chatd_test_${randomBytes(6).toString('hex')}`;
  await runSql(server, `CREATE DATABASE \`${database}\``);
  return {
    dsn: withDatabase(server, database),
    drop: () => runSql(server, `DROP DATABASE IF EXISTS \`${database}\``),
  };
}

/** Runs one statement at `dsn` and gives its rows. */
export async function runSql<Row = unknown>(dsn: string, sql: string, values: unknown[] = []): Promise<Row> {
  const connection = await createConnection(toConnectionOptions(dsn));
  try {
    const [rows] = await connection.query(sql, values);
    return rows as Row;
  } finally {
    await connection.end();
  }
}

/** `dsn` with another database in it. */
export function withDatabase(dsn: string, database: string): string {
  if (dsn.startsWith('mysql://')) {
    const url = new URL(dsn);
    url.pathname = `/${database}`;
    return url.href;
  }
  return dsn.replace(/\/[^/?]*(\?|$)/, `/${database}$1`);
}

const GO_FORM = /^(?<user>[^:@]*)(?::(?<password>.*))?@tcp\((?<host>.+):(?<port>\d+)\)\/(?<database>[^?]*)/;

/** The two forms a test server is named in. Written apart from chatd's own reader, which is under test. */
function toConnectionOptions(dsn: string): object {
  const common = { supportBigNumbers: true, timezone: 'Z', charset: 'utf8mb4', connectTimeout: 10_000 };
  if (dsn.startsWith('mysql://')) return { uri: dsn, ...common };
  const parts = GO_FORM.exec(dsn)?.groups;
  if (parts === undefined)
    throw new Error('CHATD_TEST_MYSQL: expected user:password@tcp(host:port)/ or mysql://');
  const { user, password = '', host, port, database } = parts;
  return {
    user,
    password,
    host,
    port: Number(port),
    database: database === '' ? undefined : database,
    ...common,
  };
}
