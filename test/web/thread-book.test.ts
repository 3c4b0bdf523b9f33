import { array, assert, integer, property } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ChatBook } from '../../src/web/model/chat-book.ts';
import { trim } from '../../src/web/model/history.ts';
import { showThread } from '../../src/web/model/show-thread.ts';
import {
  countUnread,
  createPages,
  createUnsent,
  settleSent,
  takeBack,
  takeIn,
} from '../../src/web/model/thread-book.ts';
import type { Pages, Stored } from '../../src/web/model/thread-book.ts';

const ME = '2';
const group = new ChatBook(ME).ensure('g:team');

const stored = (seq: number, more: Partial<Stored> = {}): Stored => ({
  id: String(1000 + seq),
  seq,
  senderId: '3',
  content: `message ${seq}`,
  contentType: 1,
  at: seq * 1000,
  recalled: false,
  ...more,
});

const mine = (seq: number, more: Partial<Stored> = {}) => stored(seq, { senderId: ME, ...more });

const pagesOf = (...messages: readonly Stored[]): Pages => {
  const pages = createPages('g:team');
  for (const message of messages) takeIn(pages, message, ME);
  return pages;
};

const send = (pages: Pages, key: string) => {
  const entry = createUnsent(key, ME, { content: key, contentType: 1, at: 5 });
  pages.unsent.push(entry);
  return entry;
};

const items = (pages: Pages, chat = group) => showThread(pages, chat).items;
const seqs = (pages: Pages) => items(pages).map(({ seq }) => seq);
const states = (pages: Pages, chat = group) => items(pages, chat).map(({ state }) => state);

describe('a thread', () => {
  test('holds every message once and in order, however pages and live messages come', () => {
    const arrivals = array(integer({ min: 1, max: 30 }), { maxLength: 60 });
    assert(
      property(arrivals, (order) => {
        const pages = pagesOf(...order.map((seq) => stored(seq)));
        expect(seqs(pages)).toEqual([...new Set(order)].sort((a, b) => a - b));
      }),
    );
  });

  test('what is on its way stands below, and keeps its key when it is stored', () => {
    const pages = pagesOf(stored(1));
    const entry = send(pages, 'k1');
    send(pages, 'k2');
    expect(items(pages).map(({ key, state }) => [key, state.kind])).toEqual([
      ['#1', 'received'],
      ['k1', 'pending'],
      ['k2', 'pending'],
    ]);
    settleSent(pages, entry, { id: '9', seq: 2, sentAt: 7 });
    expect(items(pages).map(({ key, seq, state }) => [key, seq, state.kind])).toEqual([
      ['#1', 1, 'received'],
      ['k1', 2, 'sent'],
      ['k2', undefined, 'pending'],
    ]);
  });

  test.each(['message first', 'ack first'])(
    'a group message that comes back is the one that was sent: %s',
    (order) => {
      const pages = pagesOf(stored(1));
      const entry = send(pages, 'k1');
      const back = () => takeIn(pages, mine(2, { clientMsgId: 'k1' }), ME);
      const ack = () => settleSent(pages, entry, { id: '1002', seq: 2, sentAt: 2000 });
      for (const step of order === 'ack first' ? [ack, back] : [back, ack]) step();
      expect(items(pages).map(({ key, seq }) => [key, seq])).toEqual([
        ['#1', 1],
        ['k1', 2],
      ]);
    },
  );

  test('one that came by a sync without its clientMsgId before its ack is not doubled', () => {
    const pages = pagesOf(stored(1));
    const entry = send(pages, 'k1');
    takeIn(pages, mine(2), ME);
    takeIn(pages, stored(3), ME);
    settleSent(pages, entry, { id: '1002', seq: 2, sentAt: 2000 });
    expect(items(pages).map(({ key, seq }) => [key, seq])).toEqual([
      ['#1', 1],
      ['k1', 2],
      ['#3', 3],
    ]);
  });

  test("somebody else's clientMsgId is not ours", () => {
    const pages = pagesOf();
    send(pages, 'k1');
    takeIn(pages, stored(1, { clientMsgId: 'k1' }), ME);
    expect(states(pages).map(({ kind }) => kind)).toEqual(['received', 'pending']);
  });

  test('an item that has not changed is the same object', () => {
    const pages = pagesOf(stored(1), mine(2));
    const before = items(pages);
    takeIn(pages, stored(3), ME);
    expect(items(pages)[0]).toBe(before[0]);
    expect(items(pages)[1]).toBe(before[1]);
    pages.readers.set(2, 1);
    expect(items(pages)[1]).not.toBe(before[1]);
    expect(items(pages)[1]).toBe(items(pages)[1]);
  });

  test('what was taken back has no content, and says by whom once that is known', () => {
    const pages = pagesOf(stored(1), mine(2));
    const before = items(pages)[0];
    takeBack(pages, 1, '3');
    takeBack(pages, 1, '');
    takeIn(pages, stored(1, { recalled: true }), ME);
    takeIn(pages, mine(2, { recalled: true }), ME);
    takeBack(pages, 77, '3');
    expect(items(pages)[0]).not.toBe(before);
    expect(items(pages).map(({ content }) => content)).toEqual(['', '']);
    expect(states(pages)).toEqual([
      { kind: 'recalled', by: '3' },
      { kind: 'recalled', by: '' },
    ]);
  });

  test('who has read a message has read the ones before it', () => {
    const pages = pagesOf(mine(1), mine(2), mine(3), mine(4));
    pages.readers.set(3, 2).set(1, 5);
    expect(states(pages)).toEqual([
      { kind: 'read', count: 5 },
      { kind: 'read', count: 2 },
      { kind: 'read', count: 2 },
      { kind: 'sent' },
    ]);
  });

  test("in a private chat, the other's position says what is read", () => {
    const chat = new ChatBook(ME).ensure('p:3');
    chat.peerReadSeq = 2;
    const pages = pagesOf(mine(1), stored(2), mine(3));
    expect(states(pages, chat).map(({ kind }) => kind)).toEqual(['read', 'received', 'sent']);
  });

  test('counts what is unread among what is held', () => {
    const pages = pagesOf(stored(4), mine(5), stored(6), stored(7, { recalled: true }), stored(8));
    expect(countUnread(pages, 4)).toBeUndefined();
    pages.isLoaded = true;
    expect(countUnread(pages, 2)).toBeUndefined();
    expect(countUnread(pages, 3)).toBe(3);
    expect(countUnread(pages, 4)).toBe(2);
    expect(countUnread(pages, 8)).toBe(0);
  });

  test('the line above the first unread one is drawn only where the read ones end', () => {
    const pages = pagesOf(stored(4), mine(5), stored(6));
    pages.isLoaded = true;
    pages.unreadAfter = 4;
    expect(showThread(pages, group).unreadFrom).toBe(6);
    pages.unreadAfter = 2;
    expect(showThread(pages, group).unreadFrom).toBeUndefined();
    pages.older = 'that_is_all';
    expect(showThread(pages, group).unreadFrom).toBe(4);
  });

  test('a long one is cut at its beginning, which can be loaded again', () => {
    const pages = pagesOf();
    for (let seq = 1; seq <= 1501; seq += 1) takeIn(pages, stored(seq), ME);
    pages.older = 'that_is_all';
    trim(pages);
    expect(pages.stored).toHaveLength(1000);
    expect(pages.stored[0]?.seq).toBe(502);
    expect(pages.older).toBe('there_is_more');
  });
});
