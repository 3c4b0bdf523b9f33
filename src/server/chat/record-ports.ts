import type { ConversationId, GroupId, MessageId, UserId } from '../../protocol/ids.ts';
import type { StoredMessage } from './store-ports.ts';

/** What is kept for operators: who was connected and why it ended, and who did what. */

export interface ConnectionOpened {
  readonly id: string;
  readonly userId: UserId;
  /** ms since 1970. */
  readonly since: number;
  readonly address: string;
  readonly client: 'seed' | 'v1';
  readonly userAgent: string;
}

export interface ConnectionClosed {
  readonly id: string;
  readonly closedAt: number;
  /** The WebSocket close code, 1006 when there was none. */
  readonly code: number;
  /** Short, in English: `replaced by c-8f2`, `no_pong`, `client_left` … */
  readonly cause: string;
}

/** Kept in memory and written once a second, behind messages; never throws, never delays anybody. */
export interface ConnectionLog {
  /** Keeps hold of `connection`, which MUST NOT change, until it is closed. */
  opened(connection: ConnectionOpened): void;
  closed(connection: ConnectionClosed): void;
  flush(): Promise<void>;
  /** A user's connections, the latest first, those that are open included. Flushes what waits first. */
  history(query: {
    readonly userId: UserId;
    /** `next` of the page before. Rejects with invalid_field (`before`) if it is none. */
    readonly before?: string;
    readonly limit: number;
  }): Promise<{ readonly items: readonly ConnectionRecorded[]; readonly next: string | undefined }>;
  /**
   * When the last connection of each of these users ended, ms since 1970; when it began, if it has not. Without those
   * of whom nothing is written (any more).
   */
  lastSeen(userIds: readonly UserId[]): Promise<ReadonlyMap<UserId, number>>;
}

export interface ConnectionRecorded extends Omit<ConnectionOpened, 'since'> {
  readonly openedAt: number;
  /** Undefined while it lasts; so are the next two. */
  readonly closedAt: number | undefined;
  readonly code: number | undefined;
  readonly cause: string | undefined;
}

export interface AuditEntry {
  readonly at: number;
  /** `deploy@srv` for an operator, `user:1` for an administrator. */
  readonly actor: string;
  readonly action: string;
  readonly target: string;
  readonly address: string;
  /** `ok` or an error code. */
  readonly result: string;
}

export interface AuditLog {
  append(entry: AuditEntry): Promise<void>;
  /** The latest first. */
  list(query: AuditListQuery): Promise<{
    readonly items: readonly (AuditEntry & { readonly id: number })[];
    /** `before` of the next page. */
    readonly next: number | undefined;
  }>;
}

export interface AuditListQuery {
  /** Equal to it. */
  readonly actor?: string;
  /** Equal to it, or what begins with it and a dot. */
  readonly action?: string;
  /** A part of it. */
  readonly target?: string;
  readonly before?: number;
  readonly limit: number;
}

/** Messages for operators: whoever wrote them, wherever. Users' own reading is ConversationStore. */
export interface MessageRecords {
  /**
   * The latest first: of all, of one conversation, or of a user's: the private ones, the lobby, and groups for as long
   * as he is or was in them; of the thousand with the latest messages, if he has more.
   */
  list(query: MessageRecordsQuery): Promise<readonly StoredMessage[]>;
  /** How many messages of others the user has not read, over all his conversations; at most 999. */
  unreadOf(userId: UserId): Promise<number>;
  /** The groups a user is in now, by id; without the lobby. */
  groupsOf(
    userId: UserId,
    limit: number,
  ): Promise<{
    readonly groups: readonly { readonly id: GroupId; readonly name: string }[];
    readonly total: number;
  }>;
}

export interface MessageRecordsQuery {
  readonly of?: { readonly userId: UserId } | { readonly conversationId: ConversationId };
  /** Only those with a lower id. */
  readonly before?: MessageId;
  readonly limit: number;
}
