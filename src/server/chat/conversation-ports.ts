import type { ChatType } from '../../protocol/frames.ts';
import type { ConversationId, UserId } from '../../protocol/ids.ts';
import type { MemberRole, StoredMessage } from './store-ports.ts';

/**
 * What users have to read, how far they are, and what was taken back. Every promise here rejects with ChatError only.
 */

export interface ConversationSummary {
  readonly id: ConversationId;
  readonly chatType: ChatType;
  /** A group's name; undefined for a private conversation, which is named after its peer. */
  readonly groupName: string | undefined;
  readonly peerId: UserId | undefined;
  /** The newest message this user may read. */
  readonly lastMessage: StoredMessage | undefined;
  readonly lastSeq: number;
  readonly readSeq: number;
  /** How far the other has read; undefined in a group. */
  readonly peerReadSeq: number | undefined;
  /** How many recalls there have been. */
  readonly rev: number;
  /** Messages of others, not recalled, after the later of readSeq and joining, counted up to 999. */
  readonly unreadCount: number;
  /** The user's own role in a group; undefined in a private conversation and in the lobby. */
  readonly role: MemberRole | undefined;
  /** Both users, or a group's members up to 200; empty for the lobby. */
  readonly memberIds: readonly UserId[];
}

export interface HistoryQuery {
  readonly viewer: UserId;
  readonly conversationId: ConversationId;
  /** Pages from the newest (page 1), or a cursor: the `limit` messages before or after a seq. */
  readonly window:
    | { readonly page: number; readonly count: number }
    | { readonly beforeSeq: number; readonly limit: number }
    | { readonly afterSeq: number; readonly limit: number };
  /** ms since 1970, both ends included. */
  readonly from?: number;
  readonly to?: number;
}

export interface HistoryPage {
  /** Oldest first. Only what the viewer's membership intervals cover. */
  readonly messages: readonly StoredMessage[];
  /** How many messages the query matches without its window. */
  readonly total: number;
  readonly lastSeq: number;
}

export interface ConversationStore {
  /** The user's conversations, the one with the newest message first; the lobby and groups without messages included. */
  listFor(
    userId: UserId,
    query: { readonly page: number; readonly count: number },
  ): Promise<{
    readonly list: readonly ConversationSummary[];
    readonly total: number;
  }>;
  /** Rejects with not_member for a group the viewer is not in or that does not exist; an unknown private one is empty. */
  history(query: HistoryQuery): Promise<HistoryPage>;
  /**
   * Moves the user's read position to `seq`, never back and never past the last message he may read; resolves after the
   * COMMIT. Many at once cost little more than one. Rejects like history().
   */
  markRead(userId: UserId, conversationId: ConversationId, seq: number): Promise<ReadMark>;
  /** Those whose read position is at `seq` or after it, the lowest ids first; in a group current members only. Rejects like history(). */
  readersOf(query: ReadersQuery): Promise<{ readonly count: number; readonly readers: readonly UserId[] }>;
  /** Of `others`, those who share a conversation with the user now: a private one with messages, or a group; not the lobby. */
  sharing(userId: UserId, others: readonly UserId[]): Promise<ReadonlySet<UserId>>;
  /** A message `viewer` may read (undefined: an operator, who may read all). Rejects like history(), or with not_found. */
  messageAt(viewer: UserId | undefined, conversationId: ConversationId, seq: number): Promise<StoredMessage>;
  /** Takes a message back for all: who may has been checked. Resolves after the COMMIT. Rejects with not_found. */
  recall(request: RecallRequest): Promise<Recalled>;
}

export interface ReadMark {
  /** Where the position is now. */
  readonly readSeq: number;
  /** Where it was before, if this call moved it. */
  readonly movedFrom: number | undefined;
  /** What he may read of what that moved over, ascending: he was perhaps not in the group all the time. */
  readonly newly: readonly Stretch[];
  /** The other user of a private conversation. */
  readonly peerId: UserId | undefined;
}

/** Messages in a row. */
export interface Stretch {
  /** Exclusive. */
  readonly after: number;
  /** Inclusive. */
  readonly upTo: number;
}

export interface ReadersQuery {
  readonly viewer: UserId;
  readonly conversationId: ConversationId;
  readonly seq: number;
  /** The most `readers`; `count` counts all. */
  readonly limit: number;
}

export interface RecallRequest {
  readonly conversationId: ConversationId;
  readonly seq: number;
  /** Undefined for an operator. */
  readonly by: UserId | undefined;
}

export interface Recalled {
  /** As it is now: without content. */
  readonly message: StoredMessage;
  /** Which of the conversation's recalls it was: they count up from 1. */
  readonly rev: number;
  /** Who took it back; undefined for an operator. */
  readonly by: UserId | undefined;
  readonly membersVersion: number;
  /** Members now who may read it by a former membership alone. Empty if `again`. */
  readonly rejoined: readonly UserId[];
  /** It had been taken back before: nothing changed. */
  readonly again: boolean;
}
