import { ChatError } from '../../protocol/error-codes.ts';
import type { Waiting } from './message-log-turn.ts';

/** Everything accepted whose outcome is not known yet, bounded in count and bytes. */
export interface Backlog {
  /** Refuses with storage_unavailable at once when it is full; else `enter` gets the one that waits for the promise. */
  accept<Result>(bytes: number, enter: (waiting: Waiting<Result>) => void): Promise<Result>;
  readonly count: number;
  /** Resolves when nothing is left, or after `timeoutMs`. */
  drain(timeoutMs: number): Promise<void>;
}

export function createBacklog(maxCount: number, maxBytes: number): Backlog {
  const whenEmpty = new Set<() => void>();
  let count = 0;
  let held = 0;

  function release(bytes: number): void {
    count -= 1;
    held -= bytes;
    if (count === 0) for (const resolve of whenEmpty) resolve();
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
    async drain(timeoutMs) {
      if (count === 0) return;
      await new Promise<void>((resolve) => {
        const done = () => {
          clearTimeout(timer);
          whenEmpty.delete(done);
          resolve();
        };
        const timer = setTimeout(done, timeoutMs);
        whenEmpty.add(done);
      });
    },
  };
}
