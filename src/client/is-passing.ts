import type { ErrorCode } from '../protocol/error-codes.ts';

/** Whether what was refused may be taken if it is asked again: it was the server's state, not the request. */
export function isPassing(code: ErrorCode): boolean {
  return /rate_limited|storage_unavailable|draining|internal/.test(code);
}
