/** Does things a few at a time, in the order they were asked for. */
export type Share = <T>(act: () => Promise<T>) => Promise<T>;

export function createShares(atOnce: number): Share {
  const waiting: (() => void)[] = [];
  let free = atOnce;

  const done = (): void => {
    const next = waiting.shift();
    if (next === undefined) free += 1;
    else next();
  };

  return async (act) => {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await act();
    } finally {
      done();
    }
  };
}
