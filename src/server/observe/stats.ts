import type { Stats, StatsNow, StatsSample, Traffic } from '../../protocol/admin-stats.ts';
import type { LiveConnections } from '../chat/connection-ports.ts';
import type { Clock } from '../chat/ports.ts';
import type { MessageLog } from '../chat/store-ports.ts';
import { type Census, takeCensus } from './census.ts';
import { LoopDelay } from './loop-delay.ts';
import type { ReadableMeters } from './meters.ts';
import { type Mark, PaceKeeper } from './pace-keeper.ts';

export interface StatsParts {
  readonly meters: ReadableMeters;
  readonly connections: LiveConnections;
  /** `Name` of the configuration, chatd's version, and which server this is. */
  readonly name: string;
  readonly version: string;
  readonly node: string;
  readonly maxConnections: number;
  readonly store: { readonly description: string; readonly log: StoreFigures };
  readonly clock: Clock;
  /** ms that never run backwards; the process' own if absent. */
  readonly monotonic?: () => number;
}

type StoreFigures = Pick<MessageLog, 'pending' | 'pendingBytes'> & {
  readonly room: Pick<MessageLog['room'], 'waiting'>;
};

/** The server in figures, for whoever asks. */
export interface ServerStats {
  now(): StatsNow;
  /** With the last 15 minutes. */
  get(): Stats;
  /** To be called every TICK_MS. */
  tick(): void;
  /** Begins to measure; gives the end of it. */
  start(): () => void;
}

export const TICK_MS = 1000;
const TICKS_A_SAMPLE = 5;
/** 15 minutes of five seconds each. */
const MAX_SAMPLES = 180;

export function createStats(parts: StatsParts): ServerStats {
  return new Figures(parts);
}

class Figures implements ServerStats {
  readonly #parts: StatsParts;
  readonly #startedAt: number;
  readonly #monotonic: () => number;
  readonly #loopDelay = new LoopDelay();
  readonly #pace: PaceKeeper;
  readonly #samples: StatsSample[] = [];
  /** Where the sample under way began. */
  #sampleFrom: Mark;
  #ticks = 0;
  #bytesIn = 0;
  #bytesOut = 0;

  constructor(parts: StatsParts) {
    this.#parts = parts;
    this.#startedAt = parts.clock.now();
    this.#monotonic = parts.monotonic ?? (() => performance.now());
    this.#sampleFrom = this.#mark(this.#census());
    this.#pace = new PaceKeeper(this.#sampleFrom, TICKS_A_SAMPLE);
  }

  start(): () => void {
    this.#loopDelay.start();
    const timer = setInterval(() => this.tick(), TICK_MS);
    timer.unref();
    return () => {
      clearInterval(timer);
      this.#loopDelay.stop();
    };
  }

  tick(): void {
    const mark = this.#mark(this.#census());
    this.#pace.add(mark);
    this.#ticks += 1;
    if (this.#ticks % TICKS_A_SAMPLE === 0) this.#sample(mark);
  }

  now(): StatsNow {
    const { meters, connections, name, version, node, store, clock } = this.#parts;
    const census = this.#census();
    const mark = this.#mark(census);
    const { cpu, ...rates } = this.#pace.since(mark);
    const { rss, heapUsed, external } = process.memoryUsage();
    return {
      name,
      version,
      node,
      at: clock.now(),
      startedAt: this.#startedAt,
      connections: {
        open: connections.count,
        max: this.#parts.maxConnections,
        users: connections.userCount,
        seed: census.seed,
        v1: census.v1,
        consoles: meters.counts.consoles,
      },
      rates,
      totals: { ...mark.traffic, stored: meters.counts.stored },
      store: {
        database: store.description,
        pending: store.log.pending,
        pendingBytes: store.log.pendingBytes,
        waiting: store.log.room.waiting,
        latency: meters.store.recent.quantiles(),
      },
      loopDelay: this.#loopDelay.quantiles(),
      memory: { rss, heapUsed, external },
      cpu,
      queues: { total: census.queued, largest: census.largestQueue },
      refusals: Object.fromEntries(meters.refusals),
    };
  }

  get(): Stats {
    return { ...this.now(), history: { everyMs: TICK_MS * TICKS_A_SAMPLE, samples: [...this.#samples] } };
  }

  #sample(mark: Mark): void {
    const { meters, connections, store, clock } = this.#parts;
    const { cpu: _, ...rates } = PaceKeeper.between(this.#sampleFrom, mark);
    this.#samples.push({
      at: clock.now(),
      connections: connections.count,
      ...rates,
      storeP99: meters.store.recent.turn().p99,
      loopP99: this.#loopDelay.turn().p99,
      rss: process.memoryUsage.rss(),
      pending: store.log.pending,
      refused: mark.refused - this.#sampleFrom.refused,
    });
    if (this.#samples.length > MAX_SAMPLES) this.#samples.shift();
    this.#sampleFrom = mark;
  }

  #mark(census: Census): Mark {
    const { user, system } = process.cpuUsage();
    return {
      at: this.#monotonic(),
      traffic: this.#traffic(census),
      cpuMs: (user + system) / 1000,
      refused: this.#parts.meters.counts.refused,
    };
  }

  /** A connection's bytes count as ended a moment after it is off the list: totals wait for them, and never run backwards. */
  #traffic({ bytesIn, bytesOut }: Census): Traffic {
    const { counts } = this.#parts.meters;
    this.#bytesIn = Math.max(this.#bytesIn, counts.bytesIn + bytesIn);
    this.#bytesOut = Math.max(this.#bytesOut, counts.bytesOut + bytesOut);
    const { messagesIn, messagesOut } = counts;
    return { messagesIn, messagesOut, bytesIn: this.#bytesIn, bytesOut: this.#bytesOut };
  }

  #census(): Census {
    return takeCensus(this.#parts.connections);
  }
}
