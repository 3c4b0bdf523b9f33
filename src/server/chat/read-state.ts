import type { ReadNotice } from '../../protocol/frames.ts';
import { isPrivateForm, type ConversationId, type UserId } from '../../protocol/ids.ts';
import type { ConversationStore, ReadMark } from './conversation-ports.ts';
import type { Delivery, MembersCache, Session } from './ports.ts';
import { createReadReceipts } from './read-receipts.ts';
import type { RecentAuthors } from './recent-authors.ts';

/** How far everybody has read, behind every door. */
export interface ReadState {
  /**
   * Moves a user's position and tells whom it concerns: his own other connections, the other user of a private
   * conversation, the authors in a group. `by`: the session that said so. Rejects like ConversationStore.markRead().
   */
  mark(userId: UserId, conversationId: ConversationId, seq: number, by?: Session): Promise<ReadMark>;
}

interface ReadStateOptions {
  readonly conversations: Pick<ConversationStore, 'markRead'>;
  readonly delivery: Pick<Delivery, 'signal'>;
  readonly members: MembersCache;
  readonly authors: Pick<RecentAuthors, 'between'>;
}

export function createReadState(options: ReadStateOptions): ReadState {
  const { conversations, delivery } = options;
  const receipts = createReadReceipts(options);

  return {
    async mark(userId, conversationId, seq, by) {
      const mark = await conversations.markRead(userId, conversationId, seq);
      const { readSeq, movedFrom, newly, peerId } = mark;
      if (movedFrom === undefined) return mark;
      const notice: ReadNotice = { type: 'read', conversationId, userId: String(userId), seq: readSeq };
      delivery.signal([userId], notice, { conversationId, except: by });
      if (!isPrivateForm(conversationId)) {
        receipts({ conversationId, reader: userId, newly, upTo: readSeq });
      } else if (peerId !== undefined && peerId !== userId) {
        delivery.signal([peerId], notice, { conversationId });
      }
      return mark;
    },
  };
}
