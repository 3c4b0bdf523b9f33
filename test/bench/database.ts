import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { type Connection, createConnection } from 'mysql2/promise';
import { type PrivateMariadb, startPrivateMariadb } from '../support/mariadb.ts';

/** The MariaDB of a run, as its packages come: durable commit, default sizes. */
export interface BenchMariadb {
  readonly pid: number;
  readonly version: string;
  createDatabase(): Promise<BenchDatabase>;
  /** Resolves when all that was written is in the files it belongs to. */
  settle(): Promise<void>;
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

/** `settings`: options of mariadbd where it is not to be as it comes. */
export async function startBenchMariadb(settings: readonly string[] = []): Promise<BenchMariadb> {
  const mariadb = await startPrivateMariadb(settings);
  const root = await createConnection(urlOf(mariadb, ''));
  const [rows] = await root.query('SELECT VERSION() AS version');
  const [{ version }] = rows as [{ version: string }];
  return {
    pid: mariadb.pid,
    version,
    createDatabase: () => createDatabase(mariadb, root),
    settle: () => writeDirtyPages(root),
    async stop() {
      root.destroy();
      await mariadb.stop();
    },
  };
}

async function writeDirtyPages(root: Connection): Promise<void> {
  await root.query('SET GLOBAL innodb_max_dirty_pages_pct_lwm = 0, innodb_max_dirty_pages_pct = 0');
  for (let dirty = Infinity; dirty > 0; ) {
    await delay(LOOK_MS);
    const [rows] = await root.query("SHOW GLOBAL STATUS LIKE 'Innodb_buffer_pool_pages_dirty'");
    dirty = Number((rows as { Value: string }[])[0]?.Value);
  }
  await root.query(
    'SET GLOBAL innodb_max_dirty_pages_pct = DEFAULT, innodb_max_dirty_pages_pct_lwm = DEFAULT',
  );
}

const LOOK_MS = 200;

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
