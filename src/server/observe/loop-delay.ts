import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Quantiles } from '../../protocol/admin-stats.ts';
import { SLICES } from './meters.ts';
import { SlidingLatencies } from './sliding-latencies.ts';

/** How late the event loop is, over the last minute: asked by a timer of Node's own, outside of JavaScript. */
export class LoopDelay {
  readonly #monitor = monitorEventLoopDelay({ resolution: RESOLUTION });
  readonly #recent = new SlidingLatencies(SLICES);

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
      this.#recent.add(Math.max(0, monitor.percentile(step) / 1e6 - RESOLUTION), upTo - done);
      done = upTo;
    }
    monitor.reset();
  }
}

/** ms between two looks: the monitor counts it in. */
const RESOLUTION = 20;
const STEPS = [25, 50, 75, 90, 95, 98, 99, 99.5, 99.9, 100];
