import { ChatError } from '../../protocol/error-codes.ts';

export type Gate = <T>(task: () => Promise<T>) => Promise<T>;

/** Runs at most `atOnce` tasks at a time, in order; with `waiting` in line already, rejects with rate_limited. */
export function createGate(limits: { readonly atOnce: number; readonly waiting: number }): Gate {
  const line: (() => void)[] = [];
  let running = 0;

  async function enter(): Promise<void> {
    if (running < limits.atOnce) {
      running += 1;
      return;
    }
    if (line.length >= limits.waiting) throw new ChatError('rate_limited', { retryAfterMs: 1000 });
    // Whoever leaves hands his place over, so that nobody slips in between.
    await new Promise<void>((resolve) => line.push(resolve));
  }

  function leave(): void {
    const next = line.shift();
    if (next === undefined) running -= 1;
    else next();
  }

  return async (task) => {
    await enter();
    try {
      return await task();
    } finally {
      leave();
    }
  };
}
