import { describe, expect, test } from 'vitest';
import type { ListedChat } from '../../src/web/api/answers.ts';
import type { Arrival } from '../../src/web/model/arrival.ts';
import { ChatBook, LOBBY_KEY } from '../../src/web/model/chat-book.ts';

const ME = '2';

const listed = (more: Partial<ListedChat> = {}): ListedChat => ({
  id: 'team',
  type: 1,
  name: 'Team',
  lastMessage: 'three',
  lastMessageTime: 3,
  lastSendId: '3',
  lastMessageType: 1,
  lastSentAt: 3_000,
  unreadCount: 2,
  memberIds: ['2', '3'],
  lastSeq: 3,
  readSeq: 1,
  ...more,
});

const message = (seq: number, more: Partial<Arrival> = {}): Arrival => ({
  conversationId: 'team',
  chatType: 1,
  sendId: '3',
  recvId: '',
  content: `message ${seq}`,
  contentType: 1,
  seq,
  sentAt: seq * 1000,
  ...more,
});

const fromPeer = (seq: number, more: Partial<Arrival> = {}): Arrival =>
  message(seq, { conversationId: 'hash', chatType: 2, recvId: ME, ...more });

const bookOf = (entry: Partial<ListedChat> = {}) => {
  const book = new ChatBook(ME);
  return { book, chat: book.listed(listed(entry)) };
};

describe('the list of chats', () => {
  test('a group is found by its id, a private chat by the other', () => {
    const book = new ChatBook(ME);
    expect(book.listed(listed()).key).toBe('g:team');
    expect(book.listed(listed({ id: 'hash', type: 2, memberIds: ['2', '3'] })).key).toBe('p:3');
    expect(book.listed(listed({ id: 'own', type: 2, memberIds: ['2'] })).key).toBe('p:2');
    expect(book.byConversation('hash')?.key).toBe('p:3');
    expect(book.byConversation('nothing')).toBeUndefined();
    expect(book.ensure(LOBBY_KEY).kind).toBe('lobby');
  });

  test('the first message of a private conversation tells whose it is', () => {
    const book = new ChatBook(ME);
    expect(book.received(fromPeer(1)).key).toBe('p:3');
    const own = fromPeer(1, { conversationId: 'other', sendId: ME, recvId: '4' });
    expect(book.received(own).key).toBe('p:4');
  });

  test('a private chat opened before its first message is the same afterwards', () => {
    const book = new ChatBook(ME);
    const chat = book.ensure('p:3', 'carol');
    expect(book.received(fromPeer(1))).toBe(chat);
    expect(chat.conversationId).toBe('hash');
  });

  test('a message that was listed already is not counted again', () => {
    const { book, chat } = bookOf();
    book.received(message(3));
    expect(chat).toMatchObject({ unread: 2, lastSeq: 3 });
    book.received(message(4));
    expect(chat).toMatchObject({ unread: 3, lastSeq: 4, last: { text: 'message 4' } });
  });

  test('an older message that comes late changes nothing', () => {
    const { book, chat } = bookOf();
    book.received(message(2));
    expect(chat).toMatchObject({ unread: 2, lastSeq: 3, last: { text: 'three' } });
  });

  test('one who writes has read', () => {
    const { book, chat } = bookOf();
    book.received(message(4, { sendId: ME }));
    expect(chat).toMatchObject({ unread: 0, readSeq: 4 });
  });

  test('what the other writes has read what was there', () => {
    const book = new ChatBook(ME);
    const chat = book.received(fromPeer(1, { sendId: ME, recvId: '3' }));
    expect(chat.peerReadSeq).toBe(0);
    book.received(fromPeer(2));
    expect(chat.peerReadSeq).toBe(2);
  });

  test('reading never goes back, and says whether the count is right', () => {
    const { book, chat } = bookOf();
    expect(book.read(chat, 2)).toBe(false);
    expect(book.read(chat, 1)).toBe(true);
    expect(chat.readSeq).toBe(2);
    expect(book.read(chat, 3)).toBe(true);
    expect(chat.unread).toBe(0);
    book.received(message(4));
    book.received(message(5));
    expect(book.read(chat, 4, 1)).toBe(true);
    expect(chat.unread).toBe(1);
  });

  test('a list that was asked for before the newest message does not take it back', () => {
    const { book, chat } = bookOf();
    book.received(message(4));
    book.listed(listed());
    expect(chat).toMatchObject({ lastSeq: 4, unread: 3, last: { text: 'message 4' } });
  });

  test('a list that does not know yet what was read here does not bring it back as unread', () => {
    const { book, chat } = bookOf();
    book.read(chat, 3);
    book.listed(listed());
    expect(chat.unread).toBe(0);
    book.listed(listed({ lastSeq: 5, unreadCount: 4 }));
    expect(chat).toMatchObject({ unread: 0, readSeq: 3 });
    book.listed(listed({ lastSeq: 5, readSeq: 3, unreadCount: 2 }));
    expect(chat.unread).toBe(2);
  });

  test('counts up to 999', () => {
    const { book, chat } = bookOf({ unreadCount: 999 });
    book.received(message(4));
    expect(chat.unread).toBe(999);
  });

  test('what was taken back is not unread, and has no text', () => {
    const { book, chat } = bookOf();
    book.received(message(4, { recalled: true, content: '' }));
    expect(chat).toMatchObject({ unread: 2, last: { kind: 'recalled', text: '' } });
    book.received(message(5));
    book.recalled(chat, 4);
    expect(chat.last).toMatchObject({ kind: 'text' });
    book.recalled(chat, 5);
    expect(chat.last).toMatchObject({ kind: 'recalled', text: '', senderId: '3' });
  });

  test('a listed message that was taken back shows no text either', () => {
    const { chat } = bookOf({ lastMessage: '消息已撤回', lastMessageRecalled: true });
    expect(chat.last).toMatchObject({ kind: 'recalled', text: '' });
  });

  test('a message ends the typing of who wrote it', () => {
    const { book, chat } = bookOf();
    chat.typing.set('3', 1).set('4', 1);
    book.received(message(4));
    expect([...chat.typing.keys()]).toEqual(['4']);
  });

  test('a chat the server begins anew counts from what it lists', () => {
    const { book, chat } = bookOf({ lastSeq: 90, readSeq: 80, unreadCount: 10 });
    book.forget(chat);
    book.listed(listed({ lastSeq: 3, readSeq: 3, unreadCount: 0 }));
    expect(chat).toMatchObject({ lastSeq: 3, readSeq: 3, unread: 0 });
  });
});
