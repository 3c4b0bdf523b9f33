import type { DatabaseOptions } from '../../../src/server/store/open-database.ts';

/** A database with something in it, for servers to be started on, one after the other. */
export interface SizedDatabase {
  /** Empty: SQLite in `dataDir`. */
  readonly dsn: string;
  readonly dataDir: string;
  /** Its process, if it is one. */
  readonly pid: number | undefined;
  drop(): Promise<void>;
}

/** To open it as chatd does. Not while a server runs on it. */
export function groundOf({ dsn, dataDir }: Pick<SizedDatabase, 'dsn' | 'dataDir'>): DatabaseOptions {
  return { mysqlDsn: dsn, dataDir, log: SILENT, clock: { now: Date.now } };
}

const quiet = () => undefined;
const SILENT = { debug: quiet, info: quiet, warn: quiet, error: quiet };
