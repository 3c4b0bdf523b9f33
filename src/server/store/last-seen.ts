import { col, fn, Op } from 'sequelize';
import type { UserId } from '../../protocol/ids.ts';
import { toStorageError } from './errors.ts';
import type { ConnectionRow, Table } from './tables.ts';

/** When each user's last connection ended, or began if it has not. Rejects with ChatError. */
export async function readLastSeen(
  connections: Table<ConnectionRow>,
  userIds: readonly UserId[],
): Promise<ReadonlyMap<UserId, number>> {
  try {
    return await readAll(connections, userIds);
  } catch (error) {
    throw toStorageError(error);
  }
}

/** The latest of each user from the index, then those rows: somebody may have thousands. */
async function readAll(
  connections: Table<ConnectionRow>,
  userIds: readonly UserId[],
): Promise<ReadonlyMap<UserId, number>> {
  const latest = await connections.findAll({
    attributes: ['userId', [fn('MAX', col('opened_at')), 'openedAt']],
    where: { userId: [...userIds] },
    group: ['userId'],
  });
  const seen = new Map<UserId, number>();
  if (latest.length === 0) return seen;
  const places = latest.map((row) => ({ userId: row.get().userId, openedAt: row.get().openedAt }));
  const rows = await connections.findAll({
    attributes: ['userId', 'openedAt', 'closedAt'],
    where: { [Op.or]: places },
  });
  for (const row of rows) {
    const { userId, openedAt, closedAt } = row.get();
    const before = seen.get(userId as UserId) ?? 0;
    seen.set(userId as UserId, Math.max(before, closedAt ?? openedAt));
  }
  return seen;
}
