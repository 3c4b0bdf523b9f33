import { literal, Op } from 'sequelize';
import type { ConversationId, UserId } from '../../protocol/ids.ts';
import type { ReadersQuery } from '../chat/conversation-ports.ts';
import { isGroup, LOBBY_NO } from './readable.ts';
import { findReadable } from './readables.ts';
import type { ConversationRow, Tables } from './tables.ts';

/**
 * Who has read a message: of those who may read it and are in the conversation now, those whose position is at it or
 * after it; its author is not counted. None for a message the viewer may not read.
 */
export async function findReaders(
  tables: Tables,
  { viewer, conversationId, seq, limit }: ReadersQuery,
): Promise<{ readonly count: number; readonly readers: readonly UserId[] }> {
  const author = await findAuthor(tables, { viewer, conversationId, seq });
  if (author === undefined) return { count: 0, readers: [] };
  const { conversation, senderId } = author;
  const { count, rows } = await tables.reads.findAndCountAll({
    attributes: ['userId'],
    where: {
      conversationNo: conversation.no,
      readSeq: { [Op.gte]: seq },
      userId: { [Op.and]: [{ [Op.ne]: senderId }, ...entitledTo(conversation, seq)] },
    },
    order: ['userId'],
    limit,
  });
  return { count, readers: rows.map((row) => row.get().userId as UserId) };
}

async function findAuthor(
  tables: Tables,
  { viewer, conversationId, seq }: { viewer: UserId; conversationId: ConversationId; seq: number },
): Promise<{ readonly conversation: ConversationRow; readonly senderId: number } | undefined> {
  const readable = await findReadable(tables, viewer, conversationId);
  if (readable?.spans.some(({ after, upTo }) => after < seq && seq <= upTo) !== true) return undefined;
  const { conversation } = readable;
  const where = { conversationNo: conversation.no, seq };
  const message = await tables.messages.findOne({ attributes: ['senderId'], where });
  return message === null ? undefined : { conversation, senderId: message.get().senderId };
}

/** As a subquery for each reader: a lobby has more users than can be named. Everything in it is a number of ours. */
function entitledTo(conversation: ConversationRow, seq: number) {
  if (!isGroup(conversation)) return [];
  const { no } = conversation;
  const himself = 'SELECT user_id FROM memberships m WHERE m.user_id = `reads`.user_id AND m.conversation_no';
  const users =
    no === LOBBY_NO
      ? `SELECT id FROM users u WHERE u.id = \`reads\`.user_id AND deleted_at IS NULL AND lobby_joined_after < ${seq}`
      : `${himself} = ${no} AND joined_after < ${seq} AND (left_at IS NULL OR left_at >= ${seq})
          AND EXISTS (${himself} = ${no} AND left_at IS NULL)`;
  return [{ [Op.in]: literal(`(${users})`) }];
}
