import type { NowOrLater } from './now-or-later.ts';
import { createRecentMap } from './recent-map.ts';

export interface LoadingCache<K, V> {
  /** The value, at once when it is known; otherwise a promise that rejects as `load` does. */
  get(key: K): NowOrLater<V | undefined>;
  /** What a change made of the value. */
  put(key: K, value: V): void;
  drop(key: K): void;
  /** Drops everything. */
  clear(): void;
}

interface LoadingCacheOptions<K, V> {
  /** Reads the value from where it is kept; undefined if there is none, which is not remembered. */
  readonly load: (key: K) => Promise<V | undefined>;
  readonly limit: number;
  readonly weigh?: (value: V) => number;
  /** Whether a put of `next` is to be ignored, because `held` is newer. */
  readonly isOutdated?: (next: V, held: V) => boolean;
}

/**
 * A bounded cache in front of a store: synchronous when warm, one load in flight per key however many ask.
 *
 * A put or drop during a load wins over it, since the load may have read what was there before: who waits for the load
 * is given what the cache says then.
 */
export function createLoadingCache<K, V>(options: LoadingCacheOptions<K, V>): LoadingCache<K, V> {
  const { load, limit, weigh, isOutdated } = options;
  const known = createRecentMap<K, V>(weigh === undefined ? { limit } : { limit, weigh });
  const loads = new Map<K, Promise<V | undefined>>();

  function get(key: K): NowOrLater<V | undefined> {
    return known.get(key) ?? loads.get(key) ?? startLoad(key);
  }

  function startLoad(key: K): Promise<V | undefined> {
    const loading: Promise<V | undefined> = load(key).then(
      (value) => {
        if (!landed(key, loading)) return get(key);
        if (value !== undefined) known.set(key, value);
        return value;
      },
      (error: unknown) => {
        landed(key, loading);
        throw error;
      },
    );
    loads.set(key, loading);
    return loading;
  }

  /** Takes the load off the list; false if a put or drop has done so before. */
  function landed(key: K, loading: Promise<V | undefined>): boolean {
    return loads.get(key) === loading && loads.delete(key);
  }

  function put(key: K, value: V): void {
    const held = known.get(key);
    if (held !== undefined && isOutdated?.(value, held) === true) return;
    loads.delete(key);
    known.set(key, value);
  }

  function drop(key: K): void {
    loads.delete(key);
    known.delete(key);
  }

  function clear(): void {
    loads.clear();
    known.clear();
  }

  return { get, put, drop, clear };
}
