import type {
  AdminAnswer,
  AdminInput,
  AdminMethod,
  AdminWatch,
  WatchData,
  WatchInput,
} from '../protocol/admin.ts';
import type { ChannelReady } from '../protocol/admin-channel.ts';
import type { Language } from '../protocol/error-codes.ts';
import { AdminError, type Ended, localError } from './admin-error.ts';
import { type AdminLink, type AdminSocket, openAdminLink, type Timers } from './admin-link.ts';
import { createSessionWatches, type SessionWatches } from './session-watches.ts';

export { AdminError } from './admin-error.ts';
export type { AdminErrorCode } from './admin-error.ts';
export type { AdminSocket, Timers } from './admin-link.ts';

/** A session of an operator on the admin channel: calls, watches, and coming back when the connection is lost. */
export interface AdminSession {
  /**
   * Connects for the first time. Rejects with AdminError if nobody answers (`no_server`, `timed_out`) or if we are not let
   * in (`unauthorized`, `permission_denied`, `limit_exceeded` …): then the session is over, and does not try again by
   * itself. After that it comes back whenever it is lost, and says so by `onStatus`.
   */
  connect(): Promise<ChannelReady>;
  /** Asks, and rejects with AdminError. Never waits for a connection: without one it is `no_server` at once. */
  call<M extends AdminMethod>(method: M, input: AdminInput<M>, timeoutMs?: number): Promise<AdminAnswer<M>>;
  /**
   * Has `onTick` called with what the watch tells, again after every reconnect, until the function it gives is called.
   * There is one watch of a kind: watching it again changes its settings, and who is told. Ticks of older settings are
   * not passed on. `onRefused`: the settings were refused, as `invalid_field` for a filter; an older watch then goes on.
   */
  watch<W extends AdminWatch>(
    watch: W,
    input: WatchInput<W>,
    onTick: (data: WatchData<W>) => void,
    onRefused?: (error: AdminError) => void,
  ): () => void;
  /** Tries at once instead of at `nextTryAt`; also after a refusal. While live it connects anew. */
  reconnect(): void;
  /** Ends it for good; calls under way reject with `no_server`. */
  close(): void;
  readonly status: AdminStatus;
}

export type AdminStatus =
  | { readonly state: 'connecting' }
  | { readonly state: 'live'; readonly ready: ChannelReady }
  /** Lost; comes back by itself. ms since 1970, by `now`. */
  | { readonly state: 'gone'; readonly why: string; readonly since: number; readonly nextTryAt: number }
  /** The server told us not to come back by ourselves. */
  | { readonly state: 'refused'; readonly error: AdminError }
  | { readonly state: 'closed' };

export interface AdminSessionOptions {
  /** `ws://127.0.0.1:9000/admin`. */
  readonly url: string;
  /** Asked anew for each connect and every 30 s: an operator's token lives for a minute. */
  readonly token: () => string | Promise<string>;
  /** Of error texts made here. Those of the server follow the socket's Accept-Language header. */
  readonly language: Language;
  /**
   * Opens a socket, as `new WebSocket(url, protocols)` does. With the package `ws`:
   * `(url, protocols) => new WebSocket(url, [...protocols], {headers: {'accept-language': language}, handshakeTimeout: 10_000, maxPayload: 8 * 1024 * 1024, perMessageDeflate: false})`.
   */
  readonly openSocket: (url: string, protocols: readonly string[]) => AdminSocket;
  readonly onStatus?: (status: AdminStatus) => void;
  /** ms a call may take; 10,000 if absent. */
  readonly timeoutMs?: number;
  readonly timers?: Timers;
  /** ms since 1970. */
  readonly now?: () => number;
  /** From 0 to 1. */
  readonly random?: () => number;
}

/** Not connected yet: see connect(). */
export function createAdminSession(options: AdminSessionOptions): AdminSession {
  return new ChannelSession(options);
}

/** ms between two tries: from the first to the longest, doubling, each somewhere in its upper half. */
const BACK_OFF = { first: 1000, longest: 15_000 };
const RENEW_EVERY = 30_000;
/** ms without a word from the server until we ask whether it is there, and until it must have answered that. */
const SILENCE = { asksAfter: 5000, endsAfter: 5000 };
const CALL_TIMEOUT = 10_000;

class ChannelSession implements AdminSession {
  status: AdminStatus = { state: 'connecting' };
  readonly #options: Required<Omit<AdminSessionOptions, 'onStatus'>>;
  readonly #onStatus: (status: AdminStatus) => void;
  readonly #watches: SessionWatches;
  #link: AdminLink | undefined;
  /** Counts tries: what belongs to an earlier one is over. */
  #attempt = 0;
  #failures = 0;
  #goneSince: number | undefined;
  #hasSign = false;
  #token = '';
  #cancelTimer: () => void = () => {};
  #cancelPulse: () => void = () => {};
  #first: { resolve(ready: ChannelReady): void; reject(error: AdminError): void } | undefined;

  constructor({ onStatus = () => {}, ...options }: AdminSessionOptions) {
    const { timers = systemTimers, timeoutMs = CALL_TIMEOUT } = options;
    this.#options = { now: Date.now, random: Math.random, ...options, timers, timeoutMs };
    this.#onStatus = onStatus;
    this.#watches = createSessionWatches(timers, timeoutMs);
  }

