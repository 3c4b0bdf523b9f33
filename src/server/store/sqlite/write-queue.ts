/**
 * The one line everybody who writes stands in. A transaction that is at the front owns it until it ends; everything
 * else waits, in the order it came: a write that slipped into somebody's open transaction would vanish with its ROLLBACK.
 */
export interface WriteQueue {
  /** Runs `write` now, or when nobody owns the queue. */
  enter(write: () => void): void;
  /** Runs `begin` like enter(); if it gives true, `transaction` owns the queue from then on. */
  own(transaction: number, begin: () => boolean): void;
  isOwner(transaction: number): boolean;
  /** The owner is done: the next in line runs. */
  release(): void;
}

export function createWriteQueue(): WriteQueue {
  const waiting: (() => void)[] = [];
  let owner: number | undefined;
  let running = false;

  function next(): (() => void) | undefined {
    return owner === undefined ? waiting.shift() : undefined;
  }

  // A write may release the queue it runs in (a COMMIT): the loop below it goes on then, not a second one.
  function runWaiting(): void {
    if (running) return;
    running = true;
    for (let write = next(); write !== undefined; write = next()) write();
    running = false;
  }

  function enter(write: () => void): void {
    waiting.push(write);
    runWaiting();
  }

  return {
    enter,
    own(transaction, begin) {
      enter(() => {
        if (begin()) owner = transaction;
      });
    },
    isOwner: (transaction) => owner === transaction,
    release() {
      owner = undefined;
      runWaiting();
    },
  };
}
