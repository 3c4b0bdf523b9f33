import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { UserId } from '../../../src/protocol/ids.ts';
import { createPresenceChanges } from '../../../src/server/chat/presence-changes.ts';

/** When it is told that somebody came or went: a table of moments, in ms, on a clock of our own. */
describe('coming and going', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  const BOB = 2 as UserId;

  /** What was told, as `ms on|off`, of changes given as ms: each one the opposite of what was before. */
  async function told(startsOnline: boolean, ...changes: readonly number[]): Promise<readonly string[]> {
    let online = startsOnline;
    let last = online;
    const words: string[] = [];
    const start = performance.now();
    const { changed } = createPresenceChanges({
      isOnline: () => online,
      isWatched: () => true,
      tell: async () => {
        // As presence does: nobody is told what he knows.
        if (online === last) return;
        last = online;
        words.push(`${Math.round(performance.now() - start)} ${online ? 'on' : 'off'}`);
      },
      onFailed: () => {},
      everyMs: 1000,
    });
    for (const at of changes) {
      await vi.advanceTimersByTimeAsync(at - (performance.now() - start));
      online = !online;
      changed(BOB);
    }
    await vi.advanceTimersByTimeAsync(5000);
    return words;
  }

  test.each([
    ['he comes', false, [100], ['100 on']],
    ['he goes', true, [100], ['1100 off']],
    ['a page is loaded again', true, [100, 600], []],
    ['and again, and again', true, [100, 600, 1200, 1900, 2500, 3400], []],
    ['he goes for longer than a second', true, [100, 2000], ['1100 off', '2100 on']],
    ['he only looks in', false, [100, 400], ['100 on', '1400 off']],
    ['he looks in twice', false, [100, 300, 500, 700], ['100 on', '1700 off']],
  ] as const)('%s', async (_what, startsOnline, changes, words) => {
    expect(await told(startsOnline, ...changes)).toEqual(words);
  });

  test('of a thousand who come at once each is told, one at a time, and again if it fails', async () => {
    let asking = 0;
    let most = 0;
    let tells = 0;
    const failed: unknown[] = [];
    const { changed } = createPresenceChanges({
      isOnline: () => true,
      isWatched: (userId) => userId % 2 === 0,
      tell: async () => {
        most = Math.max(most, (asking += 1));
        await Promise.resolve();
        asking -= 1;
        tells += 1;
        if (tells === 5) throw new Error('the database is away');
      },
      onFailed: (error) => failed.push(error),
      everyMs: 1000,
    });
    for (let userId = 1; userId <= 1000; userId += 1) changed(userId as UserId);
    await vi.advanceTimersByTimeAsync(999);
    expect([tells, most, failed.length]).toEqual([5, 1, 1]);
    await vi.advanceTimersByTimeAsync(10);
    expect([tells, most, failed.length]).toEqual([501, 1, 1]);
    await vi.advanceTimersByTimeAsync(2000);
    expect(vi.getTimerCount()).toBe(0);
  });
});
