import type { SqlResult, SqlStatement } from './run-statement.ts';
import type { SqliteThreads } from './threads.ts';

/** Where a statement of Sequelize's outside a transaction goes: reads to the reader, all else into the writer's queue. */
export function createRoute(threads: SqliteThreads): (statement: SqlStatement) => Promise<SqlResult> {
  const columns = new Map<string, Promise<SqlResult>>();

  /** Sequelize asks for a table's columns before every SELECT. They only change by CREATE, ALTER and DROP. */
  function columnsOf(statement: SqlStatement): Promise<SqlResult> {
    const known = columns.get(statement.sql);
    if (known !== undefined) return known;
    const asked = threads.read(statement);
    columns.set(statement.sql, asked);
    // Neither a failure nor a table that is not there yet is worth keeping.
    asked.then(
      ({ rows }) => rows.length === 0 && columns.delete(statement.sql),
      () => columns.delete(statement.sql),
    );
    return asked;
  }

  return (statement) => {
    if (COLUMNS.test(statement.sql)) return columnsOf(statement);
    if (READS.test(statement.sql)) return threads.read(statement);
    if (CHANGES_SCHEMA.test(statement.sql)) columns.clear();
    return threads.run(statement);
  };
}

const COLUMNS = /^PRAGMA table_info/;
const READS = /^\s*(?:SELECT\b|WITH\b|PRAGMA index_)/i;
const CHANGES_SCHEMA = /^\s*(?:CREATE|ALTER|DROP)\b/i;
