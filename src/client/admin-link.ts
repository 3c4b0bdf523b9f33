import {
  ADMIN_SUBPROTOCOL,
  type ChannelMethod,
  type ChannelReady,
  type RpcAnswer,
  type RpcNotification,
  type RpcRequest,
  type WatchTick,
} from '../protocol/admin-channel.ts';
import type { Language } from '../protocol/error-codes.ts';
import { AdminError, type Ended, fromRpcError, localError, toEnded } from './admin-error.ts';

/** What both the browser's WebSocket and that of the package `ws` are. */
export interface AdminSocket {
  addEventListener(type: 'message' | 'close' | 'error', listener: (event: SocketEvent) => void): void;
  send(text: string): void;
  close(code?: number, reason?: string): void;
  /** Where there is one: lets go at once of a server that does not answer a close. */
  terminate?(): void;
}

/** A message, a close or an error: what each has that matters here. */
export interface SocketEvent {
  readonly data?: unknown;
  readonly code?: number;
  readonly reason?: string;
  readonly message?: string;
}

export interface Timers {
  /** Calls `then` once after `ms`, unless the function it gives is called first. */
  after(ms: number, then: () => void): () => void;
}

/** One connection to the admin channel, from its opening to its end. */
export interface AdminLink {
  /** Exactly one of the two is called, in the turn in which the answer arrives; an end of the link is an answer too. */
  request(request: LinkRequest): void;
  /** Ends it; `onEnd` is not called. */
  close(): void;
  /** Ends it as if it had been lost. */
  fail(error: AdminError): void;
}

export interface LinkRequest {
  readonly method: ChannelMethod;
  readonly params: object;
  readonly timeoutMs: number;
  readonly done: (result: unknown) => void;
  readonly failed: (error: AdminError) => void;
}

export interface LinkOptions {
  readonly url: string;
  readonly token: string;
  readonly language: Language;
  readonly openSocket: (url: string, protocols: readonly string[]) => AdminSocket;
  readonly timers: Timers;
  /** ms until the server must have said that it is ready. */
  readonly readyWithinMs: number;
  readonly onReady: (ready: ChannelReady) => void;
  readonly onTick: (tick: WatchTick) => void;
  /** Anything arrived. */
  readonly onSign: () => void;
  /** Once. */
  readonly onEnd: (ended: Ended) => void;
}

export function openAdminLink(options: LinkOptions): AdminLink {
  return new SocketLink(options);
}

interface Waiting {
  readonly request: LinkRequest;
  readonly cancelTimer: () => void;
}

class SocketLink implements AdminLink {
  readonly #options: LinkOptions;
  readonly #socket: AdminSocket | undefined;
  readonly #waiting = new Map<number, Waiting>();
  readonly #cancelReady: () => void;
  #lastId = 0;
  #failure = '';
  #hasEnded = false;

  constructor(options: LinkOptions) {
    this.#options = options;
    const { url, token, timers, readyWithinMs, language } = options;
    this.#cancelReady = timers.after(readyWithinMs, () => this.fail(localError('timed_out', language)));
    this.#socket = this.#open(url, [ADMIN_SUBPROTOCOL, `bearer.${token}`]);
  }

  request(request: LinkRequest): void {
    const { language, timers } = this.#options;
    if (this.#hasEnded) return request.failed(localError('no_server', language));
    this.#lastId += 1;
    const id = this.#lastId;
    const cancelTimer = timers.after(request.timeoutMs, () => {
      this.#waiting.delete(id);
      request.failed(localError('timed_out', language));
    });
    this.#waiting.set(id, { request, cancelTimer });
    const { method, params } = request;
    this.#socket?.send(JSON.stringify({ jsonrpc: '2.0', id, method, params } satisfies RpcRequest));
  }

  close(): void {
    if (this.#hasEnded) return;
    this.#finish(localError('no_server', this.#options.language));
    this.#socket?.close(1000);
  }

  fail(error: AdminError): void {
    this.#end({ error, isFinal: false, retryMs: 0 });
    if (this.#socket?.terminate === undefined) this.#socket?.close();
    else this.#socket.terminate();
  }

  /** A URL that is none, or a token that is no header, throws: told later, as every other end. */
  #open(url: string, protocols: readonly string[]): AdminSocket | undefined {
    const { openSocket, timers, language } = this.#options;
    try {
      const socket = openSocket(url, protocols);
      socket.addEventListener('message', ({ data }) => this.#receive(String(data)));
      // Stays, also when all is over: an error nobody listens to ends a Node process.
      socket.addEventListener('error', ({ message = '' }) => {
        this.#failure = message;
      });
      socket.addEventListener('close', ({ code = 1006, reason = '' }) =>
        this.#end(toEnded({ code, reason, failure: this.#failure }, language)),
      );
      return socket;
    } catch (error) {
      timers.after(0, () => this.fail(localError('no_server', language, String(error))));
      return undefined;
    }
  }

  #receive(text: string): void {
    if (this.#hasEnded) return;
    const message = parse(text);
    if (message === undefined) return;
    this.#options.onSign();
    if (!('method' in message)) return this.#settle(message);
    if (message.method === 'watch.data') return this.#options.onTick(message.params);
    if (message.method !== 'channel.ready') return;
    this.#cancelReady();
    this.#options.onReady(message.params);
  }

  #settle(answer: RpcAnswer): void {
    const waiting = typeof answer.id === 'number' ? this.#waiting.get(answer.id) : undefined;
    if (waiting === undefined) return;
    this.#waiting.delete(Number(answer.id));
    waiting.cancelTimer();
    if ('error' in answer) waiting.request.failed(fromRpcError(answer.error));
    else waiting.request.done(answer.result);
  }

  #end(ended: Ended): void {
    if (this.#hasEnded) return;
    this.#finish(ended.error);
    this.#options.onEnd(ended);
  }

  #finish(error: AdminError): void {
    this.#hasEnded = true;
    this.#cancelReady();
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { cancelTimer, request } of waiting) {
      cancelTimer();
      request.failed(new AdminError('no_server', error.message));
    }
  }
}

function parse(text: string): RpcAnswer | RpcNotification | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && 'jsonrpc' in value
      ? (value as RpcAnswer | RpcNotification)
      : undefined;
  } catch {
    return undefined;
  }
}
