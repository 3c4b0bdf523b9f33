import { workerData } from 'node:worker_threads';
import type { Database } from 'better-sqlite3';
import { moveLog, openForWriting, takeLock } from './open-database.ts';
import { runStatement } from './run-statement.ts';
import { serveThread } from './serve-thread.ts';
import type { Answer, ThreadHandler } from './serve-thread.ts';
import { SqliteThreadError, TRANSACTION_GONE } from './thread-protocol.ts';
import type { AloneRequest, WriterData, WriterRequest } from './threads.ts';
import { createWriteQueue } from './write-queue.ts';
import { WRITER_JOBS } from './writer-jobs.ts';
import type { WriterJob } from './writer-jobs.ts';

/** ms the owner of the queue may be silent: a transaction that was forgotten must not stop all writing for ever. */
const SILENCE_LIMIT_MS = 15_000;

serveThread<WriterRequest>(() => {
  const { file, lock } = workerData as WriterData;
  const held = lock ? takeLock(file) : undefined;
  return createWriter(openForWriting(file), held);
});

function createWriter(db: Database, lock: Database | undefined): ThreadHandler<WriterRequest> {
  const queue = createWriteQueue();
  let silence: NodeJS.Timeout | undefined;

  function begin(transaction: number, answer: Answer): void {
    queue.own(transaction, () => {
      let begun = false;
      answer(() => {
        db.exec('BEGIN IMMEDIATE');
        begun = true;
      });
      if (begun) silence = setTimeout(giveUp, SILENCE_LIMIT_MS);
      return begun;
    });
  }

  function giveUp(): void {
    rollBack(db);
    queue.release();
  }

  function inTransaction(transaction: number, work: () => unknown): unknown {
    // SQLite rolls back by itself when the disk is full: a statement after that would commit on its own.
    if (!queue.isOwner(transaction) || !db.inTransaction) {
      throw new SqliteThreadError(TRANSACTION_GONE, 'the transaction was rolled back');
    }
    const result = work();
    silence?.refresh();
    return result;
  }

  function end(transaction: number, how: 'COMMIT' | 'ROLLBACK', answer: Answer): void {
    answer(() => {
      if (how === 'COMMIT') inTransaction(transaction, () => db.exec('COMMIT'));
    });
    if (!queue.isOwner(transaction)) return;
    clearTimeout(silence);
    rollBack(db);
    queue.release();
  }

  return {
    handle(request, answer) {
      switch (request.kind) {
        case 'job':
        case 'statement':
        case 'checkpoint':
          return queue.enter(() => answer(() => runAlone(db, request)));
        case 'begin':
          return begin(request.transaction, answer);
        case 'inside':
          return answer(() => inTransaction(request.transaction, () => runStatement(db, request.statement)));
        case 'end':
          return end(request.transaction, request.how, answer);
      }
    },
    close(done) {
      queue.enter(() => {
        db.close();
        lock?.close();
        done();
      });
    },
  };
}

function runAlone(db: Database, request: AloneRequest): unknown {
  switch (request.kind) {
    case 'job':
      return runJob(db, request.job, request.input);
    case 'statement':
      return runStatement(db, request.statement);
    case 'checkpoint':
      return moveLog(db);
  }
}

function runJob(db: Database, name: string, input: unknown): unknown {
  const job = (WRITER_JOBS as Record<string, WriterJob>)[name];
  if (job === undefined) throw new Error(`no writer job ${name}`);
  return db.transaction(() => job(db, input as never)).immediate();
}

function rollBack(db: Database): void {
  if (db.inTransaction) db.exec('ROLLBACK');
}
