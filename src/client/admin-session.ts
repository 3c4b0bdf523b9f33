import type {
  AdminAnswer,
  AdminInput,
  AdminMethod,
  AdminWatch,
  WatchData,
  WatchInput,
} from '../protocol/admin.ts';
import type { ChannelReady } from '../protocol/admin-channel.ts';
import type { ErrorCode, Language } from '../protocol/error-codes.ts';

/** A session of an operator on the admin channel: calls, watches, and coming back when the connection is lost. */
export interface AdminSession {
  /**
   * Connects for the first time. Rejects with AdminError if nobody answers (`no_server`, `timed_out`) or if we are not let
   * in (`unauthorized`, `token_expired`, `permission_denied`, `not_found` …): then the session has not begun, and does not
   * try again by itself. After that it comes back whenever it is lost, and says so by `onStatus`.
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

export type AdminErrorCode = ErrorCode | 'no_server' | 'timed_out';

/** Why a call was not answered, or a session not begun. `message` is for people, in the session's language. */
export class AdminError extends Error {
  readonly code: AdminErrorCode;
  readonly field: string | undefined;
  readonly retryAfterMs: number | undefined;

  constructor(
    code: AdminErrorCode,
    message: string,
    detail: { readonly field?: string | undefined; readonly retryAfterMs?: number | undefined } = {},
  ) {
    super(message);
    this.name = 'AdminError';
    this.code = code;
    this.field = detail.field;
    this.retryAfterMs = detail.retryAfterMs;
  }
}

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

/** What both the browser's WebSocket and that of the package `ws` are. */
export interface AdminSocket {
  onopen: ((event: never) => void) | null;
  onmessage: ((event: never) => void) | null;
  onclose: ((event: never) => void) | null;
  onerror: ((event: never) => void) | null;
  send(text: string): void;
  close(code?: number, reason?: string): void;
}

export interface Timers {
  /** Calls `then` once after `ms`, unless the function it gives is called first. */
  after(ms: number, then: () => void): () => void;
}

/** Not connected yet: see connect(). */
export function createAdminSession(options: AdminSessionOptions): AdminSession {
  throw new AdminError('no_server', `no session to ${options.url} yet`);
}
