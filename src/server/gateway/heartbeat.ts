import type { Clock } from '../chat/ports.ts';
import type { Ending } from './sessions.ts';

/** A connection, as the heartbeat sees it. */
export interface Beating {
  /** ms since 1970; the connection ends then. */
  readonly expiresAt: number;
  /** We do not read from it, so we cannot expect anything of it. */
  readonly isPaused: boolean;
  /** Bytes that came from it. Any byte is a sign of life. */
  readonly bytesRead: number;
  /** Bytes it has not taken, and a count that changes whenever it takes some. */
  readonly unsent: number;
  readonly progress: number;
  ping(): void;
  close(ending: Ending): void;
}

export interface Heartbeat {
  add(beating: Beating): void;
  remove(beating: Beating): void;
  stop(): void;
}

export interface HeartbeatOptions {
  readonly clock: Clock;
  /** All ms. */
  readonly pingInterval: number;
  readonly pongTimeout: number;
  readonly stallTimeout: number;
  /** Calls `beat` every `ms` until the function it gives is called. */
  readonly every?: (ms: number, beat: () => void) => () => void;
}

/**
 * One clock for all connections: pings them, each at its own place within the interval, and fails those that are dead,
 * stuck or out of their token's time.
 *
 * Nobody may be dropped for what we did not do. A beat that comes late (we were stopped, or busy, or the system's clock
 * was set) judges nobody and starts everybody's wait again with a fresh ping; so does a connection we stopped reading
 * from, once we read again.
 */
export function createHeartbeat(options: HeartbeatOptions): Heartbeat {
  const { clock, every = everyInterval } = options;
  const period = beatPeriod(options);
  const pulses = new Map<Beating, Pulse>();
  let last = clock.now();
  let place = 0;

  // From a half to the whole interval, evenly spread also when all come at once (the golden ratio's multiples are).
  const firstPingAt = (now: number): number => {
    place = (place + GOLDEN) % 1;
    return now + options.pingInterval * (0.5 + place / 2);
  };

  const beat = (): void => {
    const now = clock.now();
    const isLate = now < last || now - last > 2 * period;
    last = now;
    for (const [beating, pulse] of pulses) {
      if (now >= beating.expiresAt) beating.close({ why: 'token_expired' });
      else if (isLate || beating.isPaused) pulse.restart(beating, now);
      else pulse.judge(beating, now);
    }
  };

  const stop = every(period, beat);
  return {
    add: (beating) => {
      const now = clock.now();
      pulses.set(beating, new Pulse(options, now, firstPingAt(now)));
    },
    remove: (beating) => void pulses.delete(beating),
    stop,
  };
}

const LONGEST_PERIOD = 1000;
const SHORTEST_PERIOD = 5;

/** Often enough that every limit is kept to an eighth of itself. */
function beatPeriod({ pingInterval, pongTimeout, stallTimeout }: HeartbeatOptions): number {
  const eighth = Math.min(pingInterval, pongTimeout, stallTimeout) / 8;
  return Math.max(SHORTEST_PERIOD, Math.min(LONGEST_PERIOD, Math.floor(eighth)));
}

/** Beats behind the turn's input: a pong that has already arrived is read before anybody is judged. */
function everyInterval(ms: number, beat: () => void): () => void {
  const timer = setInterval(() => setImmediate(beat), ms);
  return () => clearInterval(timer);
}

/** What is expected of one connection, and since when. */
class Pulse {
  readonly #options: HeartbeatOptions;
  #nextPingAt: number;
  /** Undefined while no answer is owed. */
  #owedSince: number | undefined;
  #bytesRead = 0;
  #unsent = 0;
  #progress = 0;
  #movedAt: number;

  constructor(options: HeartbeatOptions, now: number, firstPingAt: number) {
    this.#options = options;
    this.#nextPingAt = firstPingAt;
    this.#movedAt = now;
  }

  /** Nothing is owed any more; what was, is asked for again. */
  restart(beating: Beating, now: number): void {
    if (this.#owedSince !== undefined) this.#nextPingAt = now;
    this.#nextPingAt = Math.min(this.#nextPingAt, now + this.#options.pingInterval);
    this.#owedSince = undefined;
    this.#observe(beating);
    this.#movedAt = now;
  }

  judge(beating: Beating, now: number): void {
    const { pingInterval, pongTimeout, stallTimeout } = this.#options;
    // What was stuck and moves again was taken by the other side. A write the kernel takes at once says nothing.
    const hasMoved = this.#unsent > 0 && beating.progress !== this.#progress;
    if (beating.bytesRead !== this.#bytesRead) this.#owedSince = undefined;
    else if (hasMoved && this.#owedSince !== undefined) this.#owedSince = now;
    if (hasMoved || beating.unsent === 0) this.#movedAt = now;
    this.#observe(beating);

    if (now - this.#movedAt >= stallTimeout) return beating.close({ why: 'slow' });
    if (this.#owedSince !== undefined && now - this.#owedSince >= pongTimeout)
      return beating.close({ why: 'no_pong' });
    if (now < this.#nextPingAt) return;
    this.#owedSince ??= now;
    this.#nextPingAt = Math.max(this.#nextPingAt, now - pingInterval / 2) + pingInterval;
    beating.ping();
  }

  #observe(beating: Beating): void {
    this.#bytesRead = beating.bytesRead;
    this.#unsent = beating.unsent;
    this.#progress = beating.progress;
  }
}

const GOLDEN = 0.618_033_988_75;
