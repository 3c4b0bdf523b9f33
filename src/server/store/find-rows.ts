import type { FindOptions } from 'sequelize';
import type { Table } from './tables.ts';

/** The rows alone, for reading: a model to each, with all it takes to change a row, costs more than the rows themselves. */
export async function findRows<Row extends object>(
  table: Table<Row>,
  options: FindOptions<NoInfer<Row>>,
): Promise<readonly Row[]> {
  const rows = await table.findAll({ ...options, raw: true });
  return rows as unknown as readonly Row[];
}
