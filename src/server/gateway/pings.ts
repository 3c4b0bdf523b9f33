import { randomBytes } from 'node:crypto';
import type { WireFrame } from '../chat/ports.ts';
import { PING, pingFrame } from './wire.ts';

/** The pings of one connection that have no answer yet, oldest first. */
export interface Pings {
  /** ms the last answer took. */
  readonly rttMs: number | undefined;
  /** A ping of the heartbeat, to be written. */
  heartbeat(): WireFrame;
  /**
   * A ping nobody can have answered before it is read, to be written, and the ms until its answer: undefined if that
   * does not come within `timeoutMs`, or the connection ends first.
   */
  probe(timeoutMs: number): { readonly frame: WireFrame; readonly answered: Promise<number | undefined> };
  /** A pong came. Gives whether it answers one of these. */
  answer(payload: Uint8Array): boolean;
  /** The connection has ended: no answer comes any more. */
  end(): void;
}

export function createPings(): Pings {
  return new OutstandingPings();
}

interface Outstanding {
  /** Hex; empty for the heartbeat's, which is the same for all. */
  readonly payload: string;
  /** On the clock that is never set. */
  readonly since: number;
  readonly settle: (ms: number | undefined) => void;
}

class OutstandingPings implements Pings {
  rttMs: number | undefined;
  readonly #outstanding: Outstanding[] = [];
  #hasEnded = false;

  heartbeat(): WireFrame {
    this.#remove('');
    this.#outstanding.push({ payload: '', since: performance.now(), settle: () => {} });
    return PING;
  }

  probe(timeoutMs: number): { frame: WireFrame; answered: Promise<number | undefined> } {
    const bytes = randomBytes(8);
    const payload = bytes.toString('hex');
    const answered = new Promise<number | undefined>((resolve) => {
      if (this.#hasEnded) return resolve(undefined);
      const timer = setTimeout(() => {
        this.#remove(payload);
        resolve(undefined);
      }, timeoutMs);
      const settle = (ms: number | undefined): void => {
        clearTimeout(timer);
        resolve(ms);
      };
      this.#outstanding.push({ payload, since: performance.now(), settle });
    });
    return { frame: pingFrame(bytes), answered };
  }

  /** Whoever was sent several pings may answer the last of them alone (RFC 6455, 5.5.3): it answers for those before it. */
  answer(payload: Uint8Array): boolean {
    const at = this.#indexOf(Buffer.from(payload).toString('hex'));
    if (at === -1) return false;
    const now = performance.now();
    for (const { since, settle } of this.#outstanding.splice(0, at + 1)) {
      this.rttMs = now - since;
      settle(this.rttMs);
    }
    return true;
  }

  end(): void {
    this.#hasEnded = true;
    for (const { settle } of this.#outstanding.splice(0)) settle(undefined);
  }

  #remove(payload: string): void {
    const at = this.#indexOf(payload);
    if (at !== -1) this.#outstanding.splice(at, 1);
  }

  #indexOf(payload: string): number {
    return this.#outstanding.findIndex((each) => each.payload === payload);
  }
}
