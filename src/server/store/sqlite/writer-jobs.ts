import type { Database } from 'better-sqlite3';
import { appendBatch } from '../append-sqlite-batch.ts';
import { changeMembers } from '../append-sqlite-members.ts';
import { pruneSends, reserveIds } from '../append-sqlite-upkeep.ts';

/**
 * Work done inside the writer thread, each call one transaction of its own: for what would need many statements and
 * round trips from the main thread. A job runs between other writes, never inside somebody's open transaction; what it
 * throws (a ChatError too) rolls it back and reaches the caller. Input and output are copied between threads.
 */
export const WRITER_JOBS = { appendBatch, changeMembers, reserveIds, pruneSends } satisfies Record<
  string,
  WriterJob
>;

/** Any job: parameters are contravariant, so `never` admits every input. */
export type WriterJob = (db: Database, input: never) => unknown;

/** Each job's input and output, by its name. */
export type WriterJobs = {
  readonly [Name in keyof typeof WRITER_JOBS]: (typeof WRITER_JOBS)[Name] extends (
    db: Database,
    input: infer Input,
  ) => infer Output
    ? { readonly input: Input; readonly output: Output }
    : never;
};
