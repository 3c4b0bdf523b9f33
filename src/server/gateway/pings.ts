import { randomBytes } from 'node:crypto';
import type { WireFrame } from '../chat/ports.ts';
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

/** `write`: the way out, behind what was written before. */
export function createPings(write: (frame: WireFrame) => void): Pings {
  return new OutstandingPings(write);
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

/** More would be a flood to some clients, which hang up: further probes wait, and have one ping together then. */
const MAX_OUTSTANDING = 16;

class OutstandingPings implements Pings {
  rttMs: number | undefined;
  readonly #write: (frame: WireFrame) => void;
  /** Oldest first. */
  readonly #outstanding: Ping[] = [];
  #waiting = new Set<Probe>();
  /** Those whose ping has no place yet. */
  readonly #held = new Set<Probe>();
  #hasEnded = false;

  constructor(write: (frame: WireFrame) => void) {
    this.#write = write;
  }

  beat(): void {
    const before = this.#indexOf('');
    if (before !== -1) this.#outstanding.splice(before, 1);
    this.#outstanding.push({ payload: '', since: performance.now(), probes: [] });
    this.#write(PING);
  }

  probe(timeoutMs: number, until?: Promise<void>): Promise<number | undefined> {
    return new Promise((resolve) => {
      if (this.#hasEnded) return resolve(undefined);
      const timer = setTimeout(() => probe.settle(undefined), timeoutMs);
      const probe: Probe = {
        since: performance.now(),
        settle: (ms) => {
          clearTimeout(timer);
          this.#waiting.delete(probe);
          this.#held.delete(probe);
          resolve(ms);
        },
      };
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
    for (const ping of this.#outstanding.splice(0, at + 1)) {
      this.rttMs = now - ping.since;
      for (const { since, settle } of ping.probes) settle(now - since);
    }
    this.#pingForWaiting();
    return true;
  }

  end(): void {
    this.#hasEnded = true;
    const asked = this.#outstanding.splice(0).flatMap(({ probes }) => [...probes]);
    for (const { settle } of [...asked, ...this.#waiting, ...this.#held]) settle(undefined);
  }

  #release(probe: Probe): void {
    if (this.#held.delete(probe)) this.#waiting.add(probe);
    this.#pingForWaiting();
  }

  #pingForWaiting(): void {
    if (this.#waiting.size === 0 || this.#outstanding.length >= MAX_OUTSTANDING) return;
    const bytes = randomBytes(8);
    const probes = this.#waiting;
    this.#waiting = new Set();
    this.#outstanding.push({ payload: bytes.toString('hex'), since: performance.now(), probes });
    this.#write(pingFrame(bytes));
  }

  #indexOf(payload: string): number {
    return this.#outstanding.findIndex((each) => each.payload === payload);
  }
}
