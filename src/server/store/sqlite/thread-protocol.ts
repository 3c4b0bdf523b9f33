import { ChatError } from '../../../protocol/error-codes.ts';
import type { ErrorCode, ErrorDetail } from '../../../protocol/error-codes.ts';

/** What the main thread and the SQLite threads say to each other: one reply to each request, told apart by its number. */

export interface ThreadRequest<Body> {
  readonly id: number;
  readonly body: Body | typeof CLOSE;
}

export type ThreadReply =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly failure: ThreadFailure };

/** Asks a thread to finish what came before and to end. */
export const CLOSE = 'close';

/** An error in a form that survives the way between threads. */
export interface ThreadFailure {
  readonly message: string;
  /** SQLite's (`SQLITE_CONSTRAINT_UNIQUE`, `SQLITE_FULL` …) or one of ours. */
  readonly code: string;
  /** Present when a job threw a ChatError. */
  readonly chatError?: { readonly code: ErrorCode; readonly detail: ErrorDetail };
}

/** An error of a SQLite thread, with SQLite's code. */
export class SqliteThreadError extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.name = 'SqliteThreadError';
    this.code = code;
  }
}

/** The thread is gone: whether what it was asked to do is stored is not known. */
export const THREAD_GONE = 'SQLITE_THREAD_GONE';
/** The transaction is over: rolled back by SQLite itself or after a long silence, or ended before. */
export const TRANSACTION_GONE = 'SQLITE_TRANSACTION_GONE';

export function toFailure(error: unknown): ThreadFailure {
  if (error instanceof ChatError) {
    const { cause: _, ...detail } = error.detail;
    return { message: error.message, code: error.code, chatError: { code: error.code, detail } };
  }
  if (!(error instanceof Error)) return { message: String(error), code: 'SQLITE_ERROR' };
  const code = 'code' in error && typeof error.code === 'string' ? error.code : 'SQLITE_ERROR';
  return { message: error.message, code };
}

export function fromFailure({ message, code, chatError }: ThreadFailure): Error {
  return chatError === undefined
    ? new SqliteThreadError(code, message)
    : new ChatError(chatError.code, chatError.detail);
}
