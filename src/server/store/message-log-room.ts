import type { SendRoom, WaitingSender } from '../chat/store-ports.ts';
import type { Backlog } from './message-log-backlog.ts';

/** The room, as the log that owns it sees it. */
export interface OwnedRoom extends SendRoom {
  /** Something has left the backlog: perhaps somebody may go on. On the hot path. */
  look(): void;
}

type Level = Pick<Backlog, 'free' | 'isHigh' | 'isLow'>;

/**
 * The line of the senders that wait for room in the backlog. When there is some (below the lower mark) it is divided
 * evenly among all who wait, the first to come first, so that one with much to send costs the others nothing; who has more
 * goes to the end.
 *
 * Who has waited `maxWaitMs` has his sends refused; from then on, until there is room, so has everybody who comes: a
 * database that is away is no reason to keep people waiting one after the other.
 */
export function createRoom(backlog: Level, maxWaitMs: number): OwnedRoom {
  return new SenderLine(backlog, maxWaitMs);
}

class SenderLine implements OwnedRoom {
  readonly #backlog: Level;
  readonly #maxWaitMs: number;
  /** Since when (by `performance.now()`), in the order of coming. */
  readonly #line = new Map<WaitingSender, number>();
  /** Somebody has waited too long, and there is still no room. */
  #isShut = false;
  #willServe = false;
  #served: WaitingSender | undefined;
  /** Sends that who is served may still hand over. */
  #shareLeft = 0;
  #expiry: NodeJS.Timeout | undefined;

  constructor(backlog: Level, maxWaitMs: number) {
    this.#backlog = backlog;
    this.#maxWaitMs = maxWaitMs;
  }

  get waiting(): number {
    return this.#line.size;
  }

  ask(sender: WaitingSender): 'go' | 'wait' | 'refuse' {
    const isFull = this.#backlog.isHigh;
    if (!isFull && !this.#isShut && this.#line.size === 0) return 'go';
    if (!isFull && sender === this.#served && this.#shareLeft > 0) {
      this.#shareLeft -= 1;
      return 'go';
    }
    if (this.#line.has(sender)) return 'wait';
    if (this.#isShut) return 'refuse';
    this.#line.set(sender, performance.now());
    this.#watchExpiry();
    return 'wait';
  }

  leave(sender: WaitingSender): void {
    this.#line.delete(sender);
  }

  look(): void {
    if ((this.#line.size === 0 && !this.#isShut) || !this.#backlog.isLow) return;
    // At once: who sends on when he hears of what has just been stored is not refused for want of room.
    this.#isShut = false;
    if (this.#willServe || this.#line.size === 0) return;
    this.#willServe = true;
    // Behind the acks of what has just been stored.
    setImmediate(this.#serve);
  }

  readonly #serve = (): void => {
    this.#willServe = false;
    if (!this.#backlog.isLow) return;
    // Somebody may have waited too long since.
    this.#isShut = false;
    const { free } = this.#backlog;
    const share = Math.max(1, Math.floor(free / this.#line.size));
    for (const sender of [...this.#line.keys()].slice(0, Math.ceil(free / share))) {
      // Large sends fill it before all had their turn: the others keep their place, before those who were served.
      if (this.#backlog.isHigh) return;
      this.#giveTurn(sender, share);
    }
    this.look();
  };

  /** One that has left meanwhile is passed over. */
  #giveTurn(sender: WaitingSender, share: number): void {
    if (!this.#line.delete(sender)) return;
    this.#served = sender;
    this.#shareLeft = share;
    sender.onTurn();
    this.#served = undefined;
  }

  /** The oldest is the first in line: one timer is enough. */
  #watchExpiry(): void {
    const [oldest] = this.#line.values();
    if (this.#expiry !== undefined || oldest === undefined) return;
    const waitMs = Math.max(0, oldest + this.#maxWaitMs - performance.now());
    this.#expiry = setTimeout(this.#expire, waitMs).unref();
  }

  readonly #expire = (): void => {
    this.#expiry = undefined;
    const overdue = performance.now() - this.#maxWaitMs;
    for (const [sender, since] of this.#line) {
      if (since > overdue) break;
      this.#isShut = true;
      this.#giveTurn(sender, 0);
    }
    this.#watchExpiry();
  };
}
