import type { CloseName } from '../../protocol/close-codes.ts';
import type { Language } from '../../protocol/error-codes.ts';
import type { ClientFrame, ServerFrame } from '../../protocol/frames.ts';
import type { ConversationId, GroupId, UserId } from '../../protocol/ids.ts';
import type { Appended, GroupMembers, KeepOut, Role, User } from './store-ports.ts';
import type { SyncLane } from './sync-ports.ts';

/**
 * What the chat rules need of the live side of the server: sessions, delivery, caches, identity, the clock and the log.
 * The gateway, the fan-out and auth implement these; `server.ts` joins them.
 */

// Live sessions.

/** A WebSocket frame, framed once for every receiver (server frames are not masked). */
export type WireFrame = Buffer;
export type ToWire = (frame: ServerFrame) => WireFrame;

/** A signed-in live connection, as chat and fan-out see it. */
export interface Session {
  readonly id: string;
  readonly userId: UserId;
  readonly client: 'seed' | 'v1';
  /**
   * Written with everything else this turn of the event loop produces for the session. A closed session ignores it.
   * `place`: what belongs to a conversation waits behind the pages of a sync of that conversation.
   */
  write(frame: WireFrame, place?: Place): void;
}

/** Where a live frame belongs. */
export interface Place {
  readonly conversationId: ConversationId;
  /** Of a message, which counts as one the connection was given; undefined for what is about the conversation. */
  readonly seq: number | undefined;
  /** Of no use later: dropped where it would have to wait. */
  readonly isFleeting?: true;
}

/** Who is online. */
export interface Sessions {
  of(userId: UserId): readonly Session[];
  all(): Iterable<Session>;
  readonly count: number;
  /** Ends a user's sessions; gives how many. They are off the list when it returns. */
  end(userId: UserId, why: CloseName, detail?: EndDetail): number;
}

export interface EndDetail {
  /** For people, behind the close reason's `;`. */
  readonly text?: string;
  /** For the log, in English, instead of the close name: `kicked by root`. */
  readonly cause?: string;
  /** When the client may come back by itself, ms; without it a 45xx says never. */
  readonly retryMs?: number;
  /** A tokenKey whose sessions live on. */
  readonly except?: string;
}

/** Hands a committed message to everybody online who is entitled to it. Never throws, never waits for a receiver. */
export interface Delivery {
  /**
   * In the order of the calls within a conversation. `from`: the session that sent it, if one did. `onDelivered` is
   * called once with every session it was written to, in the turn it was; with none if it could not be routed.
   */
  deliver(
    appended: Appended,
    from: Session | undefined,
    onDelivered?: (sessions: readonly Session[]) => void,
  ): void;
  /** A notice to these users' sessions, at its place among the conversation's messages. */
  notify(userIds: Iterable<UserId>, frame: ServerFrame, conversationId: ConversationId): void;
  /** As notify(), to the sessions that speak chatd.v1 alone, and not to `except`. */
  signal(userIds: Iterable<UserId>, frame: ServerFrame, about: SignalPlace): void;
  /** A frame about a stored message, as signal(), to everybody online who is entitled to that message. */
  signalReaders(appended: Omit<Appended, 'duplicate'>, frame: ServerFrame): void;
}

export interface SignalPlace {
  readonly conversationId: ConversationId;
  /** The session that knows already. */
  readonly except?: Pick<Session, 'id'> | undefined;
}

// Caches in front of the stores: synchronous when warm.

export interface UserCache {
  /** The user, at once when it is known; a promise on a miss. */
  get(id: UserId): User | undefined | Promise<User | undefined>;
  /** To be called with what every change of a user gave. */
  put(user: User): void;
  drop(id: UserId): void;
}

export interface MembersCache {
  get(id: GroupId): GroupMembers | undefined | Promise<GroupMembers | undefined>;
  put(group: GroupMembers): void;
  drop(id: GroupId): void;
  /** To be called when memberships ended behind its back: those of a user who was removed. */
  clear(): void;
}

// The world.

export interface Clock {
  /** ms since 1970. */
  now(): number;
}

/** One line per event: `event` is a fixed English name (`connection_opened`), what varies goes into fields. Never a token, password or message text. */
export interface Log {
  debug(event: string, fields?: LogFields): void;
  info(event: string, fields?: LogFields): void;
  warn(event: string, fields?: LogFields): void;
  error(event: string, fields?: LogFields): void;
}

export type LogFields = Readonly<Record<string, unknown>>;

// Who is asking, and what a frame did.

/** Who a token speaks for. */
export interface Identity {
  readonly userId: UserId;
  readonly name: string;
  readonly role: Role;
  /** The account is disabled or banned, whatever else the token says: WebSocket answers 403 / 4512 or 4503, HTTP 401. */
  readonly disabled: boolean;
  /** He is kept out, if `until` is still to come (or there is none): WebSocket answers 403 / 4503, sends are refused. */
  readonly keepOut: KeepOut | undefined;
  /** Tells tokens apart without being one: a hash of the token. */
  readonly tokenKey: string;
  /** ms since 1970 (`iat_ms`, or `iat` in seconds without it). */
  readonly issuedAt: number;
  /** ms since 1970. */
  readonly expiresAt: number;
}

/** Checks a user's token: signature, claims, the user's existence and `tokensValidFrom`. Throws or rejects with unauthorized or token_expired. At once when the user is cached. */
export type Identify = (token: string) => Identity | Promise<Identity>;

/** A live connection as the frame handler sees it. */
export interface FrameSender extends Session {
  /** One frame to this connection alone. */
  reply(frame: ServerFrame): void;
  /** Of error texts; Chinese if absent. */
  readonly language?: Language;
  /**
   * Holds back what is live of these conversations (without `only`: of all) for a sync; one at a time, to be closed.
   */
  openSyncLane(only?: Iterable<ConversationId>): SyncLane;
}

/** What became of a frame. */
export interface Handling {
  /** Present while the frame has no place in the order yet (a cache miss): later frames of the connection wait for it. Never rejects. */
  readonly admitted?: Promise<void>;
  /** Present while a send's outcome is unknown: it counts as in flight. Never rejects. */
  readonly done?: Promise<void>;
  /** The frame was refused with an error frame: counts towards too_many_errors. */
  readonly refused?: true;
}

/** Acts on one frame. Never throws: what is wrong becomes an error frame to the sender. */
export type HandleFrame = (frame: ClientFrame, by: FrameSender) => Handling;

/**
 * A token bucket per user, over all its connections and HTTP. Who takes: the session before it hands a `chat` frame to
 * HandleFrame (it slows the socket, so that nothing is refused), and `send` of chat for HTTP. HandleFrame takes none.
 */
export interface SendLimiter {
  /** Takes one send and gives 0, or takes nothing and gives the ms until there will be one. */
  take(userId: UserId): number;
}
