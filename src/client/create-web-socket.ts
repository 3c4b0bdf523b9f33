import { MAX_WATCHED, type SyncPosition } from '../protocol/frames.ts';
import {
  type Ack,
  type ChatClient,
  ClientError,
  type ClientEvents,
  type ClientOptions,
  type ClientStatus,
  type CloseReason,
  type IncomingFrame,
  type OutgoingMessage,
} from './chat-client.ts';
import { type Connection, openConnection } from './connection.ts';
import { onNetworkBack } from './network-back.ts';
import { Listeners } from './listeners.ts';
import { createOutcome, failed, type Outcome } from './outcome.ts';
import { serverAddress } from './server-address.ts';
import { Talk } from './talk.ts';

/**
 * A client of one user's connection to chatd. `token`: what `POST /v1/user/login` gave. Does nothing before connect().
 * Throws TypeError if `options.url` is no address, or if there is no WebSocket to use.
 */
export function createWebSocket(token: string, options: ClientOptions = {}): ChatClient {
  return new Client(token, options);
}

const READY_STATES = {
  idle: 3,
  connecting: 0,
  waiting: 0,
  syncing: 1,
  open: 1,
  ended: 3,
  closed: 3,
} as const;
/** ms between two words that the user is typing, to one conversation. */
const TYPING_EVERY = 2000;

class Client implements ChatClient {
  readonly #options: ClientOptions;
  readonly #url: string;
  readonly #listeners = new Listeners();
  readonly #talk: Talk;
  readonly #typedAt = new Map<string, number>();
  #token: string;
  /** The one the present connection was opened with. */
  #usedToken = '';
  #status: ClientStatus = { state: 'idle' };
  #connection: Connection | undefined;
  #connecting: Outcome<void> | undefined;
  #stopListening: () => void = () => {};

