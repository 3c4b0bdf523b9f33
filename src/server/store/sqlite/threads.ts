import { extname } from 'node:path';
import type { Log } from '../../chat/ports.ts';
import { createCheckpoints } from './checkpoints.ts';
import type { WalState } from './checkpoints.ts';
import type { SqlResult, SqlStatement } from './run-statement.ts';
import { createThread } from './thread.ts';
import type { WriterJobs } from './writer-jobs.ts';

/**
 * A SQLite file behind threads, so that neither a query nor an fsync ever holds the server's event loop: one writer with
 * one queue, one read-only connection that sees what is committed, and one that moves the write-ahead log into the file.
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

/** Of the reader and of the checkpointer. */
export interface ThreadData {
  readonly file: string;
}

/** What stands in the writer's queue and belongs to no transaction of somebody's. */
export type AloneRequest =
  | { readonly kind: 'job'; readonly job: string; readonly input: unknown }
  | { readonly kind: 'statement'; readonly statement: SqlStatement }
  | { readonly kind: 'checkpoint' };

export type WriterRequest =
  | AloneRequest
  | { readonly kind: 'begin'; readonly transaction: number }
  | { readonly kind: 'inside'; readonly transaction: number; readonly statement: SqlStatement }
  | { readonly kind: 'end'; readonly transaction: number; readonly how: 'COMMIT' | 'ROLLBACK' };

/**
 * What the reader handles is garbage a moment later. With the usual 48 MB it would let that much of it lie, and SQLite's
 * memory for the statements in it: many times what it needs. (The writer's batches are large: there it would cost time.)
 */
const READER_YOUNG_MB = 3;
const CHECKPOINTER_YOUNG_MB = 1;

/** Opens `file`, made if it is missing. Rejects with SQLITE_BUSY when `lock` is asked for and another process has it. */
export async function openSqliteThreads(options: {
  readonly file: string;
  readonly lock: boolean;
  readonly log: Log;
}): Promise<SqliteThreads> {
  const { file, lock, log } = options;
  const writerData: WriterData = { file, lock };
  const workerData: ThreadData = { file };
  const writer = createThread<WriterRequest>({
    url: threadFile('writer-thread'),
    name: 'sqlite-writer',
    workerData: writerData,
    log,
  });
  const reader = createThread<SqlStatement>({
    url: threadFile('reader-thread'),
    name: 'sqlite-reader',
    workerData,
    log,
    resourceLimits: { maxYoungGenerationSizeMb: READER_YOUNG_MB },
  });
  // Started when there is something to move.
  const checkpointer = createThread<'checkpoint'>({
    url: threadFile('checkpointer-thread'),
    name: 'sqlite-checkpointer',
    workerData,
    log,
    resourceLimits: { maxYoungGenerationSizeMb: CHECKPOINTER_YOUNG_MB },
  });
  const checkpoints = createCheckpoints({
    aside: async () => (await checkpointer.call('checkpoint')) as WalState,
    betweenWrites: async () => (await writer.call({ kind: 'checkpoint' })) as WalState,
    log,
  });
  let lastTransaction = 0;

  async function ask(request: WriterRequest): Promise<unknown> {
    const answer = await writer.call(request);
    checkpoints.wrote(rowsOf(request));
    return answer;
  }
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
      // The writer last: whoever goes last moves the write-ahead log into the file, and a reader cannot.
      await Promise.all([reader.close(), checkpoints.close()]);
      await checkpointer.close();
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

/** About how many: a batch of messages is by far the largest of what is written. */
function rowsOf(request: WriterRequest): number {
  return request.kind === 'job' && request.job === 'appendBatch'
    ? (request.input as WriterJobs['appendBatch']['input']).entries.length
    : 1;
}

/** As .ts from the sources, as .js from dist. */
function threadFile(name: string): URL {
  return new URL(`./${name}${extname(import.meta.url)}`, import.meta.url);
}
