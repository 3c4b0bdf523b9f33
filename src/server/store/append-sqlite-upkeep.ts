import type { Database } from 'better-sqlite3';
import type { Sequence } from './append-driver.ts';
import { prepared } from './sqlite/prepared.ts';

/** Takes `count` numbers of a sequence for good, and gives the first. */
export function reserveIds(
  db: Database,
  { sequence, count }: { readonly sequence: Sequence; readonly count: number },
): number {
  const reserved = prepared(
    db,
    'UPDATE id_blocks SET next = next + :count WHERE name = :sequence RETURNING next - :count AS first',
  ).get({ sequence, count }) as { readonly first: number } | undefined;
  if (reserved === undefined) throw new Error(`there is no sequence ${sequence}`);
  return reserved.first;
}

/** Deletes at most `limit` client ids remembered before that moment (ms since 1970), the oldest first; gives how many. */
export function pruneSends(
  db: Database,
  { before, limit }: { readonly before: number; readonly limit: number },
): number {
  const prune = prepared(
    db,
    `DELETE FROM sends WHERE rowid IN
      (SELECT rowid FROM sends WHERE created_at < ? ORDER BY created_at LIMIT ?)`,
  );
  return prune.run(before, limit).changes;
}
