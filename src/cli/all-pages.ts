/** The most the server gives at once. */
const COUNT = 200;

interface Page<T> {
  readonly items: readonly T[];
  readonly total: number;
}

/** All items of a list that comes in pages. */
export async function allPages<T>(
  read: (page: { readonly page: number; readonly count: number }) => Promise<Page<T>>,
): Promise<readonly T[]> {
  const all: T[] = [];
  for (let page = 1; ; page += 1) {
    const { items, total } = await read({ page, count: COUNT });
    all.push(...items);
    if (items.length < COUNT || all.length >= total) return all;
  }
}
