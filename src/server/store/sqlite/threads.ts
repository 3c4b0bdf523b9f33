import { extname } from 'node:path';
import type { Log } from '../../chat/ports.ts';
import type { SqlResult, SqlStatement } from './run-statement.ts';
import { createThread } from './thread.ts';
import type { WriterJobs } from './writer-jobs.ts';

/**
 * A SQLite file behind two threads, so that neither a query nor an fsync ever holds the server's event loop: one
 * writer with one queue, and one read-only connection that sees what is committed.
 * Every call rejects with a SqliteThreadError whose `code` is SQLite's (`SQLITE_CONSTRAINT_UNIQUE`, `SQLITE_FULL` …),
 * `SQLITE_THREAD_GONE` (the thread died: whether a write is stored is not known) or `SQLITE_TRANSACTION_GONE`, or with
 * the ChatError a job threw.
 */
export interface SqliteThreads {
  /** Runs a job as one transaction. Resolves after its COMMIT is on the disk. */
  write<Name extends keyof WriterJobs>(
    job: Name,
    input: WriterJobs[Name]['input'],
  ): Promise<WriterJobs[Name]['output']>;
  /** One statement on the writer, committed by itself, in the queue's order. */
  run(statement: SqlStatement): Promise<SqlResult>;
  /** One statement on the read-only connection. Sees every write that resolved before the call. */
  read(statement: SqlStatement): Promise<SqlResult>;
  /** Waits its turn in the queue and owns it until the transaction ends. Within it, nothing else may be waited for. */
  begin(): Promise<SqliteTransaction>;
  /** Finishes what was asked before, then lets the file and its lock go. */
  close(): Promise<void>;
}

export interface SqliteTransaction {
  run(statement: SqlStatement): Promise<SqlResult>;
  /** Resolves after the COMMIT is on the disk; when it rejects, nothing of the transaction is stored (but THREAD_GONE: unknown). */
  commit(): Promise<void>;
  /** Also when SQLite has rolled back already. */
  rollback(): Promise<void>;
}

export interface WriterData {
  readonly file: string;
  /** Whether to hold `<file>.lock` as long as the thread lives. */
  readonly lock: boolean;
}

export interface ReaderData {
  readonly file: string;
}

export type WriterRequest =
  | { readonly kind: 'job'; readonly job: string; readonly input: unknown }
  | { readonly kind: 'statement'; readonly statement: SqlStatement }
  | { readonly kind: 'begin'; readonly transaction: number }
  | { readonly kind: 'inside'; readonly transaction: number; readonly statement: SqlStatement }
  | { readonly kind: 'end'; readonly transaction: number; readonly how: 'COMMIT' | 'ROLLBACK' };

/**
 * What the reader handles is garbage a moment later. With the usual 48 MB it would let that much of it lie, and SQLite's
 * memory for the statements in it: many times what it needs. (The writer's batches are large: there it would cost time.)
 */
const READER_YOUNG_MB = 3;

/** Opens `file`, made if it is missing. Rejects with SQLITE_BUSY when `lock` is asked for and another process has it. */
export async function openSqliteThreads(options: {
  readonly file: string;
  readonly lock: boolean;
  readonly log: Log;
}): Promise<SqliteThreads> {
  const { file, lock, log } = options;
  const writerData: WriterData = { file, lock };
  const readerData: ReaderData = { file };
  const writer = createThread<WriterRequest>({
    url: threadFile('writer-thread'),
    name: 'sqlite-writer',
    workerData: writerData,
    log,
  });
  const reader = createThread<SqlStatement>({
    url: threadFile('reader-thread'),
    name: 'sqlite-reader',
    workerData: readerData,
    log,
    resourceLimits: { maxYoungGenerationSizeMb: READER_YOUNG_MB },
  });
  let lastTransaction = 0;

  const ask = (request: WriterRequest) => writer.call(request);
  const threads: SqliteThreads = {
    write: async (job, input) => (await ask({ kind: 'job', job, input })) as WriterJobs[typeof job]['output'],
    run: async (statement) => (await ask({ kind: 'statement', statement })) as SqlResult,
    read: async (statement) => (await reader.call(statement)) as SqlResult,
    async begin() {
      lastTransaction += 1;
      const transaction = lastTransaction;
      await ask({ kind: 'begin', transaction });
      return openTransaction(transaction, ask);
    },
    async close() {
      // The reader first: the last connection to go moves the write-ahead log into the file, and only the writer can.
      await reader.close();
      await writer.close();
    },
  };
  await threads.run({ sql: 'SELECT 1', parameters: [] });
  return threads;
}

function openTransaction(
  transaction: number,
  ask: (request: WriterRequest) => Promise<unknown>,
): SqliteTransaction {
  return {
    run: async (statement) => (await ask({ kind: 'inside', transaction, statement })) as SqlResult,
    async commit() {
      await ask({ kind: 'end', transaction, how: 'COMMIT' });
    },
    async rollback() {
      await ask({ kind: 'end', transaction, how: 'ROLLBACK' });
    },
  };
}

/** As .ts from the sources, as .js from dist. */
function threadFile(name: string): URL {
  return new URL(`./${name}${extname(import.meta.url)}`, import.meta.url);
}
