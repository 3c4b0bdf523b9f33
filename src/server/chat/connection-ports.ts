import type { CloseName } from '../../protocol/close-codes.ts';
import type { UserId } from '../../protocol/ids.ts';
import type { EndDetail, Session } from './ports.ts';

/**
 * Live connections as operators' commands see them, and what counts the server's work. The gateway implements the first,
 * observe the second; `core.ts` joins them.
 */

/** A session with all there is to know of its connection. Reading it costs nothing worth counting. */
export interface LiveConnection extends Session {
  /** The user's, when it signed in. */
  readonly name: string;
  readonly address: string;
  readonly port: number;
  readonly userAgent: string;
  readonly tokenIn: 'header' | 'query' | 'subprotocol';
  /** ms since 1970; so are the next three. */
  readonly since: number;
  readonly expiresAt: number;
  /** Of its last frame (of any type; control frames are none), or its opening. */
  readonly lastActiveAt: number;
  /** Undefined before the first. */
  readonly lastPongAt: number | undefined;
  /** ms that pong took. */
  readonly rttMs: number | undefined;
  /** Messages it sent that were taken in; messages it was given (not acks, notices, errors). */
  readonly messagesIn: number;
  readonly messagesOut: number;
  /** Of the socket. */
  readonly bytesIn: number;
  readonly bytesOut: number;
  /** Messages it sent a second, over about the last ten. */
  readonly ratePerSecond: number;
  /** Bytes it has not taken yet. */
  readonly unsent: number;
  /**
   * Writes a ping behind everything written so far, and what waits behind a sync's pages; resolves with the ms until its pong, or with undefined if the
   * connection ends first or `timeoutMs` go by. Never rejects.
   */
  probe(timeoutMs: number): Promise<number | undefined>;
}

export interface LiveConnections {
  all(): Iterable<LiveConnection>;
  of(userId: UserId): readonly LiveConnection[];
  /** By its id. */
  get(id: string): LiveConnection | undefined;
  readonly count: number;
  /** How many users have one. */
  readonly userCount: number;
  /** Ends this connection alone; false if there is none. It is off the list when it returns. */
  endOne(id: string, why: CloseName, detail?: EndDetail): boolean;
}

/**
 * What is counted as it happens. On the hot path: each call is an addition, allocates nothing and cannot fail.
 * observe/meters.ts makes figures of it.
 */
export interface Meters {
  /** A send was taken in (WebSocket, HTTP or operator). */
  messageIn(): void;
  /** A send was committed, `ms` after it was handed to the log. */
  messageStored(ms: number): void;
  /** A message was handed to a connection. */
  messageOut(): void;
  /** Of a socket that has ended, all at once; those that live are asked for theirs. */
  bytesIn(count: number): void;
  bytesOut(count: number): void;
  /** An upgrade, frame or request was refused, or a connection closed by us: `bad_token`, `invalid_json`, `slow`. */
  refused(reason: string): void;
  /** An admin channel was opened, and ended. */
  consoleOpened(): void;
  consoleClosed(): void;
}
