import { createRoute } from './create-route.ts';
import type { SqlResult, SqlStatement, SqlValue } from './run-statement.ts';
import type { SqliteThreads, SqliteTransaction } from './threads.ts';

/**
 * What Sequelize's sqlite dialect takes for the `sqlite3` package (`dialectModule`), over the SQLite threads: reads
 * outside a transaction go to the reader, all else stands in the writer's queue. Sequelize opens a Database for each
 * transaction; here that is no connection of its own but a turn at the writer.
 */
export function createSequelizeDriver(threads: SqliteThreads): object {
  const route = createRoute(threads);

  class Database {
    readonly filename: string;
    #transaction: SqliteTransaction | undefined;

    constructor(filename: string, _mode: number, opened: DriverCallback) {
      this.filename = filename;
      setImmediate(() => opened.call(this, null));
    }

    /** As sqlite3 has it: `(sql, callback)` or `(sql, parameters, callback)`. */
    all(sql: string, ...rest: readonly unknown[]): void {
      const callback = rest.at(-1);
      const respond = typeof callback === 'function' ? (callback as DriverCallback) : ignore;
      this.#execute({ sql, parameters: toParameters(rest[0]) }).then(
        ({ rows, changes, lastId }) =>
          setImmediate(() => respond.call({ changes, lastID: lastId }, null, rows)),
        (error: Error) => setImmediate(() => respond.call({}, error)),
      );
    }

    run(sql: string, ...rest: readonly unknown[]): void {
      this.all(sql, ...rest);
    }

    serialize(work: () => void): void {
      work();
    }

    close(callback: DriverCallback = ignore): void {
      this.#end((transaction) => transaction.rollback()).then(
        () => setImmediate(() => callback.call(this, null)),
        (error: Error) => setImmediate(() => callback.call(this, error)),
      );
    }

    async #execute(statement: SqlStatement): Promise<SqlResult> {
      if (BEGIN.test(statement.sql)) {
        this.#transaction = await threads.begin();
        return NOTHING;
      }
      if (COMMIT.test(statement.sql)) return this.#end((transaction) => transaction.commit());
      if (ROLLBACK.test(statement.sql)) return this.#end((transaction) => transaction.rollback());
      return this.#transaction?.run(statement) ?? route(statement);
    }

    async #end(how: (transaction: SqliteTransaction) => Promise<void>): Promise<SqlResult> {
      const transaction = this.#transaction;
      this.#transaction = undefined;
      if (transaction !== undefined) await how(transaction);
      return NOTHING;
    }
  }

  // No OPEN_CREATE: the file and its folder are made by the writer thread.
  return { OPEN_READWRITE: 2, OPEN_CREATE: 0, Database };
}

/** In the manner of sqlite3: what an INSERT or UPDATE did is in `this`. */
type DriverCallback = (this: object, error: Error | null, rows?: readonly object[]) => void;

const BEGIN = /^BEGIN\b/;
const COMMIT = /^COMMIT;?$/;
const ROLLBACK = /^ROLLBACK;?$/;
const NOTHING: SqlResult = { rows: [], changes: 0, lastId: 0 };

/** Sequelize gives parameters by place, or by name with the `$` that SQLite's own binding leaves out. */
function toParameters(parameters: unknown): SqlStatement['parameters'] {
  if (Array.isArray(parameters)) return parameters.map(toSqlValue);
  if (typeof parameters !== 'object' || parameters === null) return [];
  const named = Object.entries(parameters).map(([name, value]) => [
    name.replace(/^\$/, ''),
    toSqlValue(value),
  ]);
  return named.length === 0 ? [] : (Object.fromEntries(named) as Record<string, SqlValue>);
}

function toSqlValue(value: unknown): SqlValue {
  if (value === undefined || value === null) return null;
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (value instanceof Date) return value.toISOString();
  return value as SqlValue;
}

function ignore(): void {
  // Sequelize leaves the callback out where it does not care for the outcome.
}
