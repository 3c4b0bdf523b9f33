/** Does something for a key at once, and then at most once in `everyMs`, with the latest value. */
export interface AtMostOnce<Value> {
  /** Does it now, or when the time since the last one is over. `merge` makes one of what waits and what comes. */
  say(key: string, value: Value): void;
}

interface AtMostOnceOptions<Value> {
  readonly everyMs: number;
  readonly act: (value: Value) => void;
  readonly merge: (waiting: Value, next: Value) => Value;
  /** Beyond it nothing is done for keys that are not waiting. */
  readonly mostKeys: number;
}

/** A key is remembered for `everyMs` after the last time. */
export function createAtMostOnce<Value>(options: AtMostOnceOptions<Value>): AtMostOnce<Value> {
  const { everyMs, act, merge, mostKeys } = options;
  const resting = new Map<string, { waiting: Value | undefined }>();

  function rest(key: string): void {
    resting.set(key, { waiting: undefined });
    setTimeout(() => wake(key), everyMs).unref();
  }

  function wake(key: string): void {
    const waiting = resting.get(key)?.waiting;
    resting.delete(key);
    if (waiting === undefined) return;
    rest(key);
    act(waiting);
  }

  return {
    say(key, value) {
      const rested = resting.get(key);
      if (rested !== undefined) {
        rested.waiting = rested.waiting === undefined ? value : merge(rested.waiting, value);
        return;
      }
      if (resting.size >= mostKeys) return;
      rest(key);
      act(value);
    },
  };
}
