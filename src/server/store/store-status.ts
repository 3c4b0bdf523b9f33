import { toStorageError } from './errors.ts';
import { migrationStatus } from './migrations/migrate.ts';
import type { MigrationStatus } from './migrations/migrate.ts';
import { peekMysql } from './mysql/open-mysql.ts';
import type { DatabaseOptions } from './open-database.ts';
import { peekSqlite } from './sqlite/open-sqlite.ts';

export interface StoreStatus {
  /** For people; never a password. */
  readonly description: string;
  /** Whether there is a database yet. */
  readonly exists: boolean;
  /** Whether a chatd has it now. */
  readonly isInUse: boolean;
  /** Every migration this chatd knows, in their order. */
  readonly migrations: readonly MigrationStatus[];
}

/** How the database is, without changing it or taking its lock. Rejects with ChatError if it cannot be opened. */
export async function storeStatus({ mysqlDsn, dataDir, log }: DatabaseOptions): Promise<StoreStatus> {
  const { description, opened } = await (mysqlDsn === '' ? peekSqlite(dataDir, log) : peekMysql(mysqlDsn));
  if (opened === undefined) return { description, exists: false, isInUse: false, migrations: [] };
  try {
    return {
      description,
      exists: true,
      isInUse: opened.isInUse,
      migrations: await migrationStatus(opened.sequelize),
    };
  } catch (error) {
    throw toStorageError(error);
  } finally {
    await opened.close();
  }
}
