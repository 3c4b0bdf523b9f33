import { ChatError } from '../../../protocol/error-codes.ts';

/**
 * Holds reading that blocks the event loop (going through all connections) to a share of it, however many ask: over all
 * channels and HTTP together.
 */
export interface Duty {
  /**
   * Runs `work` when there is time for it, in order. What counts is how long the call itself took, not what it waits for
   * behind it. Rejects with rate_limited if too many wait already, and with what `work` throws or rejects with.
   */
  run<T>(work: () => T | Promise<T>): Promise<T>;
}

export interface DutyOptions {
  /** Of the event loop: 0.1 is a tenth. */
  readonly share?: number;
  /** ms of work that may be done at once after a quiet time. */
  readonly burst?: number;
  readonly maxWaiting?: number;
  /** ms, never running backwards. */
  readonly now?: () => number;
  readonly after?: (ms: number, then: () => void) => void;
}

export function createDuty(options: DutyOptions = {}): Duty {
  const { share = 0.1, burst = 50, maxWaiting = 64, now = () => performance.now(), after = later } = options;
  const line: (() => void)[] = [];
  let left = burst;
  let at = now();
  let isTimed = false;

  /** ms until there is time again; 0 if there is. */
  const wait = (): number => {
    const moment = now();
    left = Math.min(burst, left + (moment - at) * share);
    at = moment;
    return left > 0 ? 0 : Math.max(1, Math.ceil(-left / share));
  };

  const take = (): void => {
    isTimed = false;
    while (line.length > 0) {
      const ms = wait();
      if (ms > 0) {
        isTimed = true;
        after(ms, take);
        return;
      }
      line.shift()?.();
    }
  };

  return {
    run<T>(work: () => T | Promise<T>): Promise<T> {
      if (line.length >= maxWaiting) {
        return Promise.reject(new ChatError('rate_limited', { retryAfterMs: 1000 }));
      }
      return new Promise<T>((resolve, reject) => {
        line.push(() => {
          const begin = now();
          try {
            resolve(work());
          } catch (error) {
            reject(error as Error);
          }
          left -= now() - begin;
        });
        if (!isTimed) take();
      });
    },
  };
}

function later(ms: number, then: () => void): void {
  setTimeout(then, ms).unref();
}
