import type { ConnectionRow, Table } from './tables.ts';

/**
 * Writes rows of the connection log, new ones and ends of old ones, in one statement. On SQLite by hand: the statement a
 * model makes is another one each time, to be put together, sent to the thread, compiled and remembered there.
 */
export async function writeConnections(
  connections: Table<ConnectionRow>,
  rows: readonly ConnectionRow[],
): Promise<void> {
  const { sequelize } = connections;
  if (sequelize?.getDialect() === 'sqlite') {
    await sequelize.query(UPSERT, { bind: { rows: JSON.stringify(rows.map(toValues)) } });
  } else {
    await connections.bulkCreate([...rows], { updateOnDuplicate: ['closedAt', 'closeCode', 'cause'] });
  }
}

// `WHERE true`: without it SQLite takes ON for the beginning of a join.
const UPSERT = `
  INSERT INTO connections
    (id, opened_at, user_id, address, client, user_agent, closed_at, close_code, cause)
  SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6, value ->> 7, value ->> 8
  FROM json_each($rows) WHERE true
  ON CONFLICT (id, opened_at) DO UPDATE
    SET closed_at = excluded.closed_at, close_code = excluded.close_code, cause = excluded.cause`;

function toValues(row: ConnectionRow): readonly (string | number | null)[] {
  const { id, openedAt, userId, address, client, userAgent, closedAt, closeCode, cause } = row;
  return [id, openedAt, userId, address, client, userAgent, closedAt, closeCode, cause];
}
