import { ChatError } from '../../protocol/error-codes.ts';

/**
 * What a driver said, as the ChatError people get. Its text never leaves this file: it goes into the error's cause, for
 * the log. A ChatError passes as it is.
 */
export function toStorageError(error: unknown): ChatError {
  if (error instanceof ChatError) return error;
  const cause = toCause(error);
  if (isUniqueViolation(error)) return new ChatError('conflict', { cause });
  if (isFull(error)) return new ChatError('storage_full', { cause });
  if (isUnavailable(error)) return new ChatError('storage_unavailable', { cause });
  return new ChatError('internal', { cause });
}

/** toStorageError() for who starts the server: says which database it is that takes no writes, or does not answer. */
export function toOpeningError(error: unknown, description: string): ChatError {
  const failure = toStorageError(error);
  const { code, detail } = failure;
  const isOurs = detail.text !== undefined || (code !== 'storage_unavailable' && code !== 'storage_full');
  if (isOurs) return failure;
  return new ChatError(code, {
    cause: detail.cause,
    text: {
      zh: `${description} 无法写入,或没有应答`,
      en: `${description} takes no writes, or does not answer`,
    },
  });
}

/** What went wrong, for the log: the driver's code, or at least the error's name. */
export function failureCode(error: unknown): string {
  const cause = driverError(error instanceof ChatError ? error.detail.cause : error);
  if (typeof cause === 'object' && cause !== null && 'code' in cause) return String(cause.code);
  return cause instanceof Error ? cause.name : 'unknown';
}

/** For the log: the driver's code and where it happened. Its message and SQL may quote what was to be stored. */
function toCause(error: unknown): unknown {
  const cause = driverError(error);
  const hasDriverCode = typeof cause === 'object' && cause !== null && 'code' in cause;
  if (!(error instanceof Error) || !hasDriverCode) return error;
  const clean = Object.assign(new Error(`${error.name} ${String(cause.code)}`), { code: cause.code });
  const frames = error.stack?.split('\n').filter((line) => line.startsWith('    at ')) ?? [];
  clean.stack = [clean.message, ...frames].join('\n');
  return clean;
}

/** `methods` with every promise rejecting with ChatError only. */
export function withStorageErrors<Methods extends object>(methods: Methods): Methods {
  const wrapped = Object.entries(methods).map(([name, method]) => [name, wrap(method)]);
  return Object.fromEntries(wrapped) as Methods;
}

function wrap(method: unknown): unknown {
  if (typeof method !== 'function') return method;
  return async (...parameters: unknown[]) => {
    try {
      return await (method(...parameters) as unknown);
    } catch (error) {
      throw toStorageError(error);
    }
  };
}

/** Rolled back because somebody else was in the way: the same transaction may well pass now. */
export function isDeadlock(error: unknown): boolean {
  return hasCode(error, DEADLOCK);
}

export function isUniqueViolation(error: unknown): boolean {
  return hasCode(error, UNIQUE);
}

/** The server has become a replica that takes no writes: a connection to it is of no more use. */
export function isReadOnlyServer(error: unknown): boolean {
  return hasCode(error, READ_ONLY);
}

export function isFull(error: unknown): boolean {
  return hasCode(error, FULL);
}

/** The database did not answer, or cannot do anything now. */
export function isUnavailable(error: unknown): boolean {
  return (
    hasCode(error, UNAVAILABLE) ||
    hasCode(error, READ_ONLY) ||
    hasCode(error, DEADLOCK) ||
    (error instanceof Error &&
      (error.name.startsWith('SequelizeConnection') || CLOSED.test(error.message))) ||
    isFatal(driverError(error))
  );
}

/** Sequelize's words to who comes after the end; it has no code for it. */
const CLOSED = /called after the connection manager was closed/;

// MySQL's numbers and names, Node's and mysql2's names, SQLite's names.
const DEADLOCK = codes('1213 1205');
const UNIQUE = codes('1062 SQLITE_CONSTRAINT_UNIQUE SQLITE_CONSTRAINT_PRIMARYKEY');
const READ_ONLY = codes('1290 1792 1836');
const FULL = codes('1021 1041 1114 3675 SQLITE_FULL ENOSPC EDQUOT');
const UNAVAILABLE = codes(
  '1040 1045 1049 1053 1077 1129 1152 1158 1159 1160 1161 1203 1317 1927 2006 2013 3024',
  'ECONNREFUSED ECONNRESET EPIPE ETIMEDOUT ENOTFOUND EAI_AGAIN EHOSTUNREACH ENOENT EPROTO',
  'PROTOCOL_CONNECTION_LOST PROTOCOL_SEQUENCE_TIMEOUT',
  'SQLITE_BUSY SQLITE_LOCKED SQLITE_CANTOPEN SQLITE_READONLY SQLITE_NOMEM SQLITE_IOERR',
  'SQLITE_THREAD_GONE SQLITE_TRANSACTION_GONE',
);

function codes(...lines: readonly string[]): ReadonlySet<string> {
  return new Set(lines.join(' ').split(' '));
}

function hasCode(error: unknown, wanted: ReadonlySet<string>): boolean {
  const cause = driverError(error);
  if (typeof cause !== 'object' || cause === null) return false;
  const errno = 'errno' in cause ? String(cause.errno) : '';
  const code = 'code' in cause ? String(cause.code) : '';
  return wanted.has(errno) || wanted.has(code) || wanted.has(familyOf(code));
}

/** SQLITE_IOERR_FSYNC, SQLITE_READONLY_DBMOVED …: the family counts where the member is not named. */
function familyOf(code: string): string {
  return code.startsWith('SQLITE_') ? code.split('_', 2).join('_') : code;
}

/** mysql2 calls an error fatal when its connection is lost with it. */
function isFatal(cause: unknown): boolean {
  return typeof cause === 'object' && cause !== null && 'fatal' in cause && cause.fatal === true;
}

/** Sequelize wraps what the driver threw. */
function driverError(error: unknown): unknown {
  if (typeof error !== 'object' || error === null || !('parent' in error)) return error;
  return error.parent ?? error;
}
