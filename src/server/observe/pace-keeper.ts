import type { Traffic } from '../../protocol/admin-stats.ts';

/** What had been counted at a moment. */
export interface Mark {
  /** ms that never run backwards. */
  readonly at: number;
  readonly traffic: Traffic;
  readonly cpuMs: number;
  readonly refused: number;
}

/** A second. */
export interface Pace extends Traffic {
  /** Share of one processor. */
  readonly cpu: number;
}

/** Rates over the last marks, as many as it keeps. */
export class PaceKeeper {
  readonly #marks: Mark[];
  readonly #keep: number;

  constructor(first: Mark, keep: number) {
    this.#marks = [first];
    this.#keep = keep;
  }

  add(mark: Mark): void {
    this.#marks.push(mark);
    if (this.#marks.length > this.#keep) this.#marks.shift();
  }

  since(now: Mark): Pace {
    return PaceKeeper.between(this.#marks[0] ?? now, now);
  }

  static between(from: Mark, to: Mark): Pace {
    // Right after the start a second has not gone by: what one thing did is no rate yet.
    const seconds = Math.max(1, (to.at - from.at) / 1000);
    const rate = (key: keyof Traffic): number => rounded((to.traffic[key] - from.traffic[key]) / seconds);
    return {
      messagesIn: rate('messagesIn'),
      messagesOut: rate('messagesOut'),
      bytesIn: rate('bytesIn'),
      bytesOut: rate('bytesOut'),
      cpu: rounded((to.cpuMs - from.cpuMs) / 1000 / seconds),
    };
  }
}

function rounded(rate: number): number {
  return Math.round(rate * 100) / 100;
}
