import { Op } from 'sequelize';
import type { WhereOptions } from 'sequelize';
import type { ContentType } from '../../protocol/frames.ts';
import type { ConversationId, MessageId, UserId } from '../../protocol/ids.ts';
import type { StoredMessage } from '../chat/store-ports.ts';
import { findRows } from './find-rows.ts';
import { isGroup } from './readable.ts';
import type { Span } from './seq-spans.ts';
import type { ConversationRow, MessageRow, Tables } from './tables.ts';

/** The messages of one conversation in `spans`, oldest first. */
export async function findMessages(
  { messages }: Tables,
  conversation: ConversationRow,
  spans: readonly Span[],
): Promise<readonly StoredMessage[]> {
  if (spans.length === 0) return [];
  const where = { conversationNo: conversation.no, [Op.or]: spans.map(toCondition) };
  const rows = await findRows(messages, { where, order: [['seq', 'ASC']] });
  return rows.map((row) => toStoredMessage(row, conversation));
}

/** seq in (after, upTo], as the database is asked. */
export function toCondition({ after, upTo }: Span): WhereOptions<MessageRow> {
  return { seq: { [Op.gt]: after, [Op.lte]: upTo } };
}

/** The row of a message of that conversation as the chat rules know it. */
export function toStoredMessage(row: MessageRow, conversation: ConversationRow): StoredMessage {
  const { userLo, userHi } = conversation;
  return {
    id: row.id as MessageId,
    conversationId: conversation.id as ConversationId,
    chatType: isGroup(conversation) ? 1 : 2,
    seq: row.seq,
    senderId: row.senderId as UserId,
    recvId: isGroup(conversation) ? undefined : ((row.senderId === userLo ? userHi : userLo) as UserId),
    content: row.content,
    contentType: row.contentType as ContentType,
    sentAt: row.sentAt,
    clientMsgId: undefined,
    ...(row.recalledBy === null ? {} : { recalled: true }),
  };
}

/** The lowest seq sent at `time` (ms since 1970) or later; one past the last if there is none. */
export function firstSeqSince(tables: Tables, conversation: ConversationRow, time: number): Promise<number> {
  return firstSeqWhere(tables, conversation, ({ sentAt }) => sentAt >= time);
}

/**
 * The lowest seq for which `isIn` holds, which must hold for all after it too; one past the last if there is none. By
 * halving: neither times nor ids run backwards in a conversation, so no index on them is needed.
 */
export async function firstSeqWhere(
  { messages }: Tables,
  { no, lastSeq }: ConversationRow,
  isIn: (row: Pick<MessageRow, 'id' | 'sentAt'>) => boolean,
): Promise<number> {
  let low = 1;
  let high = lastSeq + 1;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const row = await messages.findOne({
      attributes: ['id', 'sentAt'],
      where: { conversationNo: no, seq: middle },
    });
    if (row !== null && isIn(row.get())) high = middle;
    else low = middle + 1;
  }
  return low;
}
