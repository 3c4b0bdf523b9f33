import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { fillDatabase } from '../../../src/cli/bench/fill-database.ts';
import { fill, type Filling, type RowWriter, takenNumbers } from './fill.ts';
import { groundOf, type SizedDatabase } from './sized-database.ts';

/** A new database file in a folder of its own under `folder`, with `users` users and what `filling` says. */
export async function createSqlite(folder: string, users: number, filling: Filling): Promise<SizedDatabase> {
  const dataDir = await mkdtemp(join(folder, 'sqlite-'));
  await fillDatabase(groundOf({ dataDir, dsn: '' }), { users, groups: [] });
  const db = new Database(join(dataDir, 'chatd.db'));
  // For the filling alone: nothing of it would be missed, and the server opens the file in its own way.
  db.pragma('journal_mode = OFF');
  db.pragma('synchronous = OFF');
  db.pragma(`cache_size = -${CACHE_KIB}`);
  await fill(toWriter(db), filling);
  const setNext = db.prepare('UPDATE id_blocks SET next = ? WHERE name = ?');
  for (const [name, taken] of Object.entries(takenNumbers(filling))) setNext.run(taken + 1, name);
  db.pragma('journal_mode = WAL');
  db.close();
  return {
    dsn: '',
    dataDir,
    pid: undefined,
    async drop() {
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** Enough for the index that rows are put into at random. */
const CACHE_KIB = 600 * 1024;

function toWriter(db: Database.Database): RowWriter {
  return {
    async insert(table, columns, rows) {
      const places = columns.map(() => '?').join(',');
      const insert = db.prepare(`INSERT INTO ${table} (${columns.join(',')}) VALUES (${places})`);
      db.transaction(() => rows.forEach((row) => insert.run(...row)))();
      // Ctrl-C is heard.
      await nextTurn();
    },
  };
}
