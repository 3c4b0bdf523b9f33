/** Things to do in order, per key. */
export interface Chains<Key> {
  /** Does `step` now, or when the key's earlier steps are done. Never throws: what fails goes to `onFailed`. */
  run(key: Key, step: Step): void;
}

/** Synchronous whenever it can be; a promise while something has to be loaded first. */
export type Step = () => void | Promise<void>;

/** A key takes memory only while one of its steps is waiting. */
export function createChains<Key>(onFailed: (key: Key, error: unknown) => void): Chains<Key> {
  const waiting = new Map<Key, Step[]>();

  function run(key: Key, step: Step): void {
    const queue = waiting.get(key);
    if (queue !== undefined) {
      queue.push(step);
      return;
    }
    const loading = attempt(key, step);
    if (loading !== undefined) void runBehind(key, loading);
  }

  async function runBehind(key: Key, first: Promise<void>): Promise<void> {
    const queue: Step[] = [];
    waiting.set(key, queue);
    await first;
    for (let step = queue.shift(); step !== undefined; step = queue.shift()) await attempt(key, step);
    waiting.delete(key);
  }

  function attempt(key: Key, step: Step): Promise<void> | undefined {
    try {
      return step()?.catch((error: unknown) => onFailed(key, error));
    } catch (error) {
      onFailed(key, error);
      return undefined;
    }
  }

  return { run };
}
