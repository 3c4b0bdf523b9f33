import type { Database } from 'better-sqlite3';
import { prepared } from './prepared.ts';

export type SqlValue = string | number | bigint | Uint8Array | null;

/** One SQL statement with its parameters: by place, or by name without their `$`. */
export interface SqlStatement {
  readonly sql: string;
  readonly parameters: readonly SqlValue[] | Readonly<Record<string, SqlValue>>;
}

export type SqlRow = Readonly<Record<string, unknown>>;

export interface SqlResult {
  readonly rows: readonly SqlRow[];
  readonly changes: number;
  readonly lastId: number;
}

/** Runs it: gives its rows if it has any, else what it changed. */
export function runStatement(db: Database, { sql, parameters }: SqlStatement): SqlResult {
  const statement = prepared(db, sql);
  if (statement.reader) {
    return { rows: statement.all(parameters) as SqlRow[], changes: 0, lastId: 0 };
  }
  const { changes, lastInsertRowid } = statement.run(parameters);
  return { rows: [], changes, lastId: Number(lastInsertRowid) };
}
