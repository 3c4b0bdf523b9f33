import { promisify } from 'node:util';
import * as mysql2 from 'mysql2';
import { Sequelize } from 'sequelize';
import { connectOptions } from './connect-options.ts';
import { guardConnection } from './guard-connection.ts';
import type { GuardedConnection } from './guard-connection.ts';
import type { MysqlTarget } from './parse-dsn.ts';

const POOL = { max: 8, min: 0, acquire: 10_000, idle: 60_000 };
/** s a row lock is waited for: less than a query may take. */
const LOCK_WAIT_S = 4;

/**
 * What we rely on whatever the server's defaults are: text that does not fit is refused, not cut; the SQL text is
 * escaped for these modes (without NO_BACKSLASH_ESCAPES, ANSI_QUOTES); a second look under a lock sees what was
 * committed meanwhile.
 */
const SETTINGS = [
  "SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION'",
  'SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED',
  `SET SESSION innodb_lock_wait_timeout = ${LOCK_WAIT_S}`,
];

/** Sequelize on a pool of connections to `target`, each query of which ends within `queryTimeoutMs`. */
export function sequelizeOnMysql(target: MysqlTarget, queryTimeoutMs: number): Sequelize {
  const untyped = {
    // No column is a date: saves a statement on every connection.
    keepDefaultTimezone: true,
  };
  const sequelize = new Sequelize({
    dialect: 'mysql',
    dialectModule: mysql2,
    // Not only to connect: without it Sequelize looks for tables in every database of the server.
    database: target.database,
    pool: POOL,
    logging: false,
    // These go over everything Sequelize would say to mysql2 itself.
    dialectOptions: { ...connectOptions(target), typeCast: toJavaScript },
    ...untyped,
  });
  sequelize.addHook('afterConnect', (connection: unknown) =>
    prepare(connection as GuardedConnection, queryTimeoutMs),
  );
  return sequelize;
}

async function prepare(connection: GuardedConnection, queryTimeoutMs: number): Promise<void> {
  guardConnection(connection, queryTimeoutMs);
  const query = promisify((sql: string, done: (error: Error | null) => void) => connection.query(sql, done));
  for (const setting of SETTINGS) await query(setting);
}

interface Field {
  readonly type: string;
  string(encoding: 'utf8'): string | null;
}

/** Keys of clients are VARBINARY for their comparison only: they are text, like everything else of that type. */
function toJavaScript(field: Field, next: () => unknown): unknown {
  return field.type === 'VAR_STRING' ? field.string('utf8') : next();
}
