import { Op } from 'sequelize';
import type { KeepOut } from '../chat/store-ports.ts';
import { columnText } from './column-text.ts';
import type { Table, UserRow } from './tables.ts';

type KeepOutColumns = Pick<UserRow, 'keptOutAt' | 'keptOutUntil' | 'keptOutReason' | 'keptOutBy'>;

/** Those who are kept out at `now`, the latest first. */
export async function listKeptOut(
  users: Table<UserRow>,
  { page, count, now }: { readonly page: number; readonly count: number; readonly now: number },
): Promise<{ readonly rows: readonly UserRow[]; readonly total: number }> {
  const where = {
    keptOutAt: { [Op.ne]: null },
    [Op.or]: [{ keptOutUntil: null }, { keptOutUntil: { [Op.gt]: now } }],
    deletedAt: null,
  };
  const total = await users.count({ where });
  const rows = await users.findAll({
    where,
    order: [
      ['keptOutAt', 'DESC'],
      ['id', 'DESC'],
    ],
    limit: count,
    offset: (page - 1) * count,
  });
  return { rows: rows.map((row) => row.get()), total };
}

export function toKeepOut({
  keptOutAt,
  keptOutUntil,
  keptOutReason,
  keptOutBy,
}: UserRow): KeepOut | undefined {
  if (keptOutAt === null) return undefined;
  return {
    until: keptOutUntil ?? undefined,
    reason: keptOutReason ?? '',
    by: keptOutBy ?? '',
    since: keptOutAt,
  };
}

/** Null: nothing keeps him out. */
export function toKeepOutColumns(keepOut: KeepOut | null): KeepOutColumns {
  if (keepOut === null) return { keptOutAt: null, keptOutUntil: null, keptOutReason: null, keptOutBy: null };
  return {
    keptOutAt: keepOut.since,
    keptOutUntil: keepOut.until ?? null,
    keptOutReason: columnText(keepOut.reason, 255),
    keptOutBy: columnText(keepOut.by, 255),
  };
}

/** Until it is lifted. */
export function isBanned({ keptOutAt, keptOutUntil }: UserRow): boolean {
  return keptOutAt !== null && keptOutUntil === null;
}