  connect(): Promise<ChannelReady> {
    return new Promise((resolve, reject) => {
      this.#first = { resolve, reject };
      void this.#try();
    });
  }

  call<M extends AdminMethod>(method: M, input: AdminInput<M>, timeoutMs?: number): Promise<AdminAnswer<M>> {
    return new Promise((resolve, reject) => {
      const link = this.status.state === 'live' ? this.#link : undefined;
      if (link === undefined) return reject(localError('no_server', this.#options.language));
      link.request({
        method,
        params: input,
        timeoutMs: timeoutMs ?? this.#options.timeoutMs,
        done: (result) => resolve(result as AdminAnswer<M>),
        failed: reject,
      });
    });
  }

  watch<W extends AdminWatch>(
    watch: W,
    input: WatchInput<W>,
    onTick: (data: WatchData<W>) => void,
    onRefused?: (error: AdminError) => void,
  ): () => void {
    return this.#watches.add({ watch, input, onTick, onRefused });
  }

  reconnect(): void {
    if (this.status.state === 'closed') return;
    this.#drop();
    this.#goneSince ??= this.#options.now();
    void this.#try();
  }

  close(): void {
    this.#drop();
    this.#attempt += 1;
    this.#first?.reject(localError('no_server', this.#options.language));
    this.#become({ state: 'closed' });
  }

  async #try(): Promise<void> {
    this.#attempt += 1;
    const attempt = this.#attempt;
    this.#become({ state: 'connecting' });
    const { timers, token: askToken, language } = this.#options;
    try {
      this.#token = await askToken();
    } catch (error) {
      if (attempt === this.#attempt)
        this.#lose({ error: toAdminError(error, language), isFinal: false, retryMs: 0 });
      return;
    }
    if (attempt !== this.#attempt) return;
    this.#link = openAdminLink({
      ...this.#options,
      token: this.#token,
      timers,
      readyWithinMs: this.#options.timeoutMs,
      onReady: (ready) => this.#begin(ready),
      onTick: (tick) => this.#watches.tell(tick),
      onSign: () => {
        this.#hasSign = true;
      },
      onEnd: (ended) => this.#lose(ended),
    });
  }

  #begin(ready: ChannelReady): void {
    this.#failures = 0;
    this.#goneSince = undefined;
    this.#become({ state: 'live', ready });
    this.#watches.move(this.#link);
    this.#pulse(this.#options.now());
    this.#first?.resolve(ready);
    this.#first = undefined;
  }

  /** The first time, nothing is there to come back to. */
  #lose({ error, isFinal, retryMs }: Ended): void {
    this.#drop();
    const { now, random, timers } = this.#options;
    if (this.#first !== undefined) {
      this.#first.reject(error);
      this.#first = undefined;
      return this.#become({ state: 'closed' });
    }
    if (isFinal) return this.#become({ state: 'refused', error });
    const longest = Math.min(BACK_OFF.longest, BACK_OFF.first * 2 ** this.#failures);
    const ms = Math.max(BACK_OFF.first, retryMs, longest * (0.5 + random() / 2));
    this.#failures += 1;
    this.#goneSince ??= now();
    this.#become({ state: 'gone', why: error.message, since: this.#goneSince, nextTryAt: now() + ms });
    this.#cancelTimer = timers.after(ms, () => void this.#try());
  }

  /** Renews the token before it runs out, and notices a server that has stopped saying anything. */
  #pulse(renewedAt: number): void {
    const { timers, now } = this.#options;
    this.#hasSign = false;
    this.#cancelPulse = timers.after(SILENCE.asksAfter, () => {
      const isDue = now() - renewedAt >= RENEW_EVERY || now() < renewedAt;
      if (!isDue && this.#hasSign) return this.#pulse(renewedAt);
      void this.#renew(isDue).then((isRenewed) => isRenewed && this.#pulse(isDue ? now() : renewedAt));
    });
  }

  /** Gives false if the link it was about has ended. */
  async #renew(isDue: boolean): Promise<boolean> {
    const link = this.#link;
    // A token that cannot be had now may be had before the old one has run out.
    if (isDue) this.#token = await Promise.resolve(this.#options.token()).catch(() => this.#token);
    if (link === undefined || link !== this.#link) return false;
    return new Promise((resolve) => {
      link.request({
        method: 'token.renew',
        params: { token: this.#token },
        timeoutMs: SILENCE.endsAfter,
        done: () => resolve(true),
        failed: (error) => {
          resolve(link === this.#link && error.code !== 'timed_out');
          if (link === this.#link && error.code === 'timed_out') link.fail(error);
        },
      });
    });
  }

  #drop(): void {
    this.#cancelTimer();
    this.#cancelPulse();
    const link = this.#link;
    this.#link = undefined;
    link?.close();
    this.#watches.move(undefined);
  }

  #become(status: AdminStatus): void {
    this.status = status;
    this.#onStatus(status);
  }
}

const systemTimers: Timers = {
  after(ms, then) {
    const timer = setTimeout(then, ms);
    return () => clearTimeout(timer);
  },
};

function toAdminError(error: unknown, language: Language): AdminError {
  return error instanceof AdminError ? error : localError('no_server', language, String(error));
}
