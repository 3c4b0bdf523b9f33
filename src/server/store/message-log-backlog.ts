import { ChatError } from '../../protocol/error-codes.ts';
import type { Waiting } from './message-log-turn.ts';

/**
 * Everything accepted whose outcome is not known yet, bounded in count and bytes. Two marks below the bounds say when
 * those who can be made to wait are, and when they may go on.
 */
export interface Backlog {
  /** Refuses with storage_unavailable at once when it is full; else `enter` gets the one that waits for the promise. */
  accept<Result>(bytes: number, enter: (waiting: Waiting<Result>) => void): Promise<Result>;
  readonly count: number;
  readonly bytes: number;
  /** How many more there may be below the upper mark, by count. */
  readonly free: number;
  /** At the upper mark, by count or bytes: the rest is for those who do not wait. */
  readonly isHigh: boolean;
  /** Below the lower mark, by both. */
  readonly isLow: boolean;
  /** Resolves when nothing is left, or after `timeoutMs`. */
  drain(timeoutMs: number): Promise<void>;
}

export interface BacklogOptions {
  readonly maxCount: number;
  readonly maxBytes: number;
  /** Called whenever something has left it. On the hot path. */
  readonly onRelease: () => void;
}

/** The marks, as shares of the bounds: far enough apart that sockets are not paused and resumed for every batch. */
const UPPER_MARK = 3 / 4;
const LOWER_MARK = 1 / 2;

export function createBacklog({ maxCount, maxBytes, onRelease }: BacklogOptions): Backlog {
  const upper = { count: maxCount * UPPER_MARK, bytes: maxBytes * UPPER_MARK };
  const lower = { count: maxCount * LOWER_MARK, bytes: maxBytes * LOWER_MARK };
  const whenEmpty = new Set<() => void>();
  let count = 0;
  let held = 0;

  function release(bytes: number): void {
    count -= 1;
    held -= bytes;
    if (count === 0) for (const resolve of whenEmpty) resolve();
    onRelease();
  }

  return {
    accept(bytes, enter) {
      if (count >= maxCount || held + bytes > maxBytes) {
        return Promise.reject(new ChatError('storage_unavailable'));
      }
      count += 1;
      held += bytes;
      return new Promise((resolve, reject) => {
        enter({
          bytes,
          since: performance.now(),
          resolve(result) {
            release(bytes);
            resolve(result);
          },
          refuse(code) {
            release(bytes);
            reject(new ChatError(code));
          },
        });
      });
    },
    get count() {
      return count;
    },
    get bytes() {
      return held;
    },
    get free() {
      return Math.max(0, Math.floor(upper.count - count));
    },
    get isHigh() {
      return count >= upper.count || held >= upper.bytes;
    },
    get isLow() {
      return count <= lower.count && held <= lower.bytes;
    },
    async drain(timeoutMs) {
      if (count > 0) await untilCalled(whenEmpty, timeoutMs);
    },
  };
}

/** Resolves when `listeners` are called, or after `timeoutMs`. */
function untilCalled(listeners: Set<() => void>, timeoutMs: number): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      listeners.delete(done);
      resolve();
    };
    const timer = setTimeout(done, timeoutMs);
    listeners.add(done);
  });
}
