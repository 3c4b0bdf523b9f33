import { retryDeadlocks } from './transaction.ts';
import type { ReadRow, Tables } from './tables.ts';

/**
 * Moves all these positions forward in one statement. By hand, because no model says GREATEST: a position that an own
 * send has moved further meanwhile must stay where it is. Sorted, so that two of these never wait for each other.
 */
export async function raiseReads({ reads }: Tables, rows: readonly ReadRow[]): Promise<void> {
  const { sequelize } = reads;
  if (rows.length === 0 || sequelize === undefined) return;
  const sorted = rows.toSorted((a, b) => a.conversationNo - b.conversationNo || a.userId - b.userId);
  const values = sorted.map(
    ({ conversationNo, userId, readSeq }) => `(${conversationNo},${userId},${readSeq})`,
  );
  const onConflict =
    sequelize.getDialect() === 'sqlite'
      ? 'ON CONFLICT DO UPDATE SET read_seq = MAX(read_seq, excluded.read_seq)'
      : 'ON DUPLICATE KEY UPDATE read_seq = GREATEST(read_seq, VALUES(read_seq))';
  const sql = `INSERT INTO \`reads\` (conversation_no, user_id, read_seq) VALUES ${values.join(',')} ${onConflict}`;
  await retryDeadlocks(() => sequelize.query(sql));
}
