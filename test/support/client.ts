import { once } from 'node:events';
import { WebSocket, type ClientOptions } from 'ws';

/** A frame as it came, before anybody decided what it is. */
export interface AnyFrame {
  readonly type?: string;
  readonly chatType?: number;
  readonly [key: string]: unknown;
}

/** A frame whose answer can be told from others. */
export interface AskFrame extends AnyFrame {
  readonly clientMsgId: string;
}

export interface Closing {
  readonly code: number;
  readonly reason: string;
}

export interface ConnectOptions {
  readonly token?: string;
  /** Where the token travels. Default: the query, as the seed's front end does it. */
  readonly tokenIn?: 'query' | 'header' | 'bearer' | 'subprotocol' | 'nowhere';
  /** Offer `chatd.v1`. */
  readonly v1?: boolean;
  readonly headers?: Record<string, string>;
  readonly origin?: string;
  /** Answers the server's pings by itself (default). */
  readonly autoPong?: boolean;
}

/** A WebSocket client that keeps every frame from the first byte on, so that a test can ask for it later. */
export interface Client {
  readonly socket: WebSocket;
  /** All frames ever received, in order. */
  readonly received: readonly AnyFrame[];
  readonly closed: Promise<Closing>;
  /** Takes the first frame not yet taken that `matches`, now or when it comes. */
  next(matches?: (frame: AnyFrame) => boolean, timeoutMs?: number): Promise<AnyFrame>;
  /** Takes the next chat message. */
  nextMessage(timeoutMs?: number): Promise<AnyFrame>;
  /** Sends one frame. A string goes as it is. */
  send(frame: object | string): void;
  /** Sends a message and takes what it is answered with: an ack, or an error. Needs a clientMsgId. */
  ask(frame: AskFrame, timeoutMs?: number): Promise<AnyFrame>;
  /** Resolves when the server has dealt with everything sent so far and all it wrote before is here. */
  fence(): Promise<void>;
  close(): Promise<void>;
}

/** How a refused upgrade was answered. */
export class UpgradeRefused extends Error {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;

  constructor(status: number, headers: Readonly<Record<string, string | string[] | undefined>>) {
    super(`upgrade refused with ${status}`);
    this.status = status;
    this.headers = headers;
  }
}

/** Connects to `/ws` of `server`; rejects with UpgradeRefused. */
export async function connect(
  server: { readonly ws: string },
  options: ConnectOptions = {},
): Promise<Client> {
  const { url, protocols, headers } = place(`${server.ws}/ws`, options);
  const socketOptions: ClientOptions & { autoPong?: boolean } = {
    headers,
    perMessageDeflate: false,
    autoPong: options.autoPong ?? true,
    ...(options.origin === undefined ? {} : { origin: options.origin }),
  };
  const socket = new WebSocket(url, protocols, socketOptions);
  const client = watch(socket);
  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
    socket.once('unexpected-response', (request, response) => {
      reject(new UpgradeRefused(response.statusCode ?? 0, response.headers));
      response.resume();
      request.destroy();
    });
  });
  return client;
}

function place(url: string, { token = '', tokenIn = 'query', v1 = false, headers = {} }: ConnectOptions) {
  const protocols = v1 ? ['chatd.v1'] : [];
  if (token === '' || tokenIn === 'nowhere') return { url, protocols, headers };
  if (tokenIn === 'header') return { url, protocols, headers: { websocket: token, ...headers } };
  if (tokenIn === 'bearer')
    return { url, protocols, headers: { authorization: `Bearer ${token}`, ...headers } };
  if (tokenIn === 'subprotocol') return { url, protocols: [...protocols, `bearer.${token}`], headers };
  return { url: `${url}?token=${encodeURIComponent(token)}`, protocols, headers };
}

