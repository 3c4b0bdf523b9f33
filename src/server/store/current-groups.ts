import type { GroupId, UserId } from '../../protocol/ids.ts';
import type { MessageRecords } from '../chat/record-ports.ts';
import type { Tables } from './tables.ts';

/** The groups a user is in now, by id; without the lobby. */
export async function listCurrentGroups(
  { conversations, memberships }: Tables,
  userId: UserId,
  limit: number,
): ReturnType<MessageRecords['groupsOf']> {
  const joined = await memberships.findAll({
    attributes: ['conversationNo'],
    where: { userId, leftAt: null },
  });
  const where = { no: joined.map((row) => row.get().conversationNo), dismissedAt: null };
  const total = await conversations.count({ where });
  const rows = await conversations.findAll({ attributes: ['id', 'name'], where, order: ['id'], limit });
  const groups = rows.map((row) => {
    const { id, name } = row.get();
    return { id: id as GroupId, name: name ?? id };
  });
  return { groups, total };
}
