import type { ConversationId } from '../../protocol/ids.ts';
import type { AppendBatch, BatchNumbers } from './append-driver.ts';
import { rowsOf } from './append-mysql-session.ts';
import type { MysqlSession } from './append-mysql-session.ts';
import { selectNumbers } from './append-mysql-sql.ts';
import type { IdBlocks } from './id-blocks.ts';

/**
 * The integer keys of conversations. A conversation keeps its number for good, so what is known needs no query; a
 * private one that does not exist yet gets a fresh number, so that the upsert which locks it can make it.
 */
export interface ConversationNumbers {
  of(batch: AppendBatch, session: MysqlSession): Promise<BatchNumbers>;
  /** To be called after a COMMIT under these numbers. */
  remember(batch: AppendBatch, numbers: BatchNumbers): void;
  forget(batch: AppendBatch): void;
}

/** Conversations remembered, about 10 MB. */
const REMEMBERED = 100_000;

export function createConversationNumbers(fresh: IdBlocks): ConversationNumbers {
  const known = new Map<ConversationId, number>();

  return {
    async of({ conversations }, session) {
      const unknown = conversations.filter(({ id }) => !known.has(id));
      if (unknown.length === 0) return conversations.map(({ id }) => known.get(id));

      const { numbers } = await session.query({ numbers: selectNumbers(unknown) });
      const found = new Map(rowsOf(numbers).map(([id, no]) => [String(id), Number(no)]));
      const missing = unknown.filter(({ id, chatType }) => chatType === 2 && !found.has(id));
      const given = await fresh.take(missing.length);
      for (const [index, { id }] of missing.entries()) found.set(id, given[index] ?? 0);
      return conversations.map(({ id }) => known.get(id) ?? found.get(id));
    },
    remember({ conversations }, numbers) {
      for (const [index, { id }] of conversations.entries()) {
        const no = numbers[index];
        if (no !== undefined) known.set(id, no);
      }
      for (const id of known.keys()) {
        if (known.size <= REMEMBERED) break;
        known.delete(id);
      }
    },
    forget({ conversations }) {
      for (const { id } of conversations) known.delete(id);
    },
  };
}
