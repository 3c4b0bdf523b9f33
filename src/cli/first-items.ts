/** One page of a list that is read from cursor to cursor. */
export interface CursorPage<T, Cursor> {
  readonly items: readonly T[];
  /** Where the next page begins; absent on the last. */
  readonly next?: Cursor | undefined;
}

export interface Wanted<Cursor> {
  /** How many in all. */
  readonly limit: number;
  /** The most the server gives at once. */
  readonly atOnce: number;
  /** Where to begin. */
  readonly from?: Cursor | undefined;
}

/** The first `limit` items of a list, page after page. */
export async function firstItems<T, Cursor>(
  { limit, atOnce, from }: Wanted<Cursor>,
  read: (limit: number, cursor: Cursor | undefined) => Promise<CursorPage<T, Cursor>>,
): Promise<readonly T[]> {
  const all: T[] = [];
  let cursor = from;
  do {
    const page = await read(Math.min(atOnce, limit - all.length), cursor);
    all.push(...page.items);
    cursor = page.next;
  } while (cursor !== undefined && all.length < limit);
  return all;
}
