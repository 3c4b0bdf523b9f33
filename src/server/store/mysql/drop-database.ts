import { createConnection } from 'mysql2/promise';
import { toConnectError } from './connect-error.ts';
import { connectOptions } from './connect-options.ts';
import { parseDsn } from './parse-dsn.ts';

/** Takes the database `dsn` names away, with all that is in it. Rejects with ChatError. */
export async function dropDatabase(dsn: string): Promise<void> {
  const target = parseDsn(dsn);
  try {
    const { database: _, ...server } = connectOptions(target);
    const connection = await createConnection(server);
    try {
      await connection.query(`DROP DATABASE IF EXISTS \`${target.database.replaceAll('`', '``')}\``);
    } finally {
      connection.destroy();
    }
  } catch (error) {
    throw toConnectError(error, target);
  }
}
