import ReconnectingWebSocket from 'partysocket/ws';
import { backoff } from './backoff.ts';
import type { CloseReason, WebSocketClass } from './chat-client.ts';
import { isFinal, toCloseReason } from './close-reason.ts';

/** A connection that comes back by itself until it is closed, or told by the server not to. */
export interface Connection {
  /** Whether it went out: to an open socket, which says nothing about its arrival. */
  send(text: string): boolean;
  /** Waits no longer, if it waits to come back. `spread`: not at once, but some time soon. */
  retryNow(spread?: boolean): void;
  /** Gives the present socket up as lost. */
  fail(): void;
  /** For good; onLost is not called. */
  close(): void;
}

export interface ConnectionOptions {
  readonly url: string;
  /** The token of the next try. `spent`: the server takes the last one no more. Rejects: another try later. */
  readonly token: (spent: boolean) => string | Promise<string>;
  /** Whether a token that is spent is an end. */
  readonly canRenew: () => boolean;
  readonly WebSocket: WebSocketClass | undefined;
  readonly random: () => number;
  readonly maxRetryMs: number;
  readonly onTry: () => void;
  readonly onOpen: () => void;
  readonly onText: (text: string) => void;
  /** The socket has ended, or could not be opened. `nextTryAt`: ms since 1970; undefined: it does not come back. */
  readonly onLost: (why: CloseReason, nextTryAt: number | undefined) => void;
}

export function openConnection(options: ConnectionOptions): Connection {
  return new LastingConnection(options);
}

/** A connection that lasted this long, ms, was a good one: the waits begin anew. */
const GOOD_AFTER = 5000;
/** ms until a socket must be open. */
const OPEN_WITHIN = 10_000;
const LOST = toCloseReason(1006, '');

/**
 * partysocket opens, times out and replaces sockets; when, and whether at all, is decided here: it asks for the protocols
 * before every try, and gets them when the wait is over. (Its own waits cannot be ended, and keep Node from exiting.)
 */
class LastingConnection implements Connection {
  readonly #options: ConnectionOptions;
  readonly #socket: ReconnectingWebSocket;
  #attempt = 0;
  #openedAt: number | undefined;
  #isOpen = false;
  #isTrying = false;
  /** Nothing is tried any more: closed, or told not to come back. */
  #isOver = false;
  #isClosed = false;
  #isSpent = false;
  /** When to try next, ms since 1970. */
  #dueAt = 0;
  #endWait: () => void = () => {};
  #why: CloseReason = LOST;

  constructor(options: ConnectionOptions) {
    this.#options = options;
    const socket = new ReconnectingWebSocket(options.url, () => this.#protocols(), {
      WebSocket: options.WebSocket,
      maxEnqueuedMessages: 0,
      minReconnectionDelay: 0,
      connectionTimeout: OPEN_WITHIN,
      shouldReconnectOnClose: ({ code, reason }) => this.#ended(code, reason),
    });
    this.#socket = socket;
    socket.addEventListener('open', () => this.#opened());
    socket.addEventListener('message', ({ data }: { readonly data: unknown }) => {
      if (!this.#isOver && typeof data === 'string') options.onText(data);
    });
    socket.addEventListener('close', () => this.#tellLost());
  }

  send(text: string): boolean {
    return this.#isOpen && this.#socket.send(text);
  }

  retryNow(spread = false): void {
    if (this.#isOpen || this.#isTrying) return;
    this.#attempt = 0;
    const soon = spread ? this.#backoff({ retryMs: 0 }) : 0;
    this.#dueAt = Math.min(this.#dueAt, Date.now() + soon);
    this.#endWait();
  }

  fail(): void {
    // Tells of its close at once, without waiting for the other side.
    if (this.#isOpen) this.#socket.reconnect();
  }

  close(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#isClosed = true;
    this.#isOpen = false;
    this.#socket.close(1000);
    this.#endWait();
  }

  #opened(): void {
    if (this.#isOver) return;
    this.#isOpen = true;
    this.#openedAt = Date.now();
    this.#options.onOpen();
  }

  /** Judges an end, before partysocket acts on it. */
  #ended(code: number, reason: string): boolean {
    // 1000 is partysocket's word for an error or a timeout: servers do not close so.
    this.#why = code === 1000 ? LOST : toCloseReason(code, reason);
    this.#isOpen = false;
    this.#isTrying = false;
    if (this.#openedAt !== undefined && Date.now() - this.#openedAt >= GOOD_AFTER) this.#attempt = 0;
    this.#openedAt = undefined;
    this.#isOver ||= !this.#mayComeBack();
    this.#dueAt = Date.now() + this.#backoff(this.#why);
    this.#attempt += 1;
    return !this.#isOver;
  }

  /** A token that has run out is no reason to stay away for who can get another. */
  #mayComeBack(): boolean {
    const { name } = this.#why;
    const wasSpent = this.#isSpent;
    this.#isSpent = name === 'token_expired' || name === 'invalid_token';
    if (!this.#isSpent) return !isFinal(this.#why);
    return this.#options.canRenew() && !(wasSpent && name === 'invalid_token');
  }

  #tellLost(): void {
    if (this.#isClosed) return;
    this.#options.onLost(this.#why, this.#isOver ? undefined : this.#dueAt);
  }

  #backoff(why: Pick<CloseReason, 'retryMs'>): number {
    const { random, maxRetryMs: maxMs } = this.#options;
    return backoff(why, { attempt: this.#attempt, random, maxMs });
  }

  /** What a try begins with: when it is time for it and its token is there, or all is over. Never rejects. */
  async #protocols(): Promise<string[]> {
    if (this.#isTrying) this.#couldNotOpen();
    for (;;) {
      await this.#wait();
      if (this.#isOver) return [];
      this.#options.onTry();
      try {
        const token = await this.#options.token(this.#isSpent);
        this.#isTrying = true;
        return ['chatd.v1', `bearer.${token}`];
      } catch {
        if (!this.#isOver) this.#couldNotOpen();
      }
    }
  }

  /** No socket was made that could tell of its end. */
  #couldNotOpen(): void {
    const isSpent = this.#isSpent;
    this.#ended(LOST.code, '');
    this.#isSpent = isSpent;
    this.#tellLost();
  }

  async #wait(): Promise<void> {
    for (let isOver = false; !isOver && !this.#isOver; ) {
      const ms = this.#dueAt - Date.now();
      if (ms <= 0) return;
      // A wait that has run its time is over, whatever the clock was set to meanwhile.
      isOver = await new Promise<boolean>((resolve) => {
        const timer = setTimeout(() => resolve(true), ms);
        this.#endWait = () => {
          clearTimeout(timer);
          resolve(false);
        };
      });
    }
  }
}
