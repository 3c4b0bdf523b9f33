import { col, fn, Op } from 'sequelize';
import type { UserId } from '../../protocol/ids.ts';
import { toCondition } from './messages.ts';
import type { Span } from './seq-spans.ts';
import type { Tables } from './tables.ts';

/** What is not read of one conversation. */
export interface UnreadSpan extends Span {
  readonly conversationNo: number;
}

const MOST = 999;

/**
 * How many messages of others that were not recalled are in each span, by conversation number, counted up to 999. All spans are asked for at
 * once and only as far as they can matter; the rest of one is asked for only where recalls and the reader's own
 * messages (an operator's, sent in his name) kept the count under the limit.
 */
export async function countUnread(
  tables: Tables,
  reader: UserId,
  spans: readonly UnreadSpan[],
): Promise<ReadonlyMap<number, number>> {
  const counts = new Map<number, number>();
  let open = spans.filter(({ after, upTo }) => after < upTo);
  while (open.length > 0) {
    const asked = open.map((span) => ({ ...span, upTo: Math.min(span.upTo, span.after + MOST) }));
    for (const [no, found] of await countOthers(tables, reader, asked)) {
      counts.set(no, Math.min(MOST, (counts.get(no) ?? 0) + found));
    }
    open = open
      .map((span) => ({ ...span, after: span.after + MOST }))
      .filter(({ conversationNo, after, upTo }) => after < upTo && (counts.get(conversationNo) ?? 0) < MOST);
  }
  return counts;
}

async function countOthers(
  { messages }: Tables,
  reader: UserId,
  spans: readonly UnreadSpan[],
): Promise<readonly (readonly [number, number])[]> {
  const rows = await messages.findAll({
    attributes: ['conversationNo', [fn('COUNT', col('id')), 'seq']],
    where: {
      [Op.or]: spans.map(({ conversationNo, ...span }) => ({ conversationNo, ...toCondition(span) })),
      senderId: { [Op.ne]: reader },
      recalledBy: null,
    },
    group: ['conversationNo'],
  });
  return rows.map((row) => [row.get().conversationNo, row.get().seq]);
}
