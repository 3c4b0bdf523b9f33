import type { ConversationState } from '../../client/chat-client.ts';
import type { ReadNotice } from '../../protocol/frames.ts';
import type { Chat } from './chat-book.ts';
import type { ChatList } from './chat-list.ts';
import type { Core, Visit } from './core.ts';
import { trim } from './history.ts';
import { openChatOf } from './open-chat.ts';
import { countUnread } from './thread-book.ts';
import type { Pages } from './thread-book.ts';

/** Who has read what: the user himself, here and elsewhere, and the others. */
export interface Reading {
  /** The person saw the open thread down to this message; it counts while somebody looks at the page. */
  sawUpTo(seq: number): void;
  visible(isVisible: boolean): void;
  /** A chat was opened. */
  opened(visit: Visit, chat: Chat): void;
  heard(visit: Visit, notice: ReadNotice): void;
  synced(visit: Visit, state: ConversationState): void;
  /** What was seen of the chat was of another past. */
  reset(visit: Visit, chat: Chat): void;
}

/** Of one's own messages in a group: those whose readers are counted, and ms between two questions. */
const COUNTED = 6;
const ASK_EVERY = 1_500;

export function createReading(core: Core, list: ChatList): Reading {
  const readers = createReaderCounts(core);
  let isVisible = true;
  let seen = 0;

  function mark(): void {
    const open = openChatOf(core);
    if (open === undefined || !isVisible || seen <= open.chat.readSeq) return;
    const { visit, chat, pages } = open;
    visit.chats.read(chat, seen, countUnread(pages, seen));
    if (chat.conversationId !== undefined) visit.client?.markRead(chat.conversationId, seen);
    core.touch();
  }

  // Whoever looks at the newest message is not reading at the beginning of what is held.
  function trimOpen(seq: number): void {
    const open = openChatOf(core);
    if (open !== undefined && seq >= open.chat.lastSeq && trim(open.pages)) core.touch();
  }

  function heardOfMine(visit: Visit, chat: Chat, seq: number): void {
    const pages = visit.threads.get(chat.key);
    const left = pages === undefined ? undefined : countUnread(pages, seq);
    if (!visit.chats.read(chat, seq, left)) list.refresh(visit);
  }

  return {
    sawUpTo(seq) {
      seen = seq;
      mark();
      trimOpen(seq);
    },
    visible(now) {
      isVisible = now;
      mark();
    },
    opened(visit, chat) {
      seen = 0;
      const pages = visit.threads.get(chat.key);
      if (pages !== undefined) pages.unreadAfter = chat.unread > 0 ? chat.readSeq : undefined;
      readers.soon(visit, chat);
    },
    heard(visit, { conversationId, userId, seq }) {
      const chat = visit.chats.byConversation(conversationId);
      if (chat === undefined) return;
      if (userId === visit.me.id) heardOfMine(visit, chat, seq);
      else if (chat.kind === 'private') chat.peerReadSeq = Math.max(chat.peerReadSeq, seq);
      else readers.soon(visit, chat);
    },
    reset(visit, { key }) {
      if (visit.open === key) seen = 0;
    },
    synced(visit, state) {
      const chat = visit.chats.byConversation(state.conversationId);
      if (chat === undefined) return;
      chat.peerReadSeq = Math.max(chat.peerReadSeq, state.peerReadSeq ?? 0);
      if (state.readSeq > chat.readSeq) heardOfMine(visit, chat, state.readSeq);
    },
  };
}

/** In a group the server only hints that something was read: the counts of the last own messages are asked for. */
function createReaderCounts(core: Core) {
  let isDue = false;

  async function ask(visit: Visit, chat: Chat, pages: Pages): Promise<void> {
    const { conversationId } = chat;
    if (conversationId === undefined) return;
    const own = pages.stored.filter(({ isMine, recalledBy }) => isMine && recalledBy === undefined);
    for (const { seq = 0 } of own.slice(-COUNTED).toReversed()) {
      // All have read it, and so all before it.
      if ((pages.readers.get(seq) ?? 0) >= (pages.memberCount ?? Infinity) - 1) break;
      const answer = await core.api.readers(conversationId, seq, 1).catch(() => undefined);
      if (answer === undefined || visit.isEnded) return;
      pages.readers.set(seq, answer.count);
    }
    core.touch();
  }

  return {
    soon(visit: Visit, chat: Chat): void {
      if (isDue || chat.kind === 'private') return;
      isDue = true;
      core.after(ASK_EVERY, () => {
        isDue = false;
        const pages = visit.threads.get(chat.key);
        if (!visit.isEnded && visit.open === chat.key && pages !== undefined) void ask(visit, chat, pages);
      });
    },
  };
}
