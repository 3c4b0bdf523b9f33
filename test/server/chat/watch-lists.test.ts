import { describe, expect, test } from 'vitest';
import type { UserId } from '../../../src/protocol/ids.ts';
import type { FrameSender } from '../../../src/server/chat/ports.ts';
import { createWatchLists, type Watch } from '../../../src/server/chat/watch-lists.ts';

/** Who watches whom: bounded, and nothing left behind. */
describe('watch lists', () => {
  const session = (id: string) => ({ id }) as FrameSender;
  const list = (...ids: readonly number[]): Watch['told'] =>
    new Map(ids.map((id) => [id as UserId, undefined]));
  const watchersOf = (lists: ReturnType<typeof createWatchLists>, id: number) =>
    [...lists.of(id as UserId)].map((watch) => watch.session.id);

  test('replace what was before, and end with their session', () => {
    const lists = createWatchLists(100);
    lists.set(session('a'), list(1, 2));
    lists.set(session('b'), list(2, 3));
    lists.set(session('a'), list(2));
    expect([1, 2, 3].map((id) => watchersOf(lists, id))).toEqual([[], ['b', 'a'], ['b']]);
    lists.drop('b');
    lists.drop('b');
    lists.set(session('a'), list());
    expect([1, 2, 3].map((id) => lists.has(id as UserId))).toEqual([false, false, false]);
  });

  test('hold so many and no more; who asks for too much keeps what he had', () => {
    const lists = createWatchLists(5);
    lists.set(session('a'), list(1, 2, 3));
    lists.set(session('b'), list(4, 5));
    expect(() => lists.set(session('c'), list(6))).toThrow(
      expect.objectContaining({ code: 'limit_exceeded' }),
    );
    expect(() => lists.set(session('b'), list(6, 7, 8))).toThrow();
    expect(watchersOf(lists, 4)).toEqual(['b']);
    lists.set(session('a'), list(1));
    lists.set(session('b'), list(6, 7, 8, 9));
    lists.drop('a');
    lists.drop('b');
    lists.set(session('c'), list(1, 2, 3, 4, 5));
    expect(watchersOf(lists, 5)).toEqual(['c']);
  });
});
