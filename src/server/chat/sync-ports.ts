import type { ChatType, SyncNotice, SyncPosition } from '../../protocol/frames.ts';
import type { ConversationId, UserId } from '../../protocol/ids.ts';
import type { StoredMessage } from './store-ports.ts';

/**
 * What a sync needs of the database and of the connection it answers. `store/` implements the first, the gateway the
 * second.
 */

/** Every promise rejects with ChatError only. */
export interface SyncStore {
  /** Of a user's conversations (those among `only`, if it is given) the ids, the one with the newest message first. */
  list(userId: UserId, only: readonly ConversationId[] | undefined): Promise<readonly ConversationId[]>;
  /**
   * Reads on in each conversation from its start, in the order of `wanted`, at most `rows` rows over all. MUST see
   * everything that was committed before the call. One page each, without those that are not the user's (any more). The
   * queries are a handful however many conversations there are.
   */
  read(userId: UserId, wanted: readonly SyncWanted[], rows: number): Promise<readonly SyncPage[]>;
}

export interface SyncWanted {
  readonly conversationId: ConversationId;
  readonly start: SyncStart;
}

export type SyncStart =
  /** What the client says it holds: looked for first. */
  | { readonly held: SyncPosition }
  /** So many of the newest. */
  | { readonly newest: number }
  /** Where the page before it ended. `rev`: recalls up to it were told. */
  | { readonly after: number; readonly rev: number };

/** A part of a conversation, read at one moment. */
export interface SyncPage {
  readonly conversationId: ConversationId;
  readonly chatType: ChatType;
  readonly lastSeq: number;
  /** When its last message was sent, ms since 1970. */
  readonly lastAt: number;
  readonly readSeq: number;
  /** Undefined in a group. */
  readonly peerReadSeq: number | undefined;
  /** Recalls up to it are told with this page. */
  readonly rev: number;
  /** What the client holds is not stored here: this begins with the newest. */
  readonly isReset: boolean;
  /** Seqs the client holds that were taken back. */
  readonly recalled: readonly number[];
  /** Ascending, with the present one at the end of the last page. None: there was no room among the rows. */
  readonly stretches: readonly SyncStretch[];
  /** Messages up to it are told with this page. */
  readonly after: number;
  /** Rows that are still to be read. */
  readonly left: number;
}

/** Messages, oldest first, of one membership. */
export interface SyncStretch {
  /** The membership's first seq. */
  readonly fromSeq: number;
  readonly messages: readonly StoredMessage[];
}

/**
 * The way of a sync's answer to its connection. From its opening on, what is live of the conversations concerned is held
 * back, each until `release`. Little is held: when it is too much its messages are let go, and have to be read.
 */
export interface SyncLane {
  /** Bytes of an answer's frame. */
  readonly maxFrame: number;
  hasRoom(bytes: number): boolean;
  /** Resolves with true when an answer of so many bytes fits what may be unsent, with false once the session has ended. */
  room(bytes: number): Promise<boolean>;
  /** Holds back these from now on and no others; gives where to read on in those of the others that lost messages. */
  narrow(ids: Iterable<ConversationId>): readonly SyncWanted[];
  /** Whether a message after `seq` was let go. */
  isBehind(id: ConversationId, seq: number): boolean;
  write(frame: SyncNotice): void;
  /**
   * The conversation is told up to `seq`: what was held of it follows, live is live again. A message up to `seq` that
   * is delivered only now is passed over; `isRecent`: there may be one.
   */
  release(id: ConversationId, seq: number, isRecent: boolean): void;
  /** The answer is whole, or there will be none: everything held follows. Ends the session if something was let go. */
  close(): void;
}
