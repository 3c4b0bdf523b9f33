/** So many per second, with a burst. Unlike the send limiter it may be overdrawn: what was read was read. */
export interface Budget {
  /** Takes `cost` (1) at `now`, ms, and gives how many ms it takes until the budget is even again; 0 while it is. */
  spend(now: number, cost?: number): number;
}

export function createBudget(perSecond: number, burst: number): Budget {
  return new LeakyBudget(perSecond, burst);
}

class LeakyBudget implements Budget {
  readonly #perMs: number;
  readonly #burst: number;
  #left: number;
  #at = 0;

  constructor(perSecond: number, burst: number) {
    this.#perMs = perSecond / 1000;
    this.#burst = burst;
    this.#left = burst;
  }

  spend(now: number, cost = 1): number {
    const elapsed = Math.max(0, now - this.#at);
    this.#left = Math.min(this.#burst, this.#left + elapsed * this.#perMs) - cost;
    this.#at = now;
    return this.#left >= 0 ? 0 : Math.ceil(-this.#left / this.#perMs);
  }
}
