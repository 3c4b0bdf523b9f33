import { AppendFailure } from './append-driver.ts';
import type { FailureReason } from './append-driver.ts';

/** How far a transaction came: what its failure means depends on it. */
export interface Progress {
  /** No earlier attempt is stored: there was none, or it was looked for under the row locks and not found. */
  isFirst: boolean;
  /** The text with the COMMIT was handed to the connection. */
  commitSent: boolean;
}

/** The statement would not fit into the server's max_allowed_packet: it was not sent. */
export class PacketTooLarge extends Error {
  readonly code = 'PACKET_TOO_LARGE';
}

/** A conversation has another number than was believed. Nothing is written under the wrong one. */
export class StaleNumber extends Error {
  readonly code = 'STALE_NUMBER';
}

/** Lock wait timeout, deadlock, changed since it was read. */
const CONFLICT: ReadonlySet<number> = new Set([1205, 1213, 1020]);
const DUPLICATE_KEY = 1062;
/** Disk full, table full. */
const FULL: ReadonlySet<number> = new Set([1021, 1114]);
/** The server is there but not for this: too many connections, out of memory, refused, read-only after a fail-over, not ready. */
const UNAVAILABLE: ReadonlySet<number> = new Set([
  1040, 1041, 1042, 1043, 1044, 1045, 1047, 1049, 1129, 1130, 1203, 1226, 1290, 1792, 1836, 4031,
]);
/**
 * The server broke off what it was doing: shutting down, killed, out of time, or an error inside a COMMIT. If that was
 * the COMMIT, the transaction may be stored all the same.
 */
const BROKEN_OFF: ReadonlySet<number> = new Set([1053, 1158, 1159, 1160, 1161, 1180, 1317, 1927, 1969, 3024]);
/** What the storage engine reports in other words when the file system is full (ENOSPC). */
const NO_SPACE = /\b(?:errno:?|error) "?28\b/i;

/** What the failure of a transaction means for the log. */
export function toAppendFailure(error: unknown, progress: Progress): AppendFailure {
  const isAnswered = isAnswer(error) && !BROKEN_OFF.has(error.errno);
  const isUnknown = !progress.isFirst || (progress.commitSent && !isAnswered && !isOurs(error));
  return new AppendFailure(reasonOf(error), isUnknown ? 'unknown' : 'not_stored', error);
}

/** Whether the connection is sound after `error`: the server answered it, and is not one to stay with. */
export function keepsSession(error: unknown): boolean {
  if (isOurs(error)) return true;
  return isAnswer(error) && !UNAVAILABLE.has(error.errno) && !BROKEN_OFF.has(error.errno);
}

/** A row of that key is there already. The server runs nothing of the same text that came behind it. */
export function isDuplicateKey(error: unknown): boolean {
  return isAnswer(error) && error.errno === DUPLICATE_KEY;
}

function reasonOf(error: unknown): FailureReason {
  if (error instanceof AppendFailure) return error.reason;
  if (error instanceof StaleNumber) return 'conflict';
  if (error instanceof PacketTooLarge) return 'rejected';
  if (!isAnswer(error)) return 'unavailable';
  if (CONFLICT.has(error.errno)) return 'conflict';
  if (FULL.has(error.errno) || NO_SPACE.test(error.message)) return 'full';
  return UNAVAILABLE.has(error.errno) || BROKEN_OFF.has(error.errno) ? 'unavailable' : 'rejected';
}

function isOurs(error: unknown): boolean {
  return error instanceof StaleNumber || error instanceof PacketTooLarge || error instanceof AppendFailure;
}

/** An error packet of the server, in contrast to a broken connection (whose errno is the system's, or missing). */
function isAnswer(error: unknown): error is Error & { readonly errno: number } {
  return error instanceof Error && 'sqlState' in error && 'errno' in error && typeof error.errno === 'number';
}
