type Compare<T> = (a: T, b: T) => number;

/**
 * The first `count` of `items` in order. A few of many are kept in a heap, which looks at each of the many once: a
 * screen's rows of 10,000 take a fraction of sorting them all.
 */
export function selectFirst<T>(items: readonly T[], count: number, compare: Compare<T>): T[] {
  if (count <= 0) return [];
  if (count * WORTH_A_HEAP >= items.length) return items.toSorted(compare).slice(0, count);
  const heap = items.slice(0, count);
  for (let at = Math.floor(count / 2) - 1; at >= 0; at -= 1) sink(heap, at, compare);
  for (let at = count; at < items.length; at += 1) {
    const item = items[at];
    const last = heap[0];
    if (item === undefined || last === undefined || compare(item, last) >= 0) continue;
    heap[0] = item;
    sink(heap, 0, compare);
  }
  return heap.sort(compare);
}

/** Below this share of the whole a heap is faster. */
const WORTH_A_HEAP = 4;

/** Moves the item at `at` down until both below it come before it: the last of all is at the top. */
function sink<T>(heap: T[], at: number, compare: Compare<T>): void {
  for (let parent = at; ; ) {
    const child = laterChild(heap, parent, compare);
    const [above, below] = [heap[parent], heap[child]];
    if (above === undefined || below === undefined || compare(above, below) >= 0) return;
    heap[parent] = below;
    heap[child] = above;
    parent = child;
  }
}

function laterChild<T>(heap: readonly T[], parent: number, compare: Compare<T>): number {
  const left = 2 * parent + 1;
  const [a, b] = [heap[left], heap[left + 1]];
  return a !== undefined && b !== undefined && compare(a, b) < 0 ? left + 1 : left;
}
