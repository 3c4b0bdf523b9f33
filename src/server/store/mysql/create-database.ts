import { createConnection } from 'mysql2/promise';
import type { Connection } from 'mysql2/promise';
import { connectOptions } from './connect-options.ts';
import type { MysqlTarget } from './parse-dsn.ts';

/** Makes `target`'s database if it is missing. Rejects with what the driver said: the account may not be allowed to. */
export async function createDatabase(target: MysqlTarget): Promise<void> {
  if (await hasDatabase(target)) return;
  const { database: _, ...server } = connectOptions(target);
  const connection = await createConnection(server);
  try {
    const name = `\`${target.database.replaceAll('`', '``')}\``;
    await connection.query(`CREATE DATABASE IF NOT EXISTS ${name} CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`);
  } finally {
    connection.destroy();
  }
}

/** Whether it is there. Asked by using it: an account need not be allowed to see more than its own database. */
export async function hasDatabase(target: MysqlTarget): Promise<boolean> {
  let connection: Connection | undefined;
  try {
    connection = await createConnection(connectOptions(target));
    return true;
  } catch (error) {
    if (isUnknownDatabase(error)) return false;
    throw error;
  } finally {
    connection?.destroy();
  }
}

function isUnknownDatabase(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ER_BAD_DB_ERROR';
}
