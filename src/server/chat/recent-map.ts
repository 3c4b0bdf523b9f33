export interface RecentMap<K, V> {
  get(key: K): V | undefined;
  set(key: K, value: V): void;
  delete(key: K): void;
  clear(): void;
}

interface RecentMapOptions<V> {
  /** The most that is kept, in entries, or in what `weigh` counts. */
  readonly limit: number;
  /** What one entry counts; 1 without it. MUST give the same for the same value every time. */
  readonly weigh?: (value: V) => number;
}

/**
 * A map that forgets what was not used for long, so that it never holds more than `limit`.
 *
 * Two generations: when the young one is half the limit, it becomes the old one and what was left in the old one is
 * forgotten; using an old entry makes it young. A hit on a young entry is one lookup, and nothing is ever sorted.
 */
export function createRecentMap<K, V>({ limit, weigh = () => 1 }: RecentMapOptions<V>): RecentMap<K, V> {
  let young = new Map<K, V>();
  let old = new Map<K, V>();
  let youngWeight = 0;

  function forget(key: K): void {
    const value = young.get(key);
    if (value !== undefined) youngWeight -= weigh(value);
    young.delete(key);
    old.delete(key);
  }

  function set(key: K, value: V): void {
    forget(key);
    young.set(key, value);
    youngWeight += weigh(value);
    if (youngWeight * 2 <= limit) return;
    old = young;
    young = new Map();
    youngWeight = 0;
  }

  function get(key: K): V | undefined {
    const value = young.get(key);
    if (value !== undefined) return value;
    const aged = old.get(key);
    if (aged !== undefined) set(key, aged);
    return aged;
  }

  function clear(): void {
    young = new Map();
    old = new Map();
    youngWeight = 0;
  }

  return { get, set, delete: forget, clear };
}
