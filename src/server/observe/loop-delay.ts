import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Quantiles } from '../../protocol/admin-stats.ts';
import { SLICES } from './meters.ts';
import { SlidingLatencies } from './sliding-latencies.ts';

type Monitor = Pick<
  ReturnType<typeof monitorEventLoopDelay>,
  'enable' | 'disable' | 'reset' | 'count' | 'percentile'
>;

/**
 * How late the event loop is for what comes at any time, over the last minute: asked by a timer of Node's own, outside of
 * JavaScript.
 */
export class LoopDelay {
  readonly #monitor: Monitor;
  readonly #recent = new SlidingLatencies(SLICES);

  constructor(monitor: Monitor = monitorEventLoopDelay({ resolution: RESOLUTION })) {
    this.#monitor = monitor;
  }

  start(): void {
    this.#monitor.enable();
  }

  stop(): void {
    this.#monitor.disable();
  }

  quantiles(): Quantiles {
    this.#collect();
    return this.#recent.quantiles();
  }

  /** Begins the next five seconds; gives the quantiles of those that are over. */
  turn(): Quantiles {
    this.#collect();
    return this.#recent.turn();
  }

  /** The monitor's histogram cannot be added to another: its steps can, each as the latest it stands for. */
  #collect(): void {
    const monitor = this.#monitor;
    const { count } = monitor;
    let done = 0;
    for (const step of count === 0 ? [] : STEPS) {
      const upTo = Math.round((count * step) / 100);
      if (upTo === done) continue;
      this.#add(Math.max(0, monitor.percentile(step) / 1e6 - RESOLUTION), upTo - done);
      done = upTo;
    }
    monitor.reset();
  }

  /** While the loop is held, the timer does not ask: those looks are made up for, or a long stop would count as one. */
  #add(late: number, times: number): void {
    this.#recent.add(late, times);
    for (let missed = late - RESOLUTION; missed > 0; missed -= RESOLUTION) this.#recent.add(missed, times);
  }
}

/** ms between two looks: the monitor counts it in. */
const RESOLUTION = 20;
const STEPS = [25, 50, 75, 90, 95, 98, 99, 99.5, 99.9, 100];
