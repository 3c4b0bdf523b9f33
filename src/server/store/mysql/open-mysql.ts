import { createConnection } from 'mysql2/promise';
import type { Clock, Log } from '../../chat/ports.ts';
import { createMysqlAppend } from '../append-mysql.ts';
import { migrate } from '../migrations/migrate.ts';
import type { OpenedDatabase, PeekedDatabase } from '../opened-database.ts';
import { toConnectError } from './connect-error.ts';
import { connectOptions } from './connect-options.ts';
import { createDatabase, hasDatabase } from './create-database.ts';
import { describeTarget, parseDsn } from './parse-dsn.ts';
import type { MysqlTarget } from './parse-dsn.ts';
import { sequelizeOnMysql } from './sequelize-on-mysql.ts';
import { holdServerLock, isServerLocked } from './server-lock.ts';

/** ms for an everyday query. */
const QUERY_TIMEOUT_MS = 8_000;
/** ms for a statement of a migration: an index over all messages takes its time. */
const MIGRATION_TIMEOUT_MS = 3_600_000;

/** Opens the database `dsn` names, made if it is missing, under its lock, migrated. Rejects with ChatError. */
export async function openMysql(
  dsn: string,
  { log, clock }: { log: Log; clock: Clock },
): Promise<OpenedDatabase> {
  const target = parseDsn(dsn);
  try {
    await createDatabase(target);
    const lock = await holdServerLock(target, log);
    const migrated = await migrateWithPatience(target, clock).catch(async (error: unknown) => {
      await lock.release();
      throw error;
    });
    const sequelize = sequelizeOnMysql(target, QUERY_TIMEOUT_MS);
    return {
      sequelize,
      driver: createMysqlAppend({ connection: connectOptions(target) }),
      migrated,
      description: `MySQL ${describeTarget(target)}`,
      async ping() {
        await sequelize.query('SELECT 1');
      },
      async close() {
        await sequelize.close();
        await lock.release();
      },
    };
  } catch (error) {
    throw toConnectError(error, target);
  }
}

/** Looks at the database without changing anything or taking its lock. Rejects with ChatError. */
export async function peekMysql(dsn: string): Promise<PeekedDatabase> {
  const target = parseDsn(dsn);
  const description = `MySQL ${describeTarget(target)}`;
  try {
    if (!(await hasDatabase(target))) return { description, opened: undefined };
    const sequelize = sequelizeOnMysql(target, QUERY_TIMEOUT_MS);
    const isInUse = await isLocked(target);
    return { description, opened: { sequelize, isInUse, close: () => sequelize.close() } };
  } catch (error) {
    throw toConnectError(error, target);
  }
}

async function migrateWithPatience(target: MysqlTarget, clock: Clock): Promise<readonly string[]> {
  const sequelize = sequelizeOnMysql(target, MIGRATION_TIMEOUT_MS);
  try {
    return await migrate(sequelize, clock);
  } finally {
    await sequelize.close();
  }
}

async function isLocked(target: MysqlTarget): Promise<boolean> {
  const connection = await createConnection(connectOptions(target));
  try {
    return await isServerLocked(connection, target);
  } finally {
    connection.destroy();
  }
}
