import { CHAT_TYPE } from '../../protocol/frames.ts';
import type { ConversationId, UserId } from '../../protocol/ids.ts';
import { createRecentMap } from './recent-map.ts';
import type { StoredMessage } from './store-ports.ts';

/** Who wrote the latest messages of groups: in memory, so that a receipt asks no database. */
export interface RecentAuthors {
  /** In the order of the seqs of a conversation. */
  add(message: StoredMessage): void;
  /** The authors of the messages after `after` up to `upTo`, as far as they are remembered. */
  between(conversationId: ConversationId, after: number, upTo: number): ReadonlySet<UserId>;
}

interface Line {
  readonly seq: number;
  readonly author: UserId;
}

/** Groups remembered: those that were written in or read last. */
const MOST_GROUPS = 2000;
/** Messages of each: what people have open, not what they catch up with. */
const MOST_LINES = 100;

export function createRecentAuthors(): RecentAuthors {
  const groups = createRecentMap<ConversationId, Line[]>({ limit: MOST_GROUPS });

  return {
    add({ chatType, conversationId, seq, senderId }) {
      if (chatType !== CHAT_TYPE.group) return;
      const lines = groups.get(conversationId) ?? [];
      if (lines.length === 0) groups.set(conversationId, lines);
      lines.push({ seq, author: senderId });
      if (lines.length > MOST_LINES * 2) lines.splice(0, MOST_LINES);
    },
    between(conversationId, after, upTo) {
      const lines = groups.get(conversationId) ?? [];
      const read = lines.filter(({ seq }) => after < seq && seq <= upTo);
      return new Set(read.map(({ author }) => author));
    },
  };
}
