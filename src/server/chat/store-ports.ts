import type { ChatType, ContentType } from '../../protocol/frames.ts';
import type { ConversationId, GroupId, MessageId, UserId } from '../../protocol/ids.ts';

/**
 * What the chat rules need of a database, and nothing about how it is done. `store/` implements it once for MySQL and
 * once for SQLite; one conformance suite holds both to it. Every promise here rejects with ChatError only.
 */

// Messages.

/** A committed message. Values of this type come from a MessageLog only: delivery cannot be written before the commit. */
export interface StoredMessage {
  readonly id: MessageId;
  readonly conversationId: ConversationId;
  readonly chatType: ChatType;
  /** 1, 2, 3 … in its conversation, without gaps. */
  readonly seq: number;
  readonly senderId: UserId;
  /** The other user of a private conversation; undefined in a group. */
  readonly recvId: UserId | undefined;
  readonly content: string;
  readonly contentType: ContentType;
  /** ms since 1970; never runs backwards in a conversation. */
  readonly sentAt: number;
  readonly clientMsgId: string | undefined;
  /** It was taken back: its content is empty. */
  readonly recalled?: true;
}

export interface PrivateTarget {
  readonly chatType: 2;
  readonly conversationId: ConversationId;
  readonly recvId: UserId;
}

export interface GroupTarget {
  readonly chatType: 1;
  readonly conversationId: ConversationId;
  /** The version of the membership this draft was authorized with. The lobby's is always 0. */
  readonly membersVersion: number;
}

/** A message that may be stored: who may write what to whom has been checked. */
export interface Draft {
  readonly target: PrivateTarget | GroupTarget;
  readonly senderId: UserId;
  readonly content: string;
  readonly contentType: ContentType;
  /** 1–64 printable ASCII bytes, compared byte for byte. */
  readonly clientMsgId: string | undefined;
  /** Whether storing it also moves the sender's read position to its seq: true, but for an operator's `--as`. */
  readonly movesReadPosition: boolean;
}

export interface Appended {
  readonly message: StoredMessage;
  /** A resend: it was stored before, and `message` is what was stored then. Not to be delivered again. */
  readonly duplicate: boolean;
  /** The version of the membership under which it was stored (0 for private conversations and the lobby). */
  readonly membersVersion: number;
}

/**
 * The hot path of storage.
 * - append() MUST resolve only after the COMMIT that made the message durable.
 * - Calls for one conversation MUST get their seqs in the order of the calls, and their promises MUST settle in that
 *   order (membership changes of the same conversation included). Only storage_unavailable for what was never handed to
 *   the database, because there is too much or it waited too long, comes at once: such a send has lost its place.
 * - It MUST reject with storage_unavailable or storage_full only if the message is not stored and never will be. What was
 *   handed to the database and has no known outcome stays unsettled.
 * - A draft whose membersVersion is no longer the stored one MUST be checked again under the lock: not_member if its
 *   sender is no member.
 * - The same (conversation, sender, clientMsgId) with the same kind and content MUST be stored once (duplicate: true);
 *   with other kind or content it MUST reject with id_reused.
 */
export interface MessageLog {
  append(draft: Draft): Promise<Appended>;
  /** Joins and leaves, in the conversation's order with its messages. Rejects with not_found (no such group), limit_exceeded, or like append(). */
  changeMembers(change: MembersChange): Promise<MembersChanged>;
  /** Drafts accepted whose outcome is not known yet, and what they take, in bytes. Both are bounded. */
  readonly pending: number;
  readonly pendingBytes: number;
  readonly room: SendRoom;
  /** Resolves when nothing is pending, or after `timeoutMs`. */
  drain(timeoutMs: number): Promise<void>;
}

/**
 * Room for sends among those whose outcome is not known yet. Who sends over a connection asks before each send; while the
 * database does not keep up he stands in line, and his socket is not read. HTTP, operators and membership changes do not
 * ask: some room is left to them, and append() refuses what is beyond it.
 */
export interface SendRoom {
  /**
   * - `go`: the send is to be handed to append() now.
   * - `wait`: the sender is in line, once; onTurn() tells him when to ask again. Whoever asks meanwhile is behind him.
   * - `refuse`: somebody has waited too long and there is still no room; the answer is storage_unavailable.
   */
  ask(sender: WaitingSender): 'go' | 'wait' | 'refuse';
  /** Off the line, if he is in it. */
  leave(sender: WaitingSender): void;
  /** Senders in line. */
  readonly waiting: number;
}

export interface WaitingSender {
  /**
   * He is off the line and has to ask for what he holds, now: there is his share of the room, or he has waited too long.
   * Never throws.
   */
  onTurn(): void;
}

export interface MembersChange {
  readonly groupId: GroupId;
  /** Those who are members already are passed over. They MUST be existing users. */
  readonly add: readonly UserId[];
  /** Those who are no members are passed over. */
  readonly remove: readonly UserId[];
  /** Who does it; undefined for an operator. */
  readonly by: UserId | undefined;
  /** The most members the group may have after it. */
  readonly maxMembers: number;
}