function watch(socket: WebSocket): Client {
  const received: AnyFrame[] = [];
  const inbox = new Inbox();
  let fences = 0;
  const closed = new Promise<Closing>((resolve) => {
    socket.on('close', (code, reason) => {
      const closing = { code, reason: reason.toString('utf8') };
      inbox.end(closing);
      resolve(closing);
    });
  });
  socket.on('error', () => {
    // Told by `close`, and by connect() before the upgrade.
  });
  socket.on('message', (bytes) => {
    const frame = JSON.parse(String(bytes)) as AnyFrame;
    received.push(frame);
    inbox.add(frame);
  });
  const send = (frame: object | string) =>
    socket.send(typeof frame === 'string' ? frame : JSON.stringify(frame));
  return {
    socket,
    received,
    closed,
    send,
    next: (matches = () => true, timeoutMs = 10_000) => inbox.take(matches, timeoutMs),
    nextMessage: (timeoutMs = 10_000) => inbox.take(isMessage, timeoutMs),
    ask(frame, timeoutMs = 10_000) {
      send(frame);
      const answers = (got: AnyFrame) => isAnswer(got) && got['clientMsgId'] === frame.clientMsgId;
      return inbox.take(answers, timeoutMs);
    },
    async fence() {
      fences += 1;
      const id = `fence-${fences}`;
      send({ type: 'ping', id });
      await inbox.take((frame) => frame.type === 'pong' && frame['id'] === id, 10_000);
    },
    async close() {
      if (socket.readyState === WebSocket.CLOSED) return;
      const gone = once(socket, 'close');
      socket.close(1000);
      await gone;
    },
  };
}

/** Whether the seed's front end would show it: any frame whose chatType is 1 or 2. */
export function isMessage(frame: AnyFrame): boolean {
  return frame.chatType === 1 || frame.chatType === 2;
}

function isAnswer(frame: AnyFrame): boolean {
  return frame.type === 'ack' || frame.type === 'error';
}

interface Taker {
  readonly matches: (frame: AnyFrame) => boolean;
  readonly resolve: (frame: AnyFrame) => void;
  readonly reject: (error: Error) => void;
}

/** Frames nobody has taken yet, and takers whose frame has not come yet. */
class Inbox {
  readonly #frames: AnyFrame[] = [];
  readonly #takers = new Set<Taker>();
  #closing: Closing | undefined;

  add(frame: AnyFrame): void {
    for (const taker of this.#takers) {
      if (!taker.matches(frame)) continue;
      taker.resolve(frame);
      return;
    }
    this.#frames.push(frame);
  }

  end(closing: Closing): void {
    this.#closing = closing;
    for (const taker of this.#takers) taker.reject(this.#missing('the connection ended'));
  }

  take(matches: (frame: AnyFrame) => boolean, timeoutMs: number): Promise<AnyFrame> {
    const at = this.#frames.findIndex(matches);
    const [waiting] = at === -1 ? [] : this.#frames.splice(at, 1);
    if (waiting !== undefined) return Promise.resolve(waiting);
    if (this.#closing !== undefined) return Promise.reject(this.#missing('the connection has ended'));
    return new Promise((resolve, reject) => {
      const done = () => {
        clearTimeout(timer);
        this.#takers.delete(taker);
      };
      const taker: Taker = {
        matches,
        resolve: (frame) => {
          done();
          resolve(frame);
        },
        reject: (error) => {
          done();
          reject(error);
        },
      };
      const timer = setTimeout(() => taker.reject(this.#missing(`nothing for ${timeoutMs} ms`)), timeoutMs);
      this.#takers.add(taker);
    });
  }

  #missing(why: string): Error {
    const end = this.#closing === undefined ? '' : ` (${this.#closing.code} ${this.#closing.reason})`;
    const rest = this.#frames.slice(-10).map((frame) => JSON.stringify(frame));
    return new Error(
      `no such frame: ${why}${end}; ${this.#frames.length} others, the last:\n${rest.join('\n')}`,
    );
  }
}
