import { z } from 'zod';
import type { MessageQuery } from '../../protocol/admin-records.ts';
import { ChatError } from '../../protocol/error-codes.ts';
import { groupConversation, LOBBY, toGroupId, toMessageId } from '../../protocol/ids.ts';
import type { MessageRecordsQuery } from '../chat/record-ports.ts';
import { type AdminCommand, defineCommand } from './admin-command.ts';
import type { AdminParts } from './admin-parts.ts';
import { createFindUser, type FindUser } from './find-user.ts';
import { firstFitting } from './first-fitting.ts';
import { toMessageItems } from './message-items.ts';
import { toReadTarget } from './read-target.ts';
import { flag, limit, PAGE_SIZE, time } from './record-schemas.ts';
import { namedUser, userSpec } from './schemas.ts';
import { unknownGroup } from './unknown-group.ts';

type Parts = Pick<AdminParts, 'users' | 'groupStore' | 'messageRecords'>;

/** Who wrote to whom. What they wrote is shown to who asks for it, and that he did is audited. */
export function messageListCommands({ users, groupStore, messageRecords }: Parts): readonly AdminCommand[] {
  const findUser = createFindUser(users);

  // A group that was dismissed has its messages still: only where there are none it matters whether there is a group.
  async function requireGroup(text: string): Promise<void> {
    const id = toGroupId(text);
    if (id !== LOBBY && (id === undefined || (await groupStore.load(id)) === undefined)) {
      throw unknownGroup(text);
    }
  }

  return [
    defineCommand('message.list', {
      summary: 'List messages, the latest first; their text only with content=1, which is audited',
      input: messageQuery,
      answer: z.object({ items: z.array(messageItem), next: z.string().optional() }),
      action: 'message.read',
      target: (query) => (query.content === true ? toReadTarget(query) : undefined),
      async run(query) {
        const wanted = { ...(await toRecordsQuery(query, findUser)), limit: (query.limit ?? PAGE_SIZE) + 1 };
        const found = await messageRecords.list(wanted);
        if (found.length === 0 && query.group !== undefined) await requireGroup(query.group);
        const page = found.slice(0, wanted.limit - 1);
        const items = firstFitting(await toMessageItems(page, users.namesOf, query.content === true));
        return { items, next: found.length > items.length ? items.at(-1)?.id : undefined };
      },
    }),
  ];
}

async function toRecordsQuery(
  { user, group, before }: MessageQuery,
  findUser: FindUser,
): Promise<Omit<MessageRecordsQuery, 'limit'>> {
  const cursor = before === undefined ? undefined : toMessageId(before);
  if (before !== undefined && cursor === undefined) throw new ChatError('invalid_field', { field: 'before' });
  const older = cursor === undefined ? {} : { before: cursor };
  if (user !== undefined && group !== undefined) throw onlyOne();
  if (user !== undefined) return { of: { userId: (await findUser(user)).id }, ...older };
  if (group === undefined) return older;
  const groupId = toGroupId(group);
  if (groupId === undefined) throw unknownGroup(group);
  return { of: { conversationId: groupConversation(groupId) }, ...older };
}

function onlyOne(): ChatError {
  return new ChatError('invalid_field', {
    field: 'group',
    text: { zh: '用户和群组只能指定一个', en: 'name a user or a group, not both' },
  });
}

const messageQuery = z.object({
  user: userSpec.optional(),
  group: z.string().min(1).max(64).optional(),
  before: z.string().optional().meta({ description: 'the id of a message: only older ones' }),
  limit,
  content: flag.meta({ description: 'with the text' }),
});

const messageItem = z.object({
  id: z.string(),
  conversationId: z.string(),
  seq: z.number(),
  from: namedUser,
  to: namedUser.optional().meta({ description: 'of a private message' }),
  group: z.string().optional().meta({ description: 'of a group message' }),
  contentType: z.union([z.literal(1), z.literal(2), z.literal(3), z.literal(4)]),
  bytes: z.number().meta({ description: 'of the content, in UTF-8' }),
  sentAt: time,
  recalled: z.literal(true).optional().meta({ description: 'it was taken back' }),
  content: z.string().optional(),
});
