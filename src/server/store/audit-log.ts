import { col, fn, Op, where } from 'sequelize';
import type { WhereOptions } from 'sequelize';
import type { AuditEntry, AuditListQuery, AuditLog } from '../chat/record-ports.ts';
import { columnText } from './column-text.ts';
import { withStorageErrors } from './errors.ts';
import type { AuditRow, Table } from './tables.ts';

/** Who did what. */
export function createAuditLog(audit: Table<AuditRow>): AuditLog {
  return withStorageErrors<AuditLog>({
    async append(entry) {
      await audit.create(toRow(entry));
    },
    async list(query) {
      const words = [query.actor, query.action, query.target];
      // It is written nowhere, and SQLite takes it for the end of the statement.
      if (words.some((word) => word?.includes('\0'))) return { items: [], next: undefined };
      const rows = await audit.findAll({
        where: { [Op.and]: toConditions(query) },
        order: [['id', 'DESC']],
        limit: query.limit + 1,
      });
      const items = rows.slice(0, query.limit).map((row) => row.get());
      return { items, next: rows.length > query.limit ? items.at(-1)?.id : undefined };
    },
  });
}

function toRow({ at, actor, action, target, address, result }: AuditEntry): Partial<AuditRow> {
  return {
    at,
    actor: columnText(actor, 255),
    action: columnText(action, 64),
    target: columnText(target, 255),
    address: columnText(address, 64),
    result: columnText(result, 64),
  };
}

function toConditions({ actor, action, target, before }: AuditListQuery): WhereOptions[] {
  const conditions: WhereOptions[] = [];
  if (actor !== undefined) conditions.push({ actor });
  if (action !== undefined) {
    // Everything that begins with it and a dot, as a range (`/` comes after `.`): an index can be used.
    const beginning = { [Op.gte]: `${action}.`, [Op.lt]: `${action}/` };
    conditions.push({ action: { [Op.or]: [{ [Op.eq]: action }, beginning] } });
  }
  // INSTR, not LIKE: `%` and `_` are characters like any other.
  if (target !== undefined && target !== '') {
    conditions.push(where(fn('INSTR', col('target'), target), Op.gt, 0));
  }
  if (before !== undefined) conditions.push({ id: { [Op.lt]: before } });
  return conditions;
}
