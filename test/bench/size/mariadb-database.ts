import { type Connection, createConnection } from 'mysql2/promise';
import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { fillDatabase } from '../../../src/cli/bench/fill-database.ts';
import type { BenchDatabase, BenchMariadb } from '../database.ts';
import { fill, type Filling, type RowWriter, takenNumbers, type Value } from './fill.ts';
import { groundOf, type SizedDatabase } from './sized-database.ts';

/** A new database on `mariadb`, with `users` users and what `filling` says. */
export async function createOnMariadb(
  { mariadb, folder }: { readonly mariadb: BenchMariadb; readonly folder: string },
  users: number,
  filling: Filling,
): Promise<SizedDatabase> {
  const dataDir = await mkdtemp(join(folder, 'data-'));
  const database = await mariadb.createDatabase();
  await fillDatabase(groundOf({ dataDir, dsn: database.dsn }), { users, groups: [] });
  const connections = await Promise.all([connect(database), connect(database)]);
  const [first] = connections;
  try {
    await inOrderAfterwards(first, async () => {
      const writer = new Writer(connections);
      await fill(writer, filling);
      await writer.finish();
    });
    for (const [name, taken] of Object.entries(takenNumbers(filling))) {
      await first.query('UPDATE id_blocks SET `next` = ? WHERE name = ?', [taken + 1, name]);
    }
  } finally {
    for (const connection of connections) connection.destroy();
  }
  return { dsn: database.dsn, dataDir, pid: mariadb.pid, drop: () => database.drop() };
}

/**
 * Among the messages of their conversations, rows come at random: once these are more than the buffer pool holds, that takes
 * hours. So they are put in order when they are there, the pages as full as inserts in no order leave them.
 */
async function inOrderAfterwards(connection: Connection, work: () => Promise<void>): Promise<void> {
  const before = await schemaOf(connection);
  await connection.query(
    'ALTER TABLE messages DROP PRIMARY KEY, DROP INDEX messages_id, ADD PRIMARY KEY (id)',
  );
  await work();
  await connection.query('SET GLOBAL innodb_fill_factor = 70');
  await connection.query(`ALTER TABLE messages DROP PRIMARY KEY, ADD PRIMARY KEY (conversation_no, seq),
    ADD UNIQUE INDEX messages_id (id)`);
  await connection.query('SET GLOBAL innodb_fill_factor = DEFAULT');
  if ((await schemaOf(connection)) !== before) throw new Error('messages is not as the migrations made it');
}

async function schemaOf(connection: Connection): Promise<string> {
  const [rows] = await connection.query('SHOW CREATE TABLE messages');
  const [row] = rows as unknown as readonly { readonly 'Create Table': string }[];
  return row?.['Create Table'] ?? '';
}

function connect({ url }: BenchDatabase): Promise<Connection> {
  return createConnection({ uri: url });
}

/** Several statements under way: while the server stores one, the next is made. */
class Writer implements RowWriter {
  readonly #idle: Connection[];
  readonly #underWay = new Set<Promise<unknown>>();
  #failed: unknown;

  constructor(connections: readonly Connection[]) {
    this.#idle = [...connections];
  }

  async insert(
    table: string,
    columns: readonly string[],
    rows: readonly (readonly Value[])[],
  ): Promise<void> {
    const values = rows.map((row) => `(${row.map(toText).join(',')})`).join(',');
    while (this.#idle.length === 0) await Promise.race(this.#underWay);
    const connection = this.#idle.pop()!;
    const sql = `INSERT INTO \`${table}\` (${columns.join(',')}) VALUES ${values}`;
    const query: Promise<unknown> = connection.query(sql).finally(() => {
      this.#idle.push(connection);
      this.#underWay.delete(query);
    });
    // Told when the next one is waited for.
    query.catch((error: unknown) => (this.#failed ??= error));
    this.#underWay.add(query);
    if (this.#failed !== undefined) throw this.#failed;
  }

  async finish(): Promise<void> {
    await Promise.all(this.#underWay);
    if (this.#failed !== undefined) throw this.#failed;
  }
}

function toText(value: Value): string {
  if (value === null) return 'NULL';
  return typeof value === 'number' ? String(value) : `'${value}'`;
}
