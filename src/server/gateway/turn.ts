/** Something that was written to and has yet to go out. */
export interface Flushable {
  flush(): void;
}

/** One turn of the event loop: what it wrote to, flushed once when the turn is over. */
export interface Turn {
  /** The same one may be added once until it is flushed. */
  add(written: Flushable): void;
}

/**
 * setImmediate runs behind everything the turn's sockets, timers and threads had to say, so that a receiver of fifty
 * frames gets them with one write.
 */
export function createTurn(): Turn {
  let waiting: Flushable[] = [];

  const flushAll = (): void => {
    const written = waiting;
    waiting = [];
    for (const each of written) each.flush();
  };

  return {
    add(written) {
      if (waiting.push(written) === 1) setImmediate(flushAll);
    },
  };
}
