import type { Database, Statement } from 'better-sqlite3';

/** Statements kept a database: more than the server has, so that only text made up at run time falls out. */
const KEPT = 500;

const caches = new WeakMap<Database, Map<string, Statement>>();

/** The prepared statement for `sql`, compiled once. The least recently used one is dropped when there are too many. */
export function prepared(db: Database, sql: string): Statement {
  const cache = cacheOf(db);
  const statement = cache.get(sql) ?? db.prepare(sql);
  cache.delete(sql);
  cache.set(sql, statement);
  if (cache.size > KEPT) {
    const oldest = cache.keys().next();
    if (oldest.done !== true) cache.delete(oldest.value);
  }
  return statement;
}

function cacheOf(db: Database): Map<string, Statement> {
  const known = caches.get(db);
  if (known !== undefined) return known;
  const cache = new Map<string, Statement>();
  caches.set(db, cache);
  return cache;
}
