import type { CloseName } from '../protocol/close-codes.ts';
import type { ErrorCode } from '../protocol/error-codes.ts';
import type {
  AckFrame,
  ChatType,
  ContentType,
  ErrorFrame,
  MessageFrame,
  PresenceNotice,
  ReadNotice,
  RecallNotice,
  SyncPosition,
  SystemFrame,
  TypingNotice,
} from '../protocol/frames.ts';

/**
 * What `createWebSocket` gives: the seed's calls (`connect`, `send`, `onMessage`, `offMessage`, `close`, `readyState`,
 * `isConnected`, `onStatusChange`), and what they lacked. Browsers and Node; docs/client.md is the same for people.
 */
export interface ChatClient {
  /**
   * Connects, and from then on comes back by itself. Resolves when connected and caught up; at once if it is. Rejects
   * with ClientError `closed` if the server says for good that it must not (`closeName` says why), or close() is called
   * first. Also the way back after such an end ("use here").
   */
  connect(): Promise<void>;
  /**
   * Sends a message; may be called at any time after connect(). Resolves with the ack once it is stored for good; until
   * then it is sent again after every reconnect, under the same `clientMsgId`, in the order of the calls. Rejects with
   * ClientError: the server's code if it refused the message (it has lost its place and is not stored; temporary
   * refusals, `rate_limited`, `draining`, are tried again by the client first), `closed` if the client ended before the
   * outcome was known (whether it is stored is then not known: sending it again with its `clientMsgId` is safe),
   * `too_many` if more than `maxPending` are waiting.
   */
  send(message: OutgoingMessage): Promise<Ack>;
  /**
   * What the seed's hands on: every message once, in order within a conversation, one's own of other connections included,
   * also after absences; the server's notices (`chatType` 99); the error frames of sends that were refused (key `error`).
   * Messages alone: `on('message')`.
   */
  onMessage(listener: (frame: IncomingFrame) => void): void;
  offMessage(listener: (frame: IncomingFrame) => void): void;
  /** Ends for good: no reconnects. Sends under way reject with `closed`. */
  close(): void;
  /** As a WebSocket's: 0 connecting (or waiting to), 1 open, 2 closing, 3 closed. */
  readonly readyState: 0 | 1 | 2 | 3;
  readonly isConnected: boolean;
  readonly status: ClientStatus;
  /** Called at every change, not for the present one. Gives the function that ends it. */
  onStatusChange(listener: (status: ClientStatus) => void): () => void;
  /** Events by name. Gives the function that ends it. A listener that throws does not disturb the others. */
  on<E extends keyof ClientEvents>(event: E, listener: (value: ClientEvents[E]) => void): () => void;
  /** Says that the user has read up to `seq`: the highest counts, said at most every 300 ms, again after a reconnect. */
  markRead(conversationId: string, seq: number): void;
  /** Says that the user is typing: at most every 2 s a conversation, dropped while not connected. */
  sendTyping(to: { readonly conversationId: string } | { readonly recvId: string }): void;
  /** Takes a message back. Rejects with ClientError: the server's code, or `not_connected`. */
  recall(conversationId: string, seq: number): Promise<void>;
  /** Whose presence to be told (at most 200): replaces what was watched before, and is asked again after a reconnect. */
  watchPresence(userIds: readonly string[]): void;
  /** The last message of each conversation that was handed on: what an application keeps to go on from (`since`). */
  positions(): Readonly<Record<string, SyncPosition>>;
  /** The token of the next connection; ends nothing by itself. */
  setToken(token: string): void;
}

/** A message to send: the seed's keys. Others are ignored, as the seed's `sendId`. */
export interface OutgoingMessage {
  readonly chatType: ChatType;
  readonly content: string;
  readonly contentType?: ContentType;
  /** The group, for chatType 1; empty or absent: the lobby. */
  readonly conversationId?: string;
  /** The other user, for chatType 2. */
  readonly recvId?: string;
  /** Made by the client if absent. 1–64 printable ASCII characters. */
  readonly clientMsgId?: string;
}

export type Ack = Omit<AckFrame, 'type'>;

/** What `onMessage` hears: `'error' in frame` tells a refused send, `frame.chatType` the others apart. */
export type IncomingFrame = MessageFrame | SystemFrame | ErrorFrame;

