import { randomBytes } from 'node:crypto';
import type { Outbox } from './outbox.ts';
import { PING, pingFrame } from './wire.ts';

/** The pings of one connection that have no answer yet. */
export interface Pings {
  /** ms the last answer took. */
  readonly rttMs: number | undefined;
  /** Writes a ping of the heartbeat. */
  beat(): void;
  /** See LiveConnection. `until`: what it has to go behind is not written before; the time counts from now all the same. */
  probe(timeoutMs: number, until?: Promise<void>): Promise<number | undefined>;
  /** A pong came. Gives whether it answers one of these. */
  answer(payload: Buffer): boolean;
  /** The connection has ended: no answer comes any more. */
  end(): void;
}

export function createPings(outbox: Pick<Outbox, 'write'>): Pings {
  return new OutstandingPings(outbox);
}

interface Ping {
  /** Hex, of random bytes: nobody can answer it who has not read it. Empty for the heartbeat's, the same for all. */
  readonly payload: string;
  /** On the clock that is never set. */
  readonly since: number;
  /** Those that are answered by it. */
  readonly probes: Iterable<Probe>;
}

interface Probe {
  readonly since: number;
  settle(ms: number | undefined): void;
}

const NONE: readonly Ping[] = [];
const NO_PROBES: readonly Probe[] = [];

/** More would be a flood to some clients, which hang up: further probes wait, and have one ping together then. */
const MAX_OUTSTANDING = 16;

class OutstandingPings implements Pings {
  rttMs: number | undefined;
  readonly #outbox: Pick<Outbox, 'write'>;
  /** Oldest first. */
  #outstanding = NONE;
  /** Nearly nobody is probed: these two are there when somebody is. */
  #waiting: Set<Probe> | undefined;
  /** Those whose ping has no place yet. */
  #held: Set<Probe> | undefined;
  #hasEnded = false;

  constructor(outbox: Pick<Outbox, 'write'>) {
    this.#outbox = outbox;
  }

  beat(): void {
    const others = this.#outstanding.filter(({ payload }) => payload !== '');
    this.#outstanding = [...others, { payload: '', since: performance.now(), probes: NO_PROBES }];
    this.#outbox.write(PING);
  }

  probe(timeoutMs: number, until?: Promise<void>): Promise<number | undefined> {
    return new Promise((resolve) => {
      if (this.#hasEnded) return resolve(undefined);
      const timer = setTimeout(() => probe.settle(undefined), timeoutMs);
      const probe: Probe = {
        since: performance.now(),
        settle: (ms) => {
          clearTimeout(timer);
          this.#waiting?.delete(probe);
          this.#held?.delete(probe);
          resolve(ms);
        },
      };
      this.#held ??= new Set();
      this.#held.add(probe);
      if (until === undefined) this.#release(probe);
      else void until.then(() => this.#release(probe));
    });
  }

  /** Whoever was sent several pings may answer the last of them alone (RFC 6455, 5.5.3): it answers for those before it. */
  answer(payload: Buffer): boolean {
    const at = this.#indexOf(payload.toString('hex'));
    if (at === -1) return false;
    const now = performance.now();
    const answered = this.#outstanding.slice(0, at + 1);
    this.#outstanding = at + 1 < this.#outstanding.length ? this.#outstanding.slice(at + 1) : NONE;
    for (const ping of answered) {
      this.rttMs = now - ping.since;
      for (const { since, settle } of ping.probes) settle(now - since);
    }
    this.#pingForWaiting();
    return true;
  }

  end(): void {
    this.#hasEnded = true;
    const asked = this.#outstanding.flatMap(({ probes }) => [...probes]);
    this.#outstanding = NONE;
    const others = [...(this.#waiting ?? NO_PROBES), ...(this.#held ?? NO_PROBES)];
    for (const { settle } of [...asked, ...others]) settle(undefined);
  }

  #release(probe: Probe): void {
    if (this.#held?.delete(probe)) {
      this.#waiting ??= new Set();
      this.#waiting.add(probe);
    }
    this.#pingForWaiting();
  }

  #pingForWaiting(): void {
    const probes = this.#waiting;
    if (probes === undefined || probes.size === 0 || this.#outstanding.length >= MAX_OUTSTANDING) return;
    const bytes = randomBytes(8);
    this.#waiting = undefined;
    const ping = { payload: bytes.toString('hex'), since: performance.now(), probes };
    this.#outstanding = [...this.#outstanding, ping];
    this.#outbox.write(pingFrame(bytes));
  }

  #indexOf(payload: string): number {
    return this.#outstanding.findIndex((each) => each.payload === payload);
  }
}
