import { Op } from 'sequelize';
import type { StoredMessage } from '../chat/store-ports.ts';
import { findRows } from './find-rows.ts';
import { firstSeqWhere, toCondition, toStoredMessage } from './messages.ts';
import type { Readable } from './readable.ts';
import { clip, lastOf } from './seq-spans.ts';
import type { Tables } from './tables.ts';

export interface NewestQuery {
  /** The id of a message: only those with a lower one. */
  readonly before: number | undefined;
  readonly limit: number;
}

/**
 * The latest messages somebody may read of a conversation, the latest first. Their ids rise with their seqs (a
 * conversation's messages are numbered one batch after the other), so a cursor is found by halving and the page is read
 * from the index on (conversation, seq), however far back it is.
 */
export async function newestIn(
  tables: Tables,
  { conversation, spans }: Readable,
  { before, limit }: NewestQuery,
): Promise<readonly StoredMessage[]> {
  const end =
    before === undefined
      ? conversation.lastSeq + 1
      : await firstSeqWhere(tables, conversation, ({ id }) => id >= before);
  const wanted = lastOf(clip(spans, 0, end - 1), limit);
  if (wanted.length === 0) return [];
  const rows = await findRows(tables.messages, {
    where: { conversationNo: conversation.no, [Op.or]: wanted.map(toCondition) },
    order: [['seq', 'DESC']],
  });
  return rows.map((row) => toStoredMessage(row, conversation));
}
