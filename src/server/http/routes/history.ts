import { z } from 'zod';
import { ChatError } from '../../../protocol/error-codes.ts';
import { toConversationId } from '../../../protocol/ids.ts';
import type { ConversationId, UserId } from '../../../protocol/ids.ts';
import { privateConversation } from '../../chat/conversation-id.ts';
import type { Store } from '../../chat/database-ports.ts';
import type { HistoryPage, HistoryQuery } from '../../chat/conversation-ports.ts';
import type { ReadState } from '../../chat/read-state.ts';
import type { StoredMessage } from '../../chat/store-ports.ts';
import { atMost, moment, paging, userId, whole } from '../fields.ts';
import { shownContent } from '../recalled-text.ts';
import { defineRoute } from '../route.ts';
import type { Route } from '../route.ts';

type HistoryStore = Pick<Store, 'users' | 'conversations'>;
type Reads = Pick<ReadState, 'mark'>;

const MAX_LIMIT = 300;

const query = z.object({
  conversationId: z.string().optional(),
  targetUserId: userId.optional(),
  chatType: z.string().optional().meta({ description: '1 group, 2 private: then `targetUserId` names it' }),
  ...paging,
  startTime: moment('start'),
  endTime: moment('end'),
  beforeSeq: whole.optional().meta({ type: 'integer', description: 'the messages before this one' }),
  afterSeq: whole.optional().meta({ type: 'integer', description: 'the messages after this one' }),
  limit: atMost(MAX_LIMIT).optional(),
});

type Query = z.output<typeof query>;

/** Messages of a conversation, as its members may read them. A page that holds the newest one reads up to it. */
export const historyRoute = (store: HistoryStore, reads: Reads): Route =>
  defineRoute({
    method: 'GET',
    path: '/v1/chat/messages',
    summary: 'Messages of a conversation: newest page first, oldest first inside',
    description:
      'Without `beforeSeq` and `afterSeq`, an answer that holds the newest message marks it as read.',
    tag: 'chat',
    who: 'user',
    seed: true,
    query,
    answer: z.object({
      list: z.array(messageSchema),
      total: z.int(),
      page: z.int(),
      count: z.int(),
    }),
    handler: async ({ by, query }) => {
      const { page, count } = query;
      const conversationId = namedConversation(query, by.userId);
      if (conversationId === undefined) return { list: [], total: 0, page, count };
      const history = await store.conversations.history(toHistoryQuery(query, by.userId, conversationId));
      await markNewestRead(reads, query, by.userId, history);
      const names = await store.users.namesOf([...new Set(history.messages.map((one) => one.senderId))]);
      const list = history.messages.map((message) => toMessage(message, names.get(message.senderId) ?? ''));
      return { list, total: history.total, page, count };
    },
  });

const messageSchema = z.object({
  id: z.int(),
  sendId: z.string(),
  sendName: z.string(),
  content: z.string(),
  contentType: z.int(),
  sendTime: z.int().meta({ description: 'unix seconds' }),
  chatType: z.int(),
  seq: z.int(),
  sentAt: z.int().meta({ description: 'unix ms' }),
  recalled: z.literal(true).optional().meta({ description: 'it was taken back: the content says so' }),
});

function toMessage(message: StoredMessage, sendName: string): z.output<typeof messageSchema> {
  return {
    id: message.id,
    sendId: String(message.senderId),
    sendName,
    ...shownContent(message),
    sendTime: Math.floor(message.sentAt / 1000),
    chatType: message.chatType,
    seq: message.seq,
    sentAt: message.sentAt,
    ...(message.recalled === true ? { recalled: true } : {}),
  };
}

// What can be no conversation's id is answered as a group that does not exist.
function namedConversation(query: Query, viewer: UserId): ConversationId | undefined {
  const { conversationId, targetUserId, chatType } = query;
  if (targetUserId !== undefined && (chatType === '2' || conversationId === undefined)) {
    return privateConversation(viewer, targetUserId);
  }
  if (conversationId === undefined) return undefined;
  const id = toConversationId(conversationId);
  if (id === undefined) throw new ChatError('not_member');
  return id;
}

function toHistoryQuery(query: Query, viewer: UserId, conversationId: ConversationId): HistoryQuery {
  return {
    viewer,
    conversationId,
    window: toWindow(query),
    ...(query.startTime === undefined ? {} : { from: query.startTime }),
    ...(query.endTime === undefined ? {} : { to: query.endTime }),
  };
}

function toWindow({ beforeSeq, afterSeq, limit, page, count }: Query): HistoryQuery['window'] {
  const most = limit ?? count;
  if (beforeSeq !== undefined) return { beforeSeq, limit: most };
  if (afterSeq !== undefined) return { afterSeq, limit: most };
  return { page, count: most };
}

// The seed's clients never say `read`: to them, having been shown the newest message is having read.
async function markNewestRead(
  reads: Reads,
  query: Query,
  viewer: UserId,
  { messages, lastSeq }: HistoryPage,
): Promise<void> {
  const newest = messages.at(-1);
  if (query.beforeSeq !== undefined || query.afterSeq !== undefined) return;
  if (newest === undefined || newest.seq < lastSeq) return;
  try {
    await reads.mark(viewer, newest.conversationId, newest.seq);
  } catch (error) {
    if (!takesNoWrites(error)) throw error;
  }
}

// A full disk or a read-only server can still be read from: what was found is shown, and marked another time.
function takesNoWrites(error: unknown): boolean {
  return (
    error instanceof ChatError && (error.code === 'storage_full' || error.code === 'storage_unavailable')
  );
}
