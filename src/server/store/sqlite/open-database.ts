import Sqlite from 'better-sqlite3';
import type { Database } from 'better-sqlite3';
import type { WalState } from './checkpoints.ts';

/** ms SQLite waits for a lock of another process (a backup, the sqlite3 shell). The thread waits, not the server. */
const BUSY_TIMEOUT_MS = 2_000;
/** Bytes the write-ahead log is cut back to after a checkpoint. */
const WAL_LIMIT_BYTES = 64 * 1024 * 1024;
/** Pages in the write-ahead log at which a COMMIT moves them itself: where those whose work it is could not, or a reader was in the way. */
const WAL_TOO_LONG_PAGES = 16_000;
/** Of the pages that are written to, as far as there are so many: each message changes several, anywhere in the file. */
const CACHE_KIB = 64 * 1024;

/** The writer's connection. Every COMMIT is on the disk when it returns (synchronous FULL). */
export function openForWriting(file: string): Database {
  const db = new Sqlite(file, { timeout: BUSY_TIMEOUT_MS });
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = FULL');
  db.pragma('foreign_keys = ON');
  db.pragma(`journal_size_limit = ${WAL_LIMIT_BYTES}`);
  db.pragma(`wal_autocheckpoint = ${WAL_TOO_LONG_PAGES}`);
  db.pragma(`cache_size = -${CACHE_KIB}`);
  return db;
}

/** A connection beside the writer's, to move the write-ahead log into the file, which is there. */
export function openForCheckpoints(file: string): Database {
  const db = new Sqlite(file, { fileMustExist: true, timeout: BUSY_TIMEOUT_MS });
  db.pragma('synchronous = FULL');
  return db;
}

/** Moves as much as there is of the write-ahead log, without waiting for anybody. */
export function moveLog(db: Database): WalState {
  const [{ log, checkpointed }] = db.pragma('wal_checkpoint(PASSIVE)') as [WalState];
  return { log, checkpointed };
}

/** The readers' connection: sees what is committed, can change nothing. */
export function openForReading(file: string): Database {
  const db = new Sqlite(file, { readonly: true, timeout: BUSY_TIMEOUT_MS });
  db.pragma('query_only = ON');
  return db;
}

/**
 * Takes the lock that keeps a second chatd from `file`: an exclusive transaction on a database beside it. The kernel
 * frees it when the process dies, however it dies. Throws SQLITE_BUSY when another has it (for `waitMs`: it may be ending).
 */
export function takeLock(file: string, waitMs = BUSY_TIMEOUT_MS): Database {
  const lock = new Sqlite(`${file}.lock`, { timeout: waitMs });
  try {
    lock.exec('BEGIN EXCLUSIVE');
    return lock;
  } catch (error) {
    lock.close();
    throw error;
  }
}
