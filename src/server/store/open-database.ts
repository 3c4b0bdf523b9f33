import type { Clock, Log } from '../chat/ports.ts';
import type { OpenedDatabase } from './opened-database.ts';

export interface DatabaseOptions {
  /** `MySQL.DSN`; empty: SQLite at `<dataDir>/chatd.db`. */
  readonly mysqlDsn: string;
  readonly dataDir: string;
  readonly log: Log;
  readonly clock: Clock;
}

/**
 * Opens whichever database the configuration names. Rejects with ChatError. Only its driver is loaded: the other's would
 * be a tenth of every start.
 */
export async function openDatabase({
  mysqlDsn,
  dataDir,
  ...ground
}: DatabaseOptions): Promise<OpenedDatabase> {
  if (mysqlDsn === '') {
    const { openSqlite } = await import('./sqlite/open-sqlite.ts');
    return openSqlite(dataDir, ground);
  }
  const { openMysql } = await import('./mysql/open-mysql.ts');
  return openMysql(mysqlDsn, ground);
}
