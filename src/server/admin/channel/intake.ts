/**
 * What a channel sends, taken in order, no faster than it may and no more at a time than we hold: it is slowed (not read)
 * before anything is refused.
 */
export interface Intake<T> {
  /** False if it is refused: too much waits already. */
  receive(item: T): boolean;
  /** Drops what waits, and takes no more. */
  stop(): void;
  /** Resolves when nothing is under way. */
  settled(): Promise<void>;
}

export interface IntakeParts<T> {
  /** How many calls an item is. */
  readonly sizeOf: (item: T) => number;
  /** Called one after the other, each when the one before was let in. Never rejects. */
  readonly admit: (item: T) => Promise<Work>;
  readonly pause: () => void;
  readonly resume: () => void;
}

/** What was let in, under way at the same time as others. Never rejects. */
export type Work = () => Promise<void>;

/** Calls a second, and how many at once after a quiet time. */
const RATE = { perSecond: 50, burst: 200 };
/** Calls under way. */
const MAX_UNDER_WAY = 32;
/** What waits: about what one read of a socket brings. */
const MAX_HELD = 512;

export function createIntake<T>(parts: IntakeParts<T>): Intake<T> {
  return new OrderedIntake(parts);
}

class OrderedIntake<T> implements Intake<T> {
  readonly #parts: IntakeParts<T>;
  readonly #held: T[] = [];
  #underWay = 0;
  #isRunning = false;
  #isStopped = false;
  #left = RATE.burst;
  #at = performance.now();
  #wake: () => void = () => {};
  #waiters: (() => void)[] = [];

  constructor(parts: IntakeParts<T>) {
    this.#parts = parts;
  }

  receive(item: T): boolean {
    if (this.#isStopped) return true;
    if (this.#held.length >= MAX_HELD) return false;
    this.#held.push(item);
    if (this.#isRunning) this.#parts.pause();
    else void this.#run();
    return true;
  }

  stop(): void {
    this.#isStopped = true;
    this.#held.length = 0;
    this.#wake();
  }

  settled(): Promise<void> {
    if (!this.#isRunning && this.#underWay === 0) return Promise.resolve();
    return new Promise((resolve) => this.#waiters.push(resolve));
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    for (let item = this.#held.shift(); item !== undefined; item = this.#held.shift()) {
      const size = this.#parts.sizeOf(item);
      if (!(await this.#makeRoom(size))) break;
      const work = await this.#parts.admit(item);
      this.#begin(size, work);
    }
    this.#isRunning = false;
    this.#parts.resume();
    this.#tellSettled();
  }

  #begin(size: number, work: Work): void {
    this.#underWay += size;
    void work().then(() => {
      this.#underWay -= size;
      this.#wake();
      this.#tellSettled();
    });
  }

  /** Resolves when there is room for so many more; false once stopped. Meanwhile the socket is not read. */
  async #makeRoom(size: number): Promise<boolean> {
    for (let ms = this.#spend(size); ms > 0 && !this.#isStopped; ms = this.#spend(0)) await this.#sleep(ms);
    while (this.#underWay >= MAX_UNDER_WAY && !this.#isStopped) await this.#sleep();
    return !this.#isStopped;
  }

  /** ms until the budget is even again. */
  #spend(size: number): number {
    const now = performance.now();
    const earned = ((now - this.#at) * RATE.perSecond) / 1000;
    this.#left = Math.min(RATE.burst, this.#left + earned) - size;
    this.#at = now;
    return this.#left >= 0 ? 0 : Math.ceil((-this.#left * 1000) / RATE.perSecond);
  }

  #sleep(ms?: number): Promise<void> {
    this.#parts.pause();
    return new Promise((resolve) => {
      const timer = ms === undefined ? undefined : setTimeout(resolve, ms).unref();
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  #tellSettled(): void {
    if (this.#isRunning || this.#underWay > 0) return;
    for (const tell of this.#waiters.splice(0)) tell();
  }
}