export interface MembersChanged {
  readonly joined: readonly UserId[];
  readonly left: readonly UserId[];
  /** The conversation's last seq at the change: joiners get what is after it, leavers what is up to it. */
  readonly atSeq: number;
  /** The membership after the change, with its version. */
  readonly group: GroupMembers;
}

// Users.

export type Role = 'user' | 'admin';

export interface User {
  readonly id: UserId;
  readonly name: string;
  readonly role: Role;
  readonly enabled: boolean;
  /** Tokens issued before this moment (ms since 1970) are void. */
  readonly tokensValidFrom: number;
  /** The lobby's last seq when the user was made: what is after it is the user's to read. */
  readonly lobbyJoinedAfter: number;
  readonly createdAt: number;
  /** The last one that was set and not lifted: whether it still holds is for `until` to say. */
  readonly keepOut: KeepOut | undefined;
}

/** A user whose connections and sends are refused for a while, or (a ban) until it is lifted. */
export interface KeepOut {
  /** ms since 1970; undefined for a ban. */
  readonly until: number | undefined;
  /** As the user is told it; may be empty. */
  readonly reason: string;
  /** As the audit names him who did it. */
  readonly by: string;
  /** ms since 1970. */
  readonly since: number;
}

export interface NewUser {
  /** NFC, checked by `userName`. */
  readonly name: string;
  readonly passwordHash: string;
  readonly role: Role;
}

export interface UserPatch {
  readonly name?: string;
  readonly passwordHash?: string;
  readonly role?: Role;
  readonly enabled?: boolean;
  /** ms since 1970; the stored value only ever grows. */
  readonly tokensValidFrom?: number;
  /** Null lifts it. */
  readonly keepOut?: KeepOut | null;
}

export interface UserStore {
  /** Ids count up from 1. Rejects with conflict if the name is taken (by its key: NFKC and lower case). */
  create(user: NewUser): Promise<User>;
  /** Undefined if there is none, or it was deleted. */
  byId(id: UserId): Promise<User | undefined>;
  byName(name: string): Promise<User | undefined>;
  /** Those of `ids` that exist, deleted ones not. */
  byIds(ids: readonly UserId[]): Promise<readonly User[]>;
  /** Names for history, deleted users included. */
  namesOf(ids: readonly UserId[]): Promise<ReadonlyMap<UserId, string>>;
  passwordHashOf(id: UserId): Promise<string | undefined>;
  /** By id, ascending. `name` matches any part, without regard to case; `page` counts from 1. */
  list(query: UserQuery): Promise<{ readonly users: readonly User[]; readonly total: number }>;
  /** Rejects with not_found, conflict (name taken, or no administrator who is enabled and not banned would be left). */
  update(id: UserId, patch: UserPatch): Promise<User>;
  /** The row stays for history, its name becomes free; memberships end. Rejects like update(). */
  remove(id: UserId): Promise<void>;
  /** Those kept out at `now` (ms since 1970), the latest first. */
  listKeptOut(query: { readonly page: number; readonly count: number; readonly now: number }): Promise<{
    readonly users: readonly User[];
    readonly total: number;
  }>;
}

export interface UserQuery {
  readonly page: number;
  readonly count: number;
  readonly name?: string;
  readonly ids?: readonly UserId[];
}

// Groups.

export type MemberRole = 'owner' | 'admin' | 'member';

export interface Member {
  readonly role: MemberRole;
  /** Entitled to every seq after this one. */
  readonly joinedAfter: number;
}

/** A group and its current members, as of one membersVersion. */
export interface GroupMembers {
  readonly groupId: GroupId;
  readonly name: string;
  readonly creatorId: UserId;
  readonly membersVersion: number;
  readonly members: ReadonlyMap<UserId, Member>;
}

export interface NewGroup {
  readonly id: GroupId;
  readonly name: string;
  readonly creatorId: UserId;
  /** The creator is added if missing. They MUST be existing users. */
  readonly memberIds: readonly UserId[];
}

export interface GroupStore {
  /** Rejects with conflict if the id is or ever was in use. */
  create(group: NewGroup): Promise<GroupMembers>;
  /** Undefined if there is no such group. Not for the lobby, whose members are all users. */
  load(id: GroupId): Promise<GroupMembers | undefined>;
  /** By id, ascending; the lobby not included. */
  list(query: { readonly page: number; readonly count: number }): Promise<{
    readonly groups: readonly {
      id: GroupId;
      name: string;
      creatorId: UserId;
      memberCount: number;
      lastSeq: number;
    }[];
    readonly total: number;
  }>;
  /** How many users the lobby has: all that are not deleted. */
  lobbyCount(): Promise<number>;
  /** The ids of the lobby's users, ascending, at most `limit`. */
  lobbyMembers(limit: number): Promise<readonly UserId[]>;
}
