import type { ListedChat } from '../api/answers.ts';
import type { Arrival } from './arrival.ts';
import { lastLineOf, listedLine, recalledLine } from './last-line.ts';
import type { ChatKey, ChatSummary, LastLine } from './state.ts';

/** A chat as the page keeps it. */
export interface Chat {
  readonly key: ChatKey;
  readonly kind: ChatSummary['kind'];
  /** Of a private chat; a group's is its title. */
  readonly peerId: string | undefined;
  conversationId: string | undefined;
  /** A group's; a private chat is called as the other is. */
  title: string;
  last: LastLine | undefined;
  lastSeq: number;
  readSeq: number;
  peerReadSeq: number;
  unread: number;
  /** Who is typing, and until when that is believed (ms). */
  readonly typing: Map<string, number>;
  mayManage: boolean;
  /** When it was opened here: a chat without messages stands where a message of that time would. */
  openedAt: number;
}

export const MOST_UNREAD = 999;
export const LOBBY_KEY: ChatKey = 'g:all';

/** The chats of one signed-in user, and the rules of unread and read. No I/O, no timers. */
export class ChatBook {
  readonly #me: string;
  readonly #chats = new Map<ChatKey, Chat>();
  readonly #keys = new Map<string, ChatKey>();

  constructor(me: string) {
    this.#me = me;
  }

  get(key: ChatKey): Chat | undefined {
    return this.#chats.get(key);
  }

  all(): Iterable<Chat> {
    return this.#chats.values();
  }

  byConversation(conversationId: string): Chat | undefined {
    const key = this.#keys.get(conversationId) ?? `g:${conversationId}`;
    return this.#chats.get(key as ChatKey);
  }

  /** The chat of that key, made if there is none yet. */
  ensure(key: ChatKey, title = ''): Chat {
    const known = this.#chats.get(key);
    if (known !== undefined) {
      if (title !== '') known.title = title;
      return known;
    }
    const chat = createChat(key, title);
    this.#chats.set(key, chat);
    return chat;
  }

  drop(key: ChatKey): void {
    const conversationId = this.#chats.get(key)?.conversationId;
    if (conversationId !== undefined) this.#keys.delete(conversationId);
    this.#chats.delete(key);
  }

  learn(chat: Chat, conversationId: string): void {
    chat.conversationId = conversationId;
    this.#keys.set(conversationId, chat.key);
  }

  /** What the server lists of a chat: the truth, unless a newer message has come since it was asked. */
  listed(entry: ListedChat): Chat {
    const chat = this.ensure(this.#keyOf(entry), entry.name);
    this.learn(chat, entry.id);
    chat.mayManage = entry.role === 'owner' || entry.role === 'admin' || chat.mayManage;
    chat.peerReadSeq = Math.max(chat.peerReadSeq, entry.peerReadSeq ?? 0);
    if (entry.lastSeq < chat.lastSeq) return chat;
    chat.lastSeq = entry.lastSeq;
    chat.last = listedLine(entry) ?? chat.last;
    if (entry.readSeq >= chat.readSeq) chat.unread = entry.unreadCount;
    chat.readSeq = Math.max(chat.readSeq, entry.readSeq);
    if (chat.readSeq >= chat.lastSeq) chat.unread = 0;
    return chat;
  }

  /** A message that came. The first of a private conversation tells whose it is. */
  received(message: Arrival): Chat {
    const { conversationId, seq, sendId } = message;
    const chat = this.ensure(this.#keyOfMessage(message));
    this.learn(chat, conversationId);
    chat.typing.delete(sendId);
    // Who writes has read what was there.
    if (sendId === chat.peerId) chat.peerReadSeq = Math.max(chat.peerReadSeq, seq);
    if (seq < chat.lastSeq && sendId === this.#me) this.read(chat, seq);
    if (seq < chat.lastSeq) return chat;
    const isNew = seq > chat.lastSeq;
    chat.last = lastLineOf(message);
    chat.lastSeq = seq;
    if (sendId === this.#me) this.read(chat, seq);
    else if (isNew && seq > chat.readSeq && message.recalled !== true) {
      chat.unread = Math.min(MOST_UNREAD, chat.unread + 1);
    }
    return chat;
  }

  /** The user has read up to `seq`; `left`: the unread after it, where that is known. Gives whether `unread` is right now. */
  read(chat: Chat, seq: number, left?: number): boolean {
    if (seq <= chat.readSeq) return true;
    chat.readSeq = seq;
    const unread = seq >= chat.lastSeq ? 0 : left;
    if (unread !== undefined) chat.unread = unread;
    return unread !== undefined || chat.unread === 0;
  }

  recalled(chat: Chat, seq: number): void {
    if (seq === chat.lastSeq && chat.last !== undefined) chat.last = recalledLine(chat.last);
  }

  /** The server no longer knows what was held of it: what it lists counts. */
  forget(chat: Chat): void {
    Object.assign(chat, { last: undefined, lastSeq: 0, readSeq: 0, peerReadSeq: 0, unread: 0 });
  }

  #keyOf({ id, type, memberIds }: ListedChat): ChatKey {
    const known = this.#keys.get(id);
    if (known !== undefined) return known;
    if (type === 1) return `g:${id}`;
    return `p:${memberIds.find((member) => member !== this.#me) ?? this.#me}`;
  }

  #keyOfMessage({ conversationId, chatType, sendId, recvId }: Arrival): ChatKey {
    if (chatType === 1) return `g:${conversationId}`;
    return `p:${sendId === this.#me ? recvId : sendId}`;
  }
}

function createChat(key: ChatKey, title: string): Chat {
  const id = key.slice(2);
  const isPrivate = key.startsWith('p:');
  return {
    key,
    kind: isPrivate ? 'private' : key === LOBBY_KEY ? 'lobby' : 'group',
    peerId: isPrivate ? id : undefined,
    conversationId: isPrivate ? undefined : id,
    title,
    last: undefined,
    lastSeq: 0,
    readSeq: 0,
    peerReadSeq: 0,
    unread: 0,
    typing: new Map(),
    mayManage: false,
    openedAt: 0,
  };
}
