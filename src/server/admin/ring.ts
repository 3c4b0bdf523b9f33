/** The last few of what goes by, for who reads on a clock. Adding costs an array write, whoever reads. */
export interface Ring<Item> {
  /** How many were ever added: a place to read on from. */
  readonly count: number;
  add(item: Item): void;
  /** What was added after the first `place`, oldest first; `missed`: how many of that are gone already. */
  since(place: number): { readonly items: readonly Item[]; readonly missed: number };
}

export function createRing<Item>(size: number): Ring<Item> {
  const kept: Item[] = [];
  let count = 0;
  return {
    get count() {
      return count;
    },
    add(item) {
      kept[count % size] = item;
      count += 1;
    },
    since(place) {
      const first = Math.max(place, count - size, 0);
      if (first >= count) return { items: [], missed: 0 };
      const start = first % size;
      const end = count % size;
      const items = start < end ? kept.slice(start, end) : [...kept.slice(start), ...kept.slice(0, end)];
      return { items, missed: first - Math.max(place, 0) };
    },
  };
}
