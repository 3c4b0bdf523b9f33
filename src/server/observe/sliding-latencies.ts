import type { Quantiles } from '../../protocol/admin-stats.ts';
import { Latencies } from './latencies.ts';

/** The latencies of the last minute: slices of as long as the calls of `turn` are apart, the oldest forgotten. */
export class SlidingLatencies {
  readonly #slices: Latencies[];
  #current: Latencies;
  #at = 0;

  constructor(slices: number) {
    this.#slices = Array.from({ length: slices }, () => new Latencies());
    this.#current = this.#slices[0] ?? new Latencies();
  }

  add(ms: number, times = 1): void {
    this.#current.add(ms, times);
  }

  /** Begins the next slice; gives the quantiles of the one that is over. */
  turn(): Quantiles {
    const over = quantilesOf(this.#current);
    this.#at = (this.#at + 1) % this.#slices.length;
    this.#current = this.#slices[this.#at] ?? new Latencies();
    this.#current.clear();
    return over;
  }

  quantiles(): Quantiles {
    const all = new Latencies();
    for (const slice of this.#slices) all.addAll(slice);
    return quantilesOf(all);
  }
}

function quantilesOf(latencies: Latencies): Quantiles {
  const [p50, p99] = [latencies.quantile(0.5), latencies.quantile(0.99)];
  return { p50: rounded(p50), p99: rounded(p99), max: rounded(latencies.max) };
}

/** To a hundredth of a ms: more is not known. */
function rounded(ms: number): number {
  return Math.round(ms * 100) / 100;
}
