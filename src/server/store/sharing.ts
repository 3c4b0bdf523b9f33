import { ChatError } from '../../protocol/error-codes.ts';
import type { UserId } from '../../protocol/ids.ts';
import type { Tables } from './tables.ts';

export async function findSharing(
  _tables: Tables,
  _userId: UserId,
  _others: readonly UserId[],
): Promise<ReadonlySet<UserId>> {
  throw new ChatError('internal');
}
