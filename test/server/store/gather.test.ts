import { describe, expect, test } from 'vitest';
import { ChatError } from '../../../src/protocol/error-codes.ts';
import { createGathering } from '../../../src/server/store/gather.ts';

/** Many small writes as few. */
describe('a gathering', () => {
  /** Runs that end when they are told to. */
  function open(options: { most?: number; mostWaiting?: number } = {}) {
    const runs: { items: readonly number[]; end: (error?: Error) => void }[] = [];
    const { add } = createGathering<number, string>({
      most: 100,
      mostWaiting: 1000,
      ...options,
      run: (items) =>
        new Promise((resolve, reject) => {
          const results = items.map((item) => (item < 0 ? new ChatError('not_member') : `${item}`));
          runs.push({ items, end: (error) => (error === undefined ? resolve(results) : reject(error)) });
        }),
    });
    return { runs, add };
  }
  const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

  test('runs what comes in one turn together, and what comes meanwhile as the next', async () => {
    const { runs, add } = open();
    const first = [add(1), add(2)];
    await turn();
    const next = [add(3), add(-4), add(5)];
    await turn();
    expect(runs.map(({ items }) => items)).toEqual([[1, 2]]);
    runs[0]?.end();
    expect(await Promise.all(first)).toEqual(['1', '2']);
    await turn();
    expect(runs.map(({ items }) => items)).toEqual([
      [1, 2],
      [3, -4, 5],
    ]);
    runs[1]?.end();
    const outcomes = await Promise.allSettled(next);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    // Idle again, and at once.
    const last = add(6);
    await turn();
    runs[2]?.end();
    expect(await last).toBe('6');
  });

  test('fails together: whoever waits for a database that is away does not ask it again', async () => {
    const { runs, add } = open({ most: 2 });
    const all = [1, 2, 3, 4, 5].map((item) => add(item));
    await turn();
    expect(runs[0]?.items).toEqual([1, 2]);
    runs[0]?.end(new ChatError('storage_unavailable'));
    for (const outcome of await Promise.allSettled(all)) expect(outcome.status).toBe('rejected');
    expect(runs).toHaveLength(1);
    const later = add(7);
    await turn();
    runs[1]?.end();
    expect(await later).toBe('7');
  });

  test('takes so many and no more', async () => {
    const { runs, add } = open({ mostWaiting: 3 });
    const one = add(0);
    await turn();
    const waiting = [add(1), add(2), add(3)];
    await expect(add(4)).rejects.toMatchObject({ code: 'storage_unavailable' });
    runs[0]?.end();
    await one;
    await turn();
    runs[1]?.end();
    expect(await Promise.all(waiting)).toEqual(['1', '2', '3']);
  });
});
