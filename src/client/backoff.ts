import type { CloseReason } from './chat-client.ts';

export interface BackoffOptions {
  /** Which try in a row this is, from 0. */
  readonly attempt: number;
  /** The longest wait, ms; the server's `retry` may be longer. */
  readonly maxMs: number;
  /** From 0 to below 1. */
  readonly random: () => number;
}

const FIRST = 500;
/** What a timer can wait. */
const LONGEST = 2 ** 31 - 1;

/**
 * ms to wait before coming back: what the server asked for, and on top of it anything from nothing to a limit that doubles
 * with every try ("full jitter"), so that those who were cut off together do not come back together.
 */
export function backoff({ retryMs = 0 }: Pick<CloseReason, 'retryMs'>, options: BackoffOptions): number {
  const { attempt, maxMs, random } = options;
  const spread = random() * Math.min(maxMs, FIRST * 2 ** attempt);
  return Math.min(LONGEST, Math.round(retryMs + spread));
}
