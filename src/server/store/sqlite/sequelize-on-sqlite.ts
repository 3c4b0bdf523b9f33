import { Sequelize } from 'sequelize';
import type { Options } from 'sequelize';
import { createSequelizeDriver } from './sequelize-driver.ts';
import type { SqliteThreads } from './threads.ts';

/** Sequelize over the SQLite threads. Closing it leaves the threads alone. */
export function sequelizeOnSqlite(threads: SqliteThreads, file: string): Sequelize {
  // Known to Sequelize, not to its types. The writer thread sets the PRAGMA; this saves asking for each transaction.
  const untyped = { foreignKeys: false };
  const options: Options = {
    dialect: 'sqlite',
    dialectModule: createSequelizeDriver(threads),
    storage: file,
    logging: false,
    ...untyped,
  };
  return new Sequelize(options);
}
