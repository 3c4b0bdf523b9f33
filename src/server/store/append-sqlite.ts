import { AppendFailure } from './append-driver.ts';
import type { AppendDriver, FailureReason } from './append-driver.ts';
import { SqliteThreadError, THREAD_GONE } from './sqlite/thread-protocol.ts';
import type { SqliteThreads } from './sqlite/threads.ts';
import type { WriterJobs } from './sqlite/writer-jobs.ts';

/** The message log on SQLite: each batch is a job of the writer thread. One writes there: lanes would only wait for each other. */
export function createSqliteAppend(threads: SqliteThreads): AppendDriver {
  let closed = false;

  async function write<Name extends keyof WriterJobs>(
    job: Name,
    input: WriterJobs[Name]['input'],
    suspect = false,
  ): Promise<WriterJobs[Name]['output']> {
    if (closed) throw new AppendFailure('closed', suspect ? 'unknown' : 'not_stored');
    try {
      return await threads.write(job, input);
    } catch (error) {
      throw toAppendFailure(error, suspect);
    }
  }

  return {
    lanes: 1,
    append: (batch) => write('appendBatch', batch, batch.suspect),
    changeMembers: (change) => write('changeMembers', change, change.suspect),
    reserve: (sequence, count) => write('reserveIds', { sequence, count }),
    pruneSends: (before, limit) => write('pruneSends', { before, limit }),
    async close() {
      closed = true;
    },
  };
}

/**
 * SQLite says what it did, with two exceptions: the thread died, or the system failed to write or sync, and what was
 * written of the COMMIT may come back after a crash. A suspect batch that was kept from looking stays suspect.
 */
function toAppendFailure(error: unknown, suspect: boolean): AppendFailure {
  const code = error instanceof SqliteThreadError ? error.code : '';
  const reason = reasonOf(code);
  const isBrokenOff = code === THREAD_GONE || code.startsWith('SQLITE_IOERR');
  const hasLooked = !suspect || reason === 'full' || reason === 'rejected';
  return new AppendFailure(reason, isBrokenOff || !hasLooked ? 'unknown' : 'not_stored', error);
}

function reasonOf(code: string): FailureReason {
  if (code === 'SQLITE_FULL') return 'full';
  if (/^SQLITE_(?:BUSY|LOCKED)/.test(code)) return 'conflict';
  const isUnavailable = /^SQLITE_(?:IOERR|CANTOPEN|READONLY|NOMEM|PROTOCOL|THREAD_GONE)/.test(code);
  return isUnavailable ? 'unavailable' : 'rejected';
}
