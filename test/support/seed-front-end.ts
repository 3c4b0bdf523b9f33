import { WebSocket } from 'ws';
import type { AnyFrame } from './client.ts';
import { isMessage } from './client.ts';

/**
 * A stand-in for the seed's front end, with its habits, good and bad:
 * - no subprotocol, the token in the query, an Origin as browsers send it;
 * - `{"type":"ping"}` every 30 s;
 * - reconnects 3 s × attempt after any end, five attempts, the count reset at every open;
 * - does so even after its own `close()`, and then without its handlers: a zombie that nobody sees;
 * - takes any frame whose chatType is 1 or 2 for a message, 99 for a notice, and tells its user what key `error` says;
 * - reads `msg` only at HTTP 200, and logs out at 401.
 * Its seconds pass `speed` times as fast as ours.
 */
export interface SeedFrontEnd {
  /** What its pages showed as messages, in order. */
  readonly shown: readonly AnyFrame[];
  /** What it told its user. */
  readonly notes: readonly string[];
  /** Kinds of the server's notices it showed. */
  readonly noticed: readonly unknown[];
  /** How it ended, if it is signed out. */
  readonly signedIn: boolean;
  /** WebSockets open now: the page's own, and zombies. */
  readonly open: number;
  /** Upgrades asked for so far. */
  readonly attempts: number;
  signIn(name: string, password: string): Promise<void>;
  /** Opens the chat page: a connection with handlers. Resolves when it is open. */
  openPage(): Promise<void>;
  /** Leaves it, as Vue unmounts it: the page calls close() on its connection. */
  leavePage(): void;
  /** Sends a chat frame, as the page does: only when its connection is open. Gives whether it was. */
  send(frame: object): boolean;
  /** An HTTP call of the page. */
  call(method: string, path: string, body?: object): Promise<unknown>;
  /** Resolves when `condition` holds for what is shown, open or attempted; checked at every event. */
  until(condition: (state: SeedFrontEnd) => boolean, seconds: number): Promise<void>;
  /** Resolves when nothing was opened, closed or attempted for that many of its seconds. */
  atRest(seconds: number): Promise<void>;
  /** The browser is closed: no reconnects any more. */
  shutDown(): Promise<void>;
}

const PING_EVERY = 30_000;
const RECONNECT_AFTER = 3_000;
const ATTEMPTS = 5;
const ORIGIN = 'http://localhost:5173';

interface Server {
  readonly http: string;
  readonly ws: string;
}

/** `connect`: the page's `createWebSocket`, its own unless said otherwise. */
export function createSeedFrontEnd(
  server: Server,
  speed: number,
  connect: (options: PageConnectionOptions) => PageConnection = (options) => new Connection(options),
): SeedFrontEnd {
  return new FrontEnd(server, speed, connect);
}

/** What the page has of its `createWebSocket(token)`. */
export interface PageConnection {
  readonly isOpen: boolean;
  send(frame: object): boolean;
  close(): void;
  /** The browser is closed. */
  kill(): Promise<void>;
}

export interface PageConnectionOptions {
  readonly ws: string;
  readonly token: string;
  readonly speed: number;
  readonly onMessage: (frame: AnyFrame) => void;
  readonly onAttempt: () => void;
  readonly onChange: () => void;
}

class FrontEnd implements SeedFrontEnd {
  readonly shown: AnyFrame[] = [];
  readonly notes: string[] = [];
  readonly noticed: unknown[] = [];
  attempts = 0;
  readonly #server: Server;
  readonly #speed: number;
  readonly #connect: (options: PageConnectionOptions) => PageConnection;
  readonly #connections = new Set<PageConnection>();
  readonly #listeners = new Set<() => void>();
  #token = '';
  #page: PageConnection | undefined;
  #lastMove = Date.now();

  constructor(server: Server, speed: number, connect: (options: PageConnectionOptions) => PageConnection) {
    this.#server = server;
    this.#speed = speed;
    this.#connect = connect;
  }

  get signedIn(): boolean {
    return this.#token !== '';
  }

  get open(): number {
    return [...this.#connections].filter((connection) => connection.isOpen).length;
  }

  async signIn(name: string, password: string): Promise<void> {
    const answer = (await this.call('POST', '/v1/user/login', { name, password })) as { token: string };
    this.#token = answer.token;
  }

  async openPage(): Promise<void> {
    const connection = this.#connect({
      ws: this.#server.ws,
      token: this.#token,
      speed: this.#speed,
      onMessage: (frame) => this.#show(frame),
      onAttempt: () => {
        this.attempts += 1;
        this.#moved();
      },
      onChange: () => this.#moved(),
    });
    this.#connections.add(connection);
    this.#page = connection;
    await this.until(() => connection.isOpen, 10 * this.#speed);
  }