  constructor(token: string, options: ClientOptions) {
    this.#token = token;
    this.#options = options;
    this.#url = serverAddress(options.url);
    // Without one there would be tries for ever, and no word why.
    if (!options.WebSocket && !globalThis.WebSocket) throw new TypeError('no options.WebSocket');
    for (const event of ['message', 'system', 'refused'] as const)
      this.#listeners.add(event, (frame) => this.#listeners.tell('frame', frame));
    this.#talk = new Talk({
      options,
      listeners: this.#listeners,
      send: (text) => this.#connection?.send(text) ?? false,
      onCaughtUp: () => this.#caughtUp(),
      onLost: () => this.#connection?.fail(),
    });
  }

  get status(): ClientStatus {
    return this.#status;
  }

  get isConnected(): boolean {
    return this.readyState === 1;
  }

  get readyState(): 0 | 1 | 2 | 3 {
    return READY_STATES[this.#status.state];
  }

  connect(): Promise<void> {
    if (this.#status.state === 'open') return Promise.resolve();
    this.#connecting ??= createOutcome<void>();
    const { promise } = this.#connecting;
    if (this.#connection === undefined) this.#open();
    else this.#connection.retryNow();
    return promise;
  }

  send(message: OutgoingMessage): Promise<Ack> {
    if (this.#connection === undefined) return failed(this.#overError(message?.clientMsgId));
    return this.#talk.sends.add(message);
  }

  onMessage(listener: (frame: IncomingFrame) => void): void {
    this.#listeners.add('frame', listener);
  }

  offMessage(listener: (frame: IncomingFrame) => void): void {
    this.#listeners.remove('frame', listener);
  }

  onStatusChange(listener: (status: ClientStatus) => void): () => void {
    return this.#listeners.add('status', listener);
  }

  on<E extends keyof ClientEvents>(event: E, listener: (value: ClientEvents[E]) => void): () => void {
    return this.#listeners.add(event, listener);
  }

  close(): void {
    if (this.#status.state === 'closed') return;
    this.#connection?.close();
    this.#end({ state: 'closed' });
  }

  markRead(conversationId: string, seq: number): void {
    this.#talk.marks.add(conversationId, seq);
  }

  sendTyping(to: { readonly conversationId: string } | { readonly recvId: string }): void {
    const text = JSON.stringify({ type: 'typing', ...to });
    const now = Date.now();
    if (Math.abs(now - (this.#typedAt.get(text) ?? 0)) < TYPING_EVERY) return;
    if (this.#connection?.send(text) !== true) return;
    if (this.#typedAt.size > 99) this.#typedAt.clear();
    this.#typedAt.set(text, now);
  }

  recall(conversationId: string, seq: number): Promise<void> {
    return this.#talk.recalls.add(conversationId, seq);
  }

  watchPresence(userIds: readonly string[]): void {
    this.#talk.watch([...new Set(userIds)].slice(0, MAX_WATCHED));
  }

  positions(): Readonly<Record<string, SyncPosition>> {
    return this.#talk.conversations.positions();
  }

  setToken(token: string): void {
    this.#token = token;
  }

  #open(): void {
    const { WebSocket, random = Math.random, maxRetryMs = 30_000, getToken } = this.#options;
    this.#changeTo({ state: 'connecting' });
    this.#stopListening = onNetworkBack(() => this.#networkIsBack());
    this.#connection = openConnection({
      url: this.#url,
      WebSocket,
      random,
      maxRetryMs,
      token: (isSpent) => this.#nextToken(isSpent),
      canRenew: () => getToken !== undefined || this.#token !== this.#usedToken,
      onTry: () => this.#changeTo({ state: 'connecting' }),
      onOpen: () => {
        this.#changeTo({ state: 'syncing' });
        // A listener may have closed it.
        if (this.#status.state === 'syncing') this.#talk.start();
      },
      onText: (text) => this.#talk.take(text),
      onLost: (why, nextTryAt) => this.#lost(why, nextTryAt),
    });
  }

  async #nextToken(isSpent: boolean): Promise<string> {
    const { getToken } = this.#options;
    if (isSpent && getToken !== undefined && this.#token === this.#usedToken) this.#token = await getToken();
    this.#usedToken = this.#token;
    return this.#token;
  }

  #caughtUp(): void {
    this.#changeTo({ state: 'open' });
    this.#connecting?.resolve();
    this.#connecting = undefined;
  }

  #lost(why: CloseReason, nextTryAt: number | undefined): void {
    const connection = this.#connection;
    this.#talk.stop(why);
    // A listener may have closed it.
    if (this.#connection !== connection) return;
    if (nextTryAt === undefined) this.#end({ state: 'ended', why });
    else this.#changeTo({ state: 'waiting', why, nextTryAt });
  }

  /** Nothing is tried any more, unless connect() is called. */
  #end(status: ClientStatus): void {
    this.#connection = undefined;
    this.#stopListening();
    this.#talk.stop();
    const connecting = this.#connecting;
    this.#connecting = undefined;
    this.#status = status;
    connecting?.reject(this.#overError());
    this.#talk.sends.end((clientMsgId) => this.#overError(clientMsgId));
    this.#listeners.tell('status', status);
  }

  /** Who waits because the server said so waits on. A connection of before may be dead, and is asked. */
  #networkIsBack(): void {
    const status = this.#status;
    if (this.isConnected) this.#talk.heartbeat.ask();
    if (status.state === 'waiting' && status.why.retryMs === undefined) this.#connection?.retryNow(true);
  }

  #changeTo(status: ClientStatus): void {
    if (status.state === 'connecting' && this.#status.state === 'connecting') return;
    this.#status = status;
    this.#listeners.tell('status', status);
  }

  #overError(clientMsgId?: string): ClientError {
    const status = this.#status;
    if (status.state === 'idle')
      return new ClientError('not_connected', 'connect() comes first', { clientMsgId });
    const why = status.state === 'ended' ? status.why : undefined;
    return new ClientError('closed', why?.text || 'closed', { closeName: why?.name, clientMsgId });
  }
}
