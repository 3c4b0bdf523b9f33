import type { Stats, StatsNow } from '../../protocol/admin-stats.ts';
import type { ConversationId, UserId } from '../../protocol/ids.ts';
import type { LiveConnections } from '../chat/connection-ports.ts';
import type { Clock, Identify, Log, MembersCache, Session, Sessions, UserCache } from '../chat/ports.ts';
import type { AuditLog, ConnectionLog, MessageRecords } from '../chat/record-ports.ts';
import type {
  Appended,
  GroupMembers,
  GroupStore,
  MembersChanged,
  StoredMessage,
  User,
  UserStore,
} from '../chat/store-ports.ts';
import type { EventFeed } from './event-feed.ts';
import type { Ring } from './ring.ts';

/** The server in figures. */
export interface StatsSource {
  now(): StatsNow;
  /** With the last 15 minutes. */
  get(): Stats;
}

/** What operators' commands are made of. */
export interface AdminParts {
  readonly users: UserStore;
  readonly groupStore: Pick<GroupStore, 'list' | 'load' | 'lobbyCount' | 'lobbyMembers'>;
  readonly groups: AdminGroups;
  readonly accounts: AdminAccounts;
  readonly messages: AdminMessages;
  readonly sessions: Pick<Sessions, 'of'>;
  readonly connections: LiveConnections;
  /** Which server this is. */
  readonly node: string;
  /** Messages a user may send a second; 0 for any number. */
  readonly rateLimit: number;
  readonly stats: StatsSource;
  readonly connectionLog: Pick<ConnectionLog, 'history'>;
  readonly messageRecords: MessageRecords;
  /** What the server says of itself. */
  readonly events: EventFeed;
  /** What was stored lately. */
  readonly stored: Pick<Ring<StoredMessage>, 'count' | 'since'>;
  readonly userCache: Pick<UserCache, 'get'>;
  readonly members: Pick<MembersCache, 'get'>;
  readonly identify: Identify;
  /** ms a kick keeps out that does not say how long. */
  readonly keepOutMs: number;
  /** `Admin.Name`: in whose name operators speak and found groups. */
  readonly adminName: string;
}

/** What every command goes through. */
export interface AuditParts {
  readonly audit: AuditLog;
  readonly clock: Clock;
  readonly log: Log;
}

/** Of the group rules, what operators use: the rights of users do not bind them. */
export interface AdminGroups {
  create(request: {
    readonly groupId: string;
    readonly groupName: string;
    readonly creatorId: UserId;
    readonly memberIds: readonly UserId[];
  }): Promise<GroupMembers>;
  addMembers(
    groupId: string,
    ids: readonly UserId[],
    by: { readonly operator: true },
  ): Promise<MembersChanged>;
  removeMember(groupId: string, id: UserId, by: { readonly operator: true }): Promise<MembersChanged>;
}

/** Of the accounts, what operators do to them. */
export interface AdminAccounts {
  add(account: { readonly name: string; readonly password: string }): Promise<User>;
  setPassword(id: UserId, password: string): Promise<User>;
  enable(id: UserId): Promise<User>;
  disable(id: UserId): Promise<User>;
  promote(id: UserId): Promise<User>;
  demote(id: UserId): Promise<User>;
  kick(
    id: UserId,
    kick: { readonly keepOutMs: number; readonly reason: string; readonly by: string },
  ): Promise<{ readonly user: User; readonly ended: number }>;
  ban(
    id: UserId,
    ban: { readonly reason: string; readonly by: string },
  ): Promise<{ readonly user: User; readonly ended: number }>;
  unban(id: UserId): Promise<User>;
  issueToken(
    id: UserId,
    expireSeconds?: number,
  ): Promise<{ readonly user: User; readonly token: string; readonly expiresAt: number }>;
}

/** Of the chat rules, what an operator's message goes through: those of a frame, but for the rate; and its way back. */
export interface AdminMessages {
  send(
    request: {
      readonly chatType: 1 | 2;
      readonly conversationId: string;
      readonly recvId: string;
      readonly content: string;
      readonly contentType: 1 | 2 | 3 | 4;
    },
    by: { readonly userId: UserId; readonly byOperator: true },
    onDelivered?: (sessions: readonly Session[]) => void,
  ): Promise<Appended>;
  audienceOf(message: StoredMessage): Promise<{ readonly online: number; readonly offline: number }>;
  recall(
    place: { readonly conversationId: ConversationId; readonly seq: number },
    by: { readonly operator: true },
  ): Promise<{ readonly rev: number; readonly again: boolean }>;
}
