import type { Database, Statement } from 'better-sqlite3';

/** Statements kept a database: more than the server has. */
const KEPT = 500;
/** Texts remembered for having been asked for once. */
const REMEMBERED = 500;

interface Cache {
  readonly statements: Map<string, Statement>;
  readonly once: Set<string>;
}

const caches = new WeakMap<Database, Cache>();

/**
 * The prepared statement for `sql`, kept from the second time it is asked for; the least recently used one is dropped when
 * there are too many. Text made up at run time (a model's query has its user in it) comes once. A statement of it that was
 * kept for a while would have become old garbage, which a thread with little to do collects only after many thousands
 * of them, and SQLite's memory would wait for that.
 */
export function prepared(db: Database, sql: string): Statement {
  const { statements, once } = cacheOf(db);
  const known = statements.get(sql);
  const statement = known ?? db.prepare(sql);
  if (known !== undefined || once.delete(sql)) {
    statements.delete(sql);
    statements.set(sql, statement);
    forgetOldest(statements, KEPT);
  } else {
    once.add(sql);
    forgetOldest(once, REMEMBERED);
  }
  return statement;
}

function forgetOldest(kept: Map<string, Statement> | Set<string>, most: number): void {
  if (kept.size <= most) return;
  const oldest = kept.keys().next();
  if (oldest.done !== true) kept.delete(oldest.value);
}

function cacheOf(db: Database): Cache {
  const known = caches.get(db);
  if (known !== undefined) return known;
  const cache = { statements: new Map<string, Statement>(), once: new Set<string>() };
  caches.set(db, cache);
  return cache;
}
