import { Op } from 'sequelize';
import type { ConversationId, UserId } from '../../protocol/ids.ts';
import type { ReadMark } from '../chat/conversation-ports.ts';
import { isUniqueViolation } from './errors.ts';
import { findReadable } from './readable.ts';
import type { ReadRow, Tables } from './tables.ts';

/** Moves a read position forward, at most to the last message, and gives where it is now. */
export async function markRead(
  tables: Tables,
  { userId, conversationId, seq }: { userId: UserId; conversationId: ConversationId; seq: number },
): Promise<ReadMark> {
  const readable = await findReadable(tables, userId, conversationId);
  if (readable === undefined) return { readSeq: 0, movedFrom: undefined, peerId: undefined };
  const { no, lastSeq } = readable.conversation;
  const readSeq = await advance(tables, { conversationNo: no, userId, readSeq: Math.min(seq, lastSeq) });
  return { readSeq, movedFrom: undefined, peerId: undefined };
}

/** The condition moves it, not what was read before: two at once end at the later one. */
async function advance({ reads }: Tables, row: ReadRow): Promise<number> {
  const { conversationNo, userId, readSeq } = row;
  const position = { conversationNo, userId };
  for (;;) {
    const [moved] = await reads.update(
      { readSeq },
      { where: { ...position, readSeq: { [Op.lt]: readSeq } } },
    );
    if (moved > 0) return readSeq;
    const current = (await reads.findOne({ where: position }))?.get().readSeq;
    if (current !== undefined && current >= readSeq) return current;
    if (current === undefined && readSeq <= 0) return 0;
    if (current === undefined) await createOnce(reads, row);
    // Else somebody made the row between the two looks: now there is one to move.
  }
}

async function createOnce(reads: Tables['reads'], row: ReadRow): Promise<void> {
  try {
    await reads.create(row);
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
  }
}
