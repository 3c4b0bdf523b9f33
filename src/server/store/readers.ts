import { ChatError } from '../../protocol/error-codes.ts';
import type { UserId } from '../../protocol/ids.ts';
import type { ReadersQuery } from '../chat/conversation-ports.ts';
import type { Tables } from './tables.ts';

export async function findReaders(
  _tables: Tables,
  _query: ReadersQuery,
): Promise<{ readonly count: number; readonly readers: readonly UserId[] }> {
  throw new ChatError('internal');
}
