import { Op } from 'sequelize';
import type { Sequelize, Transaction } from 'sequelize';
import { ChatError } from '../../protocol/error-codes.ts';
import type { ConversationId, UserId } from '../../protocol/ids.ts';
import type { Recalled, RecallRequest } from '../chat/conversation-ports.ts';
import type { Clock } from '../chat/ports.ts';
import type { StoredMessage } from '../chat/store-ports.ts';
import { findMessages, toStoredMessage } from './messages.ts';
import { toReadable, WHOLE } from './readable.ts';
import { findReadable } from './readables.ts';
import type { Readable } from './readable.ts';
import { clip } from './seq-spans.ts';
import type { ConversationRow, MessageRow, Tables } from './tables.ts';
import { inTransaction } from './transaction.ts';

interface MessagePlace {
  readonly conversationId: ConversationId;
  readonly seq: number;
}

/** The message at `seq`, if `viewer` may read it (undefined: an operator, who may). */
export async function findMessageAt(
  tables: Tables,
  viewer: UserId | undefined,
  { conversationId, seq }: MessagePlace,
): Promise<StoredMessage> {
  const readable = await findFor(tables, viewer, conversationId);
  const spans = clip(readable?.spans ?? [], seq - 1, seq);
  const [message] = readable === undefined ? [] : await findMessages(tables, readable.conversation, spans);
  if (message === undefined) throw new ChatError('not_found');
  return message;
}

async function findFor(
  tables: Tables,
  viewer: UserId | undefined,
  id: ConversationId,
): Promise<Readable | undefined> {
  if (viewer !== undefined) return findReadable(tables, viewer, id);
  const conversation = (await tables.conversations.findOne({ where: { id } }))?.get();
  return conversation === undefined ? undefined : toReadable(conversation, [WHOLE]);
}

interface RecallOptions {
  readonly sequelize: Sequelize;
  readonly tables: Tables;
  readonly clock: Clock;
}

/**
 * Takes a message back, whose content is gone then, and counts that in its conversation. The conversation's row is
 * locked first, as batches of messages do it: of two at once one finds that it was done.
 */
export function recallMessage(
  { sequelize, tables, clock }: RecallOptions,
  request: RecallRequest,
): Promise<Recalled> {
  return inTransaction(sequelize, async (transaction) => {
    const { conversation, row } = await lockAndLook(tables, request, transaction);
    if (row.recalledBy === null) {
      return takeBack(tables, { conversation, row, at: clock.now(), by: request.by, transaction });
    }
    const { rev } = (
      await tables.recalls.findOne({
        where: { conversationNo: conversation.no, seq: row.seq },
        transaction,
        rejectOnEmpty: true,
      })
    ).get();
    return { ...toRecalled(conversation, row), rev, rejoined: [], again: true };
  });
}

async function lockAndLook(
  { conversations, messages }: Tables,
  { conversationId, seq }: MessagePlace,
  transaction: Transaction,
): Promise<{ readonly conversation: ConversationRow; readonly row: MessageRow }> {
  const lock = transaction.LOCK.UPDATE;
  const conversation = (
    await conversations.findOne({ where: { id: conversationId }, lock, transaction })
  )?.get();
  if (conversation === undefined) throw new ChatError('not_found');
  const where = { conversationNo: conversation.no, seq };
  const row = (await messages.findOne({ where, transaction }))?.get();
  if (row === undefined) throw new ChatError('not_found');
  return { conversation, row };
}

interface TakeBack {
  readonly conversation: ConversationRow;
  readonly row: MessageRow;
  readonly at: number;
  readonly by: UserId | undefined;
  readonly transaction: Transaction;
}

async function takeBack(
  tables: Tables,
  { conversation, row, at, by, transaction }: TakeBack,
): Promise<Recalled> {
  const { conversations, messages, recalls } = tables;
  const { no } = conversation;
  const rev = conversation.rev + 1;
  const changed = { content: '', recalledBy: by ?? BY_OPERATOR };
  await conversations.update({ rev }, { where: { no }, transaction });
  await messages.update(changed, { where: { id: row.id }, transaction });
  await recalls.create({ conversationNo: no, rev, seq: row.seq, recalledAt: at }, { transaction });
  const rejoined = await findRejoined(tables, row, transaction);
  return { ...toRecalled(conversation, { ...row, ...changed }), rev, rejoined, again: false };
}

/** Those who left after the message and are back: delivery goes by present memberships. */
async function findRejoined(
  { memberships }: Tables,
  { conversationNo, seq }: MessageRow,
  transaction: Transaction,
): Promise<readonly UserId[]> {
  const former = await memberships.findAll({
    attributes: ['userId'],
    where: { conversationNo, joinedAfter: { [Op.lt]: seq }, leftAt: { [Op.gte]: seq } },
    transaction,
  });
  if (former.length === 0) return [];
  const userId = former.map((one) => one.get().userId);
  const back = await memberships.findAll({
    attributes: ['userId'],
    where: { conversationNo, userId, leftAt: null },
    transaction,
  });
  return back.map((one) => one.get().userId as UserId);
}

const BY_OPERATOR = 0;

function toRecalled(
  conversation: ConversationRow,
  row: MessageRow,
): Omit<Recalled, 'rev' | 'rejoined' | 'again'> {
  return {
    message: toStoredMessage(row, conversation),
    membersVersion: conversation.membersVersion,
    by: row.recalledBy === BY_OPERATOR ? undefined : (row.recalledBy as UserId),
  };
}
