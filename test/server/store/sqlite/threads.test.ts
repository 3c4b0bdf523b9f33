import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Log } from '../../../../src/server/chat/ports.ts';
import { createThread } from '../../../../src/server/store/sqlite/thread.ts';
import { openSqliteThreads } from '../../../../src/server/store/sqlite/threads.ts';
import type { SqliteThreads } from '../../../../src/server/store/sqlite/threads.ts';

const silent: Log = { debug() {}, info() {}, warn() {}, error() {} };
const sql = (text: string, ...parameters: (string | number | null)[]) => ({ sql: text, parameters });

let folder: string;
let file: string;
let threads: SqliteThreads;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'chatd-threads-'));
  file = join(folder, 'chatd.db');
  threads = await openSqliteThreads({ file, lock: true, log: silent });
  await threads.run(sql('CREATE TABLE t (id INTEGER PRIMARY KEY, text TEXT UNIQUE)'));
});
afterEach(async () => {
  await threads.close();
  rmSync(folder, { recursive: true, force: true });
});

const texts = async () =>
  (await threads.read(sql('SELECT text FROM t ORDER BY id'))).rows.map((row) => row['text']);

it('writes every COMMIT through to the disk, in a write-ahead log', async () => {
  const { rows } = await threads.run(
    sql('SELECT * FROM pragma_journal_mode(), pragma_synchronous(), pragma_foreign_keys()'),
  );
  expect(rows).toEqual([{ journal_mode: 'wal', synchronous: 2, foreign_keys: 1 }]);
});

it('gives numbers above 2^31 and text back as they were', async () => {
  await threads.run(sql('INSERT INTO t VALUES (?, ?)', 2 ** 53 - 1, 'x\0y  '));
  expect((await threads.read(sql('SELECT * FROM t'))).rows).toEqual([{ id: 2 ** 53 - 1, text: 'x\0y  ' }]);
});

it('begins the write-ahead log anew while writing never pauses', async () => {
  const [writes, pagesEach, pageBytes] = [1200, 12, 4096];
  let longest = 0;
  await threads.run(sql('CREATE TABLE blobs (bytes BLOB)'));
  // Eight in line: the writer always has a next one.
  const line = Array.from({ length: 8 }, async () => {
    for (let n = 0; n < writes / 8; n += 1) {
      await threads.run(sql('INSERT INTO blobs VALUES (randomblob(?))', pagesEach * pageBytes));
      longest = Math.max(longest, statSync(`${file}-wal`).size);
    }
  });
  await Promise.all(line);
  expect(longest).toBeLessThan(0.7 * writes * pagesEach * pageBytes);
});

it('rejects with SQLite’s code', async () => {
  await threads.run(sql("INSERT INTO t (text) VALUES ('a')"));
  const again = threads.run(sql("INSERT INTO t (text) VALUES ('a')"));
  await expect(again).rejects.toMatchObject({ code: 'SQLITE_CONSTRAINT_UNIQUE' });
  await expect(threads.run(sql('nonsense'))).rejects.toMatchObject({ code: 'SQLITE_ERROR' });
  const written = threads.read(sql("INSERT INTO t (text) VALUES ('b')"));
  await expect(written).rejects.toMatchObject({ code: 'SQLITE_READONLY' });
});

it('keeps a write out of somebody’s open transaction', async () => {
  const transaction = await threads.begin();
  const outside = threads.run(sql("INSERT INTO t (text) VALUES ('outside')"));
  await transaction.run(sql("INSERT INTO t (text) VALUES ('inside')"));
  expect(await texts()).toEqual([]);
  await transaction.rollback();
  await outside;
  expect(await texts()).toEqual(['outside']);
});

it('runs thirty transactions at once, none of them busy', async () => {
  await Promise.all(
    Array.from({ length: 30 }, async (_, n) => {
      const transaction = await threads.begin();
      await transaction.run(sql('INSERT INTO t (text) VALUES (?)', `${n}`));
      await transaction.commit();
    }),
  );
  expect(await texts()).toHaveLength(30);
});

it('does not commit by itself what comes after SQLite has rolled back', async () => {
  await threads.run(sql('PRAGMA max_page_count = 20'));
  const transaction = await threads.begin();
  const big = transaction.run(sql('INSERT INTO t (text) VALUES (hex(zeroblob(200000)))'));
  await expect(big).rejects.toMatchObject({ code: 'SQLITE_FULL' });
  const after = transaction.run(sql("INSERT INTO t (text) VALUES ('stray')"));
  await after.catch(() => undefined);
  await transaction.rollback();
  expect(await texts()).toEqual([]);
  await threads.run(sql("INSERT INTO t (text) VALUES ('next')"));
  expect(await texts()).toEqual(['next']);
});

it('ends a transaction once', async () => {
  const transaction = await threads.begin();
  await transaction.commit();
  await expect(transaction.commit()).rejects.toMatchObject({ code: 'SQLITE_TRANSACTION_GONE' });
  await expect(transaction.run(sql('SELECT 1'))).rejects.toMatchObject({ code: 'SQLITE_TRANSACTION_GONE' });
  await transaction.rollback();
});

it('lets one process at a time have the file', async () => {
  const second = openSqliteThreads({ file, lock: true, log: silent });
  await expect(second).rejects.toMatchObject({ code: 'SQLITE_BUSY' });
});

it('finishes what was asked before it closes, and nothing after', async () => {
  const writes = Promise.all(
    [1, 2, 3].map((n) => threads.run(sql('INSERT INTO t (text) VALUES (?)', `${n}`))),
  );
  await threads.close();
  await writes;
  await expect(threads.run(sql('SELECT 1'))).rejects.toMatchObject({ code: 'SQLITE_THREAD_GONE' });
  threads = await openSqliteThreads({ file, lock: true, log: silent });
  expect(await texts()).toEqual(['1', '2', '3']);
});

it('says so when the file cannot be made', async () => {
  const broken = openSqliteThreads({ file: join(folder, 'missing', 'chatd.db'), lock: true, log: silent });
  await expect(broken).rejects.toThrow(/directory does not exist/);
});

it('rejects what a dying thread was asked, and starts anew with the next call', async () => {
  const died: string[] = [];
  const log: Log = { ...silent, error: (event) => void died.push(event) };
  const url = new URL('./dying-thread.ts', import.meta.url);
  const thread = createThread<string>({ url, name: 'dying', workerData: undefined, log });
  expect(await thread.call('echo')).toBe('echo');
  const [waiting, deadly] = [thread.call('never'), thread.call('die')];
  await expect(waiting).rejects.toMatchObject({ code: 'SQLITE_THREAD_GONE' });
  await expect(deadly).rejects.toMatchObject({ code: 'SQLITE_THREAD_GONE' });
  expect(died).toEqual(['sqlite_thread_died']);
  expect(await thread.call('echo')).toBe('echo');
  await thread.close();
  await expect(thread.call('echo')).rejects.toMatchObject({ code: 'SQLITE_THREAD_GONE' });
});