export type ClientStatus =
  | { readonly state: 'idle' }
  | { readonly state: 'connecting' }
  /** Connected; what was missed is still coming in. */
  | { readonly state: 'syncing' }
  | { readonly state: 'open' }
  /** Lost, and coming back by itself at `nextTryAt` (ms since 1970). */
  | { readonly state: 'waiting'; readonly why: CloseReason; readonly nextTryAt: number }
  /** The server said not to come back by itself. connect() tries anyway. */
  | { readonly state: 'ended'; readonly why: CloseReason }
  | { readonly state: 'closed' };

/** Why a connection ended. */
export interface CloseReason {
  readonly code: number;
  /** The close code's name; undefined if it was none of the server's (a lost network: 1006). */
  readonly name: CloseName | undefined;
  /** What the server says to people; may be empty. */
  readonly text: string;
  /** When the server said to come back, ms from then. */
  readonly retryMs: number | undefined;
}

export interface ClientEvents {
  readonly status: ClientStatus;
  /** Every message once, in order within a conversation. */
  readonly message: MessageFrame;
  readonly system: SystemFrame;
  readonly read: ReadNotice;
  readonly typing: TypingNotice;
  readonly presence: PresenceNotice;
  /** A message that was handed on before was taken back; of several missed ones, one event each (`by` is empty then). */
  readonly recall: RecallNotice;
  /** Where a conversation stands, told by a sync before its messages. */
  readonly conversation: ConversationState;
  /** The server no longer knows what the application holds of a conversation: what follows replaces it. */
  readonly reset: { readonly conversationId: string };
  /** A conversation is the user's no longer (noticed by a sync). */
  readonly gone: { readonly conversationId: string };
  /** A send that was refused: its promise rejects with the same. */
  readonly refused: ErrorFrame;
  /** An error frame that answers nothing the client waits for. */
  readonly error: ErrorFrame;
}

export interface ConversationState {
  readonly conversationId: string;
  readonly chatType: ChatType;
  readonly fromSeq: number;
  readonly lastSeq: number;
  readonly readSeq: number;
  readonly peerReadSeq: number | undefined;
}

export interface ClientOptions {
  /** `ws://host:9000`, with or without a path (`/ws`). Absent: `VITE_WS_BASE_URL`, else `ws://127.0.0.1:9000`. */
  readonly url?: string;
  /**
   * What the application holds of each conversation (`positions()` of an earlier client). Conversations it does not
   * name begin now, or `history` messages ago.
   */
  readonly since?: Readonly<Record<string, SyncPosition>>;
  /** Messages of each conversation that is not in `since`, handed on at the first connect. Default 0, at most 300. */
  readonly history?: number;
  /** Sends that may be waiting for their outcome. Default 1000. */
  readonly maxPending?: number;
  /** Asked when the token has expired while connected; without it that is an end (`ended`, `token_expired`). */
  readonly getToken?: () => string | Promise<string>;
  /** In place of the platform's, as the `ws` package's class. */
  readonly WebSocket?: WebSocketClass;
  /** From 0 to below 1; Math.random if absent. */
  readonly random?: () => number;
  /** Longest wait between two tries, ms. Default 30 000. */
  readonly maxRetryMs?: number;
}

/** What the client needs of a WebSocket class: the browser's, Node's, and that of `ws` have it. */
export type WebSocketClass = new (url: string, protocols?: string | string[]) => WebSocketLike;

export interface WebSocketLike {
  readonly readyState: number;
  send(text: string): void;
  close(code?: number, reason?: string): void;
}

export type ClientErrorCode = ErrorCode | 'closed' | 'not_connected' | 'too_many';

/** Why a call of the client failed. */
export class ClientError extends Error {
  readonly code: ClientErrorCode;
  /** Which key of the message was wrong, if the server said so. */
  readonly field: string | undefined;
  /** Of `closed`: why the connection ended. */
  readonly closeName: CloseName | undefined;
  /** The message's, so that the application can offer to send it again. */
  readonly clientMsgId: string | undefined;

  constructor(code: ClientErrorCode, message: string, detail: ClientErrorDetail = {}) {
    super(message);
    this.name = 'ClientError';
    this.code = code;
    this.field = detail.field;
    this.closeName = detail.closeName;
    this.clientMsgId = detail.clientMsgId;
  }
}

export interface ClientErrorDetail {
  readonly field?: string | undefined;
  readonly closeName?: CloseName | undefined;
  readonly clientMsgId?: string | undefined;
}
