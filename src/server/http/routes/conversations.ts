import { z } from 'zod';
import type { UserId } from '../../../protocol/ids.ts';
import type { Store } from '../../chat/database-ports.ts';
import type { ConversationSummary } from '../../chat/conversation-ports.ts';
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
  unreadCount: z.int(),
  avatar: z.string(),
  memberIds: z.array(z.string()),
  lastSeq: z.int(),
  readSeq: z.int(),
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
    lastMessage: lastMessage === undefined ? '' : shownContent(lastMessage).content,
    ...(lastMessage?.recalled === true ? { lastMessageRecalled: true } : {}),
    lastMessageTime: Math.floor((lastMessage?.sentAt ?? 0) / 1000),
    unreadCount: summary.unreadCount,
    avatar: '',
    memberIds: summary.memberIds.map(String),
    lastSeq: summary.lastSeq,
    readSeq: summary.readSeq,
  };
}
