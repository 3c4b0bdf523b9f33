import { Op } from 'sequelize';
import type { WhereOptions } from 'sequelize';
import { ChatError } from '../../protocol/error-codes.ts';
import type { UserId } from '../../protocol/ids.ts';
import type { ConnectionLog, ConnectionRecorded } from '../chat/record-ports.ts';
import { toStorageError } from './errors.ts';
import type { ConnectionRow, Table } from './tables.ts';

type HistoryQuery = Parameters<ConnectionLog['history']>[0];
type HistoryPage = Awaited<ReturnType<ConnectionLog['history']>>;

/** A page of what is written of a user's connections, the latest first. Rejects with ChatError. */
export async function readConnectionHistory(
  connections: Table<ConnectionRow>,
  query: HistoryQuery,
): Promise<HistoryPage> {
  try {
    return await readPage(connections, query);
  } catch (error) {
    throw toStorageError(error);
  }
}

async function readPage(
  connections: Table<ConnectionRow>,
  { userId, before, limit }: HistoryQuery,
): Promise<HistoryPage> {
  const where: WhereOptions<ConnectionRow> = {
    userId,
    ...(before === undefined ? {} : { [Op.or]: toOlder(before) }),
  };
  const found = await connections.findAll({
    where,
    order: [
      ['openedAt', 'DESC'],
      ['id', 'DESC'],
    ],
    limit: limit + 1,
  });
  const rows = found.slice(0, limit).map((row) => row.get());
  const last = rows.at(-1);
  const hasMore = found.length > limit && last !== undefined;
  return { items: rows.map(toRecorded), next: hasMore ? `${last.openedAt}_${last.id}` : undefined };
}

/** What comes after the connection a cursor names: several may have been opened in the same millisecond. */
function toOlder(cursor: string): WhereOptions<ConnectionRow>[] {
  const [, time, id = ''] = /^(\d{1,15})_([\w-]{1,64})$/.exec(cursor) ?? [];
  if (time === undefined) throw new ChatError('invalid_field', { field: 'before' });
  const openedAt = Number(time);
  return [{ openedAt: { [Op.lt]: openedAt } }, { openedAt, id: { [Op.lt]: id } }];
}

function toRecorded(row: ConnectionRow): ConnectionRecorded {
  const { id, userId, openedAt, address, client, userAgent, closedAt, closeCode, cause } = row;
  return {
    id,
    userId: userId as UserId,
    openedAt,
    address,
    client: client === 'seed' ? 'seed' : 'v1',
    userAgent,
    closedAt: closedAt ?? undefined,
    code: closeCode ?? undefined,
    cause: cause ?? undefined,
  };
}
