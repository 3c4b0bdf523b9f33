import { expect, test } from 'vitest';
import { createShares, type Share } from '../../../src/server/chat/shares.ts';

/** Does `count` things one after the other. */
async function doAll(share: Share, name: string, count: number, done: string[]): Promise<void> {
  for (let each = 1; each <= count; each += 1) await share(async () => void done.push(`${name}${each}`));
}

// Whoever is done asks for his next a moment later: so there is always one more under way than there are places.
test('whoever has begun goes on before others begin, for a turn', async () => {
  const open = createShares({ atOnce: 1, turn: 3 });
  const done: string[] = [];
  await Promise.all([doAll(open(), 'a', 5, done), doAll(open(), 'b', 3, done), doAll(open(), 'c', 2, done)]);
  expect(done.join(' ')).toBe('a1 b1 a2 b2 a3 b3 c1 a4 c2 a5');
});

test('what fails gives its place away', async () => {
  const open = createShares({ atOnce: 1, turn: 3 });
  const failing = open()(() => Promise.reject(new Error('away')));
  await expect(open()(async () => 'done')).resolves.toBe('done');
  await expect(failing).rejects.toThrow('away');
});
