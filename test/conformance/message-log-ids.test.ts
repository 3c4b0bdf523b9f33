import { expect, test } from 'vitest';
import { createIdBlocks } from '../../src/server/store/id-blocks.ts';
import { upTo } from './message-log-world.ts';

/** A sequence as a database keeps it. */
function createSequence() {
  const reserved: number[] = [];
  let next = 1;
  return {
    reserved,
    reserve: async (count: number) => {
      reserved.push(count);
      const first = next;
      next += count;
      return first;
    },
  };
}

test('begins at 1, gives each number once and in order, and reserves whole blocks', async () => {
  const { reserve, reserved } = createSequence();
  const ids = createIdBlocks({ reserve });
  const taken = [
    ...(await ids.take(1)),
    ...(await ids.take(998)),
    ...(await ids.take(3)),
    ...(await ids.take(2500)),
  ];
  expect(taken).toEqual(upTo(3502));
  expect(new Set(reserved.map((count) => count % 1000))).toEqual(new Set([0]));
});

test('has the next block before the one in use ends: taking waits for nothing', async () => {
  const { reserve } = createSequence();
  const ids = createIdBlocks({ reserve, blockSize: 10 });
  await ids.take(1);
  for (const _ of upTo(100)) {
    await Promise.resolve();
    await Promise.resolve();
    await Promise.resolve();
    expect(ids.take(1)).toHaveLength(1);
  }
});

test('gives what many take at once to each of them alone', async () => {
  const { reserve } = createSequence();
  const ids = createIdBlocks({ reserve, blockSize: 10 });
  const taken = await Promise.all(upTo(50).map((n) => ids.take(n % 7)));
  const all = taken.flat();
  expect(new Set(all).size).toBe(all.length);
});

test('tells who needs a number that none can be reserved, and goes on when one can', async () => {
  const { reserve } = createSequence();
  let isDown = true;
  const ids = createIdBlocks({
    reserve: (count) => (isDown ? Promise.reject(new Error('down')) : reserve(count)),
  });
  await expect(ids.take(1)).rejects.toThrow('down');
  isDown = false;
  expect(await ids.take(1)).toEqual([1]);
});

test('leaves out what a start shall not give again, once; the very first is 1', async () => {
  const { reserve, reserved } = createSequence();
  const start = { reserve, blockSize: 10, skipped: 12_345 };
  expect(await createIdBlocks(start).take(3)).toEqual([1, 2, 3]);
  const before = reserved.reduce((sum, count) => sum + count, 0);
  const ids = createIdBlocks(start);
  expect(await ids.take(25)).toEqual(upTo(25).map((n) => before + 12_345 + n));
  expect(reserved.reduce((sum, count) => sum + count, 0)).toBeLessThan(before + 12_345 + 50);
});
