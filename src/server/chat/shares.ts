/** Does something when it is its turn. */
export type Share = <T>(act: () => Promise<T>) => Promise<T>;

interface SharesOptions {
  /** How many things are done at once, over all. */
  readonly atOnce: number;
  /** How many things one that shares may do before others begin. */
  readonly turn: number;
}

/**
 * Gives each who has many things to do a share: whoever has begun goes on first, so that of many who come at once the
 * first are soon done, and not all of them at the very end. But nobody for ever: after a turn he waits behind the others.
 */
export function createShares({ atOnce, turn }: SharesOptions): () => Share {
  const beginning: (() => void)[] = [];
  const goingOn: (() => void)[] = [];
  let free = atOnce;

  const done = (): void => {
    const next = goingOn.shift() ?? beginning.shift();
    if (next === undefined) free += 1;
    else next();
  };

  return () => {
    let count = 0;
    return async (act) => {
      const line = count % turn === 0 ? beginning : goingOn;
      count += 1;
      if (free > 0) free -= 1;
      else await new Promise<void>((resolve) => line.push(resolve));
      try {
        return await act();
      } finally {
        done();
      }
    };
  };
}
