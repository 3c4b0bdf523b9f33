import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { groupConversation, LOBBY, type UserId } from '../../../src/protocol/ids.ts';
import type { StoredMessage } from '../../../src/server/chat/store-ports.ts';
import { createReadReceipts } from '../../../src/server/chat/read-receipts.ts';
import { createRecentAuthors } from '../../../src/server/chat/recent-authors.ts';

/** Receipts in a group: to authors only, once a second each, however many read. */
describe('receipts in a group', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  const lobby = groupConversation(LOBBY);
  const [ann, ben] = [1 as UserId, 2 as UserId];

  function open() {
    const told: string[] = [];
    const authors = createRecentAuthors();
    const tell = createReadReceipts({
      authors,
      members: { get: () => undefined, put: () => {}, drop: () => {}, clear: () => {} },
      delivery: {
        signal: (userIds, frame) =>
          void told.push(
            `${[...userIds].join()} ${'userId' in frame && 'seq' in frame ? `${frame.userId}:${frame.seq}` : ''}`,
          ),
      },
    });
    const say = (seq: number, senderId: UserId) =>
      authors.add({ conversationId: lobby, chatType: 1, seq, senderId } as StoredMessage);
    const read = (reader: number, after: number, upTo: number) =>
      tell({ conversationId: lobby, reader: reader as UserId, newly: [{ after, upTo }], upTo });
    return { told, say, read };
  }

  test('a thousand readers are two frames to the author in a second', () => {
    const { told, say, read } = open();
    say(1, ann);
    say(2, ann);
    for (let reader = 100; reader < 1100; reader += 1) read(reader, 0, reader === 777 ? 2 : 1);
    expect(told).toEqual(['1 100:1']);
    vi.advanceTimersByTime(999);
    expect(told).toHaveLength(1);
    vi.advanceTimersByTime(1);
    expect(told).toEqual(['1 100:1', '1 777:2']);
    vi.advanceTimersByTime(10_000);
    expect(told).toHaveLength(2);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('each author of what was newly read, the reader himself not', () => {
    const { told, say, read } = open();
    say(1, ann);
    say(2, ben);
    say(3, ann);
    read(ben, 0, 3);
    expect(told).toEqual(['1 2:3']);
    read(9, 1, 2);
    expect(told).toEqual(['1 2:3', '2 9:2']);
    read(9, 3, 3);
    vi.advanceTimersByTime(5000);
    expect(told).toHaveLength(2);
  });

  test('what was said long ago is forgotten', () => {
    const { told, say, read } = open();
    say(1, ann);
    for (let seq = 2; seq <= 1000; seq += 1) say(seq, ben);
    read(9, 0, 1000);
    expect(told).toEqual(['2 9:1000']);
  });
});
