import { randomBytes } from 'node:crypto';
import { type Connection, createConnection } from 'mysql2/promise';
import { type PrivateMariadb, startPrivateMariadb } from '../support/mariadb.ts';

/** The MariaDB of a run, as its packages come: durable commit, default sizes. */
export interface BenchMariadb {
  readonly pid: number;
  readonly version: string;
  createDatabase(): Promise<BenchDatabase>;
  stop(): Promise<void>;
}

export interface BenchDatabase {
  /** In the seed's form, for chatd. */
  readonly dsn: string;
  /** For mysql2. */
  readonly url: string;
  query(sql: string, values?: readonly unknown[]): Promise<void>;
  drop(): Promise<void>;
}

export async function startBenchMariadb(): Promise<BenchMariadb> {
  const mariadb = await startPrivateMariadb([]);
  const root = await createConnection(urlOf(mariadb, ''));
  const [rows] = await root.query('SELECT VERSION() AS version');
  const [{ version }] = rows as [{ version: string }];
  return {
    pid: mariadb.pid,
    version,
    createDatabase: () => createDatabase(mariadb, root),
    async stop() {
      root.destroy();
      await mariadb.stop();
    },
  };
}

async function createDatabase(mariadb: PrivateMariadb, root: Connection): Promise<BenchDatabase> {
  const name = `chatd_bench_${randomBytes(6).toString('hex')}`;
  await root.query(`CREATE DATABASE \`${name}\` CHARACTER SET utf8mb4`);
  return {
    dsn: mariadb.dsn(name),
    url: urlOf(mariadb, name),
    async query(sql, values = []) {
      await root.query(`USE \`${name}\``);
      await root.query(sql, [...values]);
    },
    async drop() {
      await root.query(`DROP DATABASE \`${name}\``);
    },
  };
}

function urlOf({ port }: PrivateMariadb, database: string): string {
  return `mysql://root@127.0.0.1:${port}/${database}`;
}
