import { z } from 'zod';
import type { UserId } from '../../../protocol/ids.ts';
import type { Store } from '../../chat/database-ports.ts';
import type { ConversationSummary } from '../../chat/conversation-ports.ts';
import type { StoredMessage } from '../../chat/store-ports.ts';
import { paging } from '../fields.ts';
import { shownContent } from '../recalled-text.ts';
import { defineRoute } from '../route.ts';
import type { Route } from '../route.ts';

/** What somebody takes part in, the one with the newest message first. */
export const conversationsRoute = (store: Pick<Store, 'users' | 'conversations'>): Route =>
  defineRoute({
    method: 'GET',
    path: '/v1/chat/conversations',
    summary: 'Your conversations, the newest message first',
    tag: 'chat',
    who: 'user',
    seed: true,
    query: z.object(paging),
    answer: z.object({ list: z.array(conversationSchema), total: z.int() }),
    handler: async ({ by, query }) => {
      const { list, total } = await store.conversations.listFor(by.userId, query);
      const names = await store.users.namesOf(list.flatMap((one) => one.peerId ?? []));
      return { list: list.map((one) => toConversation(one, names)), total };
    },
  });

const conversationSchema = z.object({
  id: z.string(),
  type: z.int().meta({ description: '1 group, 2 private' }),
  name: z.string().meta({ description: "a group's name, or the other user's" }),
  lastMessage: z.string(),
  lastMessageRecalled: z.literal(true).optional().meta({ description: 'it was taken back' }),
  lastMessageTime: z.int().meta({ description: 'unix seconds; 0 without a message' }),
  lastSentAt: z.int().meta({ description: 'unix ms; 0 without a message' }),
  lastSendId: z.string().meta({ description: "the last message's sender; empty without one" }),
  lastMessageType: z.int().meta({ description: "the last message's `contentType`; 0 without one" }),
  unreadCount: z.int(),
  avatar: z.string(),
  memberIds: z.array(z.string()),
  role: z.string().meta({ description: 'your own in a group: owner, admin, member; else empty' }),
  lastSeq: z.int(),
  readSeq: z.int(),
  peerReadSeq: z.int().nullable().meta({ description: 'how far the other has read; null in a group' }),
});

function toConversation(
  summary: ConversationSummary,
  names: ReadonlyMap<UserId, string>,
): z.output<typeof conversationSchema> {
  const { peerId, lastMessage } = summary;
  return {
    id: summary.id,
    type: summary.chatType,
    name: summary.groupName ?? (peerId === undefined ? '' : (names.get(peerId) ?? '')),
    ...lastOf(lastMessage),
    ...(lastMessage?.recalled === true ? { lastMessageRecalled: true } : {}),
    unreadCount: summary.unreadCount,
    avatar: '',
    memberIds: summary.memberIds.map(String),
    role: summary.role ?? '',
    lastSeq: summary.lastSeq,
    readSeq: summary.readSeq,
    peerReadSeq: summary.peerReadSeq ?? null,
  };
}

function lastOf(message: StoredMessage | undefined) {
  if (message === undefined) {
    return { lastMessage: '', lastMessageTime: 0, lastSentAt: 0, lastSendId: '', lastMessageType: 0 };
  }
  const { content, contentType } = shownContent(message);
  return {
    lastMessage: content,
    lastMessageTime: Math.floor(message.sentAt / 1000),
    lastSentAt: message.sentAt,
    lastSendId: String(message.senderId),
    lastMessageType: contentType,
  };
}
