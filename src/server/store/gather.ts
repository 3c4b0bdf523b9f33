import { ChatError } from '../../protocol/error-codes.ts';

export interface Gathering<Item, Result> {
  /** Rejects as the run does that `item` is part of; with storage_unavailable at once if too many are waiting. */
  add(item: Item): Promise<Result>;
}

interface GatheringOptions<Item, Result> {
  /** Gives a result for each item, in their order; an Error for one that is refused by itself. */
  readonly run: (items: readonly Item[]) => Promise<readonly (Result | Error)[]>;
  /** The most items of a run. */
  readonly most: number;
  readonly mostWaiting: number;
}

interface Waiting<Item, Result> {
  readonly item: Item;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Many small statements as few: an idle gathering runs at once, and what comes while a run is under way is the next one. What
 * waits behind a run that failed fails with it: a database that is away is not asked once for each batch.
 */
export function createGathering<Item, Result>(
  options: GatheringOptions<Item, Result>,
): Gathering<Item, Result> {
  const { run, most, mostWaiting } = options;
  let queue: Waiting<Item, Result>[] = [];
  let running = false;

  async function runAll(): Promise<void> {
    while (queue.length > 0) await runOne(queue.splice(0, most));
    running = false;
  }

  async function runOne(batch: readonly Waiting<Item, Result>[]): Promise<void> {
    try {
      const results = await run(batch.map(({ item }) => item));
      for (const [index, { resolve, reject }] of batch.entries()) {
        const result = results[index];
        if (result instanceof Error || result === undefined) reject(result);
        else resolve(result);
      }
    } catch (error) {
      const failed = [...batch, ...queue];
      queue = [];
      for (const { reject } of failed) reject(error);
    }
  }

  return {
    add: (item) =>
      new Promise((resolve, reject) => {
        if (queue.length >= mostWaiting) return reject(new ChatError('storage_unavailable'));
        queue.push({ item, resolve, reject });
        if (running) return;
        running = true;
        // A microtask, not now: the frames one turn of the event loop brought along share the run.
        queueMicrotask(() => void runAll());
      }),
  };
}