  leavePage(): void {
    this.#page?.close();
    this.#page = undefined;
  }

  send(frame: object): boolean {
    return this.#page?.send(frame) ?? false;
  }

  async call(method: string, path: string, body?: object): Promise<unknown> {
    const response = await fetch(this.#server.http + path, {
      method,
      headers: {
        origin: ORIGIN,
        'content-type': 'application/json',
        ...(this.#token === '' ? {} : { authorization: `Bearer ${this.#token}` }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (response.status === 401) {
      this.#token = '';
      this.leavePage();
      this.notes.push('登录已过期');
      return undefined;
    }
    if (response.status !== 200) {
      this.notes.push('网络错误');
      return undefined;
    }
    const answer = (await response.json()) as { code: number; msg: string; data: unknown };
    if (answer.code === 200) return answer.data;
    this.notes.push(answer.msg);
    return undefined;
  }

  until(condition: (state: SeedFrontEnd) => boolean, seconds: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const check = () => {
        if (!condition(this)) return;
        done();
        resolve();
      };
      const timer = setTimeout(
        () => {
          done();
          reject(
            new Error(
              `not so within ${seconds} of its seconds; ${this.open} open, ${this.attempts} attempts`,
            ),
          );
        },
        (seconds * 1000) / this.#speed,
      );
      const done = () => {
        clearTimeout(timer);
        this.#listeners.delete(check);
      };
      this.#listeners.add(check);
      check();
    });
  }

  async atRest(seconds: number): Promise<void> {
    const quiet = (seconds * 1000) / this.#speed;
    for (;;) {
      const left = this.#lastMove + quiet - Date.now();
      if (left <= 0) return;
      await new Promise((resolve) => setTimeout(resolve, left));
    }
  }

  async shutDown(): Promise<void> {
    await Promise.all([...this.#connections].map((connection) => connection.kill()));
  }

  #show(frame: AnyFrame): void {
    if (isMessage(frame)) this.shown.push(frame);
    else if (frame['chatType'] === 99) this.noticed.push(frame['systemType']);
    else if (typeof frame['error'] === 'string') this.notes.push(frame['error']);
    this.#moved(false);
  }

  #moved(isMove = true): void {
    if (isMove) this.#lastMove = Date.now();
    for (const listener of this.#listeners) listener();
  }
}

/** What the seed's own createWebSocket(token) gives. */
class Connection implements PageConnection {
  readonly #options: PageConnectionOptions;
  #socket: WebSocket | undefined;
  #onMessage: ((frame: AnyFrame) => void) | undefined;
  #attempt = 0;
  #ping: NodeJS.Timeout | undefined;
  #retry: NodeJS.Timeout | undefined;
  #killed = false;

  constructor(options: PageConnectionOptions) {
    this.#options = options;
    this.#onMessage = options.onMessage;
    this.#connect();
  }

  get isOpen(): boolean {
    return this.#socket?.readyState === WebSocket.OPEN;
  }

  send(frame: object): boolean {
    if (!this.isOpen) return false;
    this.#socket?.send(JSON.stringify(frame));
    return true;
  }

  /** Ends the socket and forgets the handlers; that its end is followed by a reconnect is the seed's mistake. */
  close(): void {
    this.#onMessage = undefined;
    this.#socket?.close();
  }

  async kill(): Promise<void> {
    this.#killed = true;
    clearTimeout(this.#retry);
    const socket = this.#socket;
    if (socket === undefined || socket.readyState === WebSocket.CLOSED) return;
    const gone = new Promise((resolve) => socket.once('close', resolve));
    socket.terminate();
    await gone;
  }

  #connect(): void {
    this.#options.onAttempt();
    const socket = new WebSocket(`${this.#options.ws}/ws?token=${this.#options.token}`, {
      origin: ORIGIN,
      perMessageDeflate: false,
    });
    this.#socket = socket;
    socket.on('open', () => {
      this.#attempt = 0;
      this.#ping = setInterval(() => this.send({ type: 'ping' }), PING_EVERY / this.#options.speed);
      this.#options.onChange();
    });
    socket.on('message', (bytes) => this.#onMessage?.(JSON.parse(String(bytes)) as AnyFrame));
    socket.on('error', () => {
      // A browser says nothing here either; `close` follows.
    });
    socket.on('close', () => {
      clearInterval(this.#ping);
      this.#options.onChange();
      this.#reconnect();
    });
  }

  #reconnect(): void {
    if (this.#killed || this.#attempt >= ATTEMPTS) return;
    this.#attempt += 1;
    const wait = (RECONNECT_AFTER * this.#attempt) / this.#options.speed;
    this.#retry = setTimeout(() => this.#connect(), wait);
  }
}
