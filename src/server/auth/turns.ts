/** Does things to the same key one after the other, in the order they were asked for. */
export type Turns<Key> = <T>(key: Key, act: () => Promise<T>) => Promise<T>;

/** A key takes memory only while something is done to it. */
export function createTurns<Key>(): Turns<Key> {
  const last = new Map<Key, Promise<unknown>>();

  return async (key, act) => {
    const before = last.get(key);
    const mine = before === undefined ? act() : before.then(act, act);
    last.set(key, mine);
    try {
      return await mine;
    } finally {
      if (last.get(key) === mine) last.delete(key);
    }
  };
}
