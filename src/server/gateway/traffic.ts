/** What went over one connection, counted as it goes: an addition each, nothing allocated. Times are ms since 1970. */
export class Traffic {
  messagesIn = 0;
  messagesOut = 0;
  lastActiveAt: number;
  /** Messages in, of the window under way and of the one before it. */
  #inWindow = 0;
  #inWindowBefore = 0;
  #windowSince: number;

  constructor(now: number) {
    this.lastActiveAt = now;
    this.#windowSince = now;
  }

  messageIn(now: number): void {
    this.#turn(now);
    this.messagesIn += 1;
    this.#inWindow += 1;
  }

  /** Messages in a second over the last ten: the window under way, and of the one before it what is still that young. */
  rateAt(now: number): number {
    this.#turn(now);
    const isStill = 1 - (now - this.#windowSince) / WINDOW;
    return (this.#inWindow + this.#inWindowBefore * isStill) / (WINDOW / 1000);
  }

  /** Begins another window when this one is over, or the clock was set back behind it. */
  #turn(now: number): void {
    const age = now - this.#windowSince;
    if (age >= 0 && age < WINDOW) return;
    const isNext = age >= WINDOW && age < 2 * WINDOW;
    this.#inWindowBefore = isNext ? this.#inWindow : 0;
    this.#inWindow = 0;
    this.#windowSince = isNext ? this.#windowSince + WINDOW : now;
  }
}

/** ms. */
const WINDOW = 10_000;
