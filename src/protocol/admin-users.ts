import type { ErrorCode } from './error-codes.ts';

/** Users, groups and tokens, as operators see them. Users are named `2` or `@alice`. */

export interface PageQuery {
  /** From 1. */
  readonly page?: number | undefined;
  /** At most 200. */
  readonly count?: number | undefined;
}

export interface OneUser {
  readonly user: string;
}

export interface AdminUser {
  readonly id: string;
  readonly name: string;
  readonly role: 'user' | 'admin';
  readonly enabled: boolean;
  readonly online: boolean;
  /** ms since 1970. */
  readonly createdAt: number;
  /** Absent if he is not kept out now. */
  readonly keepOut?: AdminKeepOut | undefined;
}

export interface UserPage {
  readonly users: readonly AdminUser[];
  readonly total: number;
}

export interface AdminGroup {
  readonly id: string;
  readonly name: string;
  readonly creatorId: string;
  readonly memberCount: number;
  readonly lastSeq: number;
}

export interface GroupPage {
  readonly groups: readonly AdminGroup[];
  readonly total: number;
}

export interface NewAdminGroup {
  readonly group: string;
  /** Its id if absent. */
  readonly name?: string | undefined;
  /** The first administrator if absent. */
  readonly owner?: string | undefined;
  readonly users?: readonly string[] | undefined;
}

export interface SomeMembers {
  readonly group: string;
  readonly users: readonly string[];
}

export interface MembersAnswer {
  readonly group: string;
  /** Those for whom it changed something. */
  readonly changed: readonly NamedUser[];
  readonly memberCount: number;
}

export interface NamedUser {
  readonly id: string;
  readonly name: string;
}

export interface AdminToken {
  readonly token: string;
  readonly user: NamedUser;
  /** ms since 1970. */
  readonly expiresAt: number;
}

/** Whose a token is, or why it does not hold. */
export type TokenVerdict =
  | {
      readonly valid: true;
      readonly user: NamedUser;
      readonly role: 'user' | 'admin';
      readonly issuedAt: number;
      readonly expiresAt: number;
    }
  | { readonly valid: false; readonly reason: 'unauthorized' | 'token_expired' | 'account_disabled' };

/** Why a user is kept out, and until when. */
export interface AdminKeepOut {
  /** ms since 1970; absent for a ban, which lasts until it is lifted. */
  readonly until?: number | undefined;
  readonly reason: string;
  /** As the audit names him. */
  readonly by: string;
  /** ms since 1970. */
  readonly since: number;
}

export interface UserDetail extends AdminUser {
  /** Messages he has not read, over all his conversations; at most 999. */
  readonly unread: number;
  readonly groupCount: number;
  /** At most 200 of them, by id; without the lobby. */
  readonly groups: readonly NamedUser[];
}

export interface GroupDetail extends AdminGroup {
  /** By id. */
  readonly members: readonly AdminMember[];
}

export interface AdminMember extends NamedUser {
  readonly role: 'owner' | 'admin' | 'member';
  readonly online: boolean;
}

export interface KeptOutUser extends AdminKeepOut {
  readonly user: NamedUser;
}

export interface BanPage {
  /** Those who are kept out now, the latest first. */
  readonly items: readonly KeptOutUser[];
  readonly total: number;
}

/** Users, connections, or both; at least one, at most 1000 together. */
export interface KickRequest {
  /** Each loses all connections. */
  readonly users?: readonly string[] | undefined;
  /** Each means its user, unless `for` is 0: then that connection alone. One that is gone is refused with not_found, whoever else its user has. */
  readonly connections?: readonly string[] | undefined;
  /** Shown to the user; at most 200 characters. */
  readonly reason?: string | undefined;
  /** How long they are kept out: seconds, or `10m`; `Kick.KeepOut` if absent, 0 not at all. */
  readonly for?: number | string | undefined;
}

export interface BanRequest {
  readonly users: readonly string[];
  readonly reason?: string | undefined;
}

export interface UnbanRequest {
  readonly users: readonly string[];
}

export interface TargetResult {
  /** As it was named: `2`, `@alice`, `c-8f2`. */
  readonly target: string;
  /** Absent if it is not known. */
  readonly user?: NamedUser | undefined;
  /** Connections that ended. */
  readonly ended: number;
  /** ms since 1970; absent if he is not kept out now, or until the ban is lifted. */
  readonly keptOutUntil?: number | undefined;
  /** Why nothing was done; absent if it was. */
  readonly error?: { readonly code: ErrorCode; readonly msg: string } | undefined;
}

export interface TargetResults {
  /** In the order of the request, users first. */
  readonly results: readonly TargetResult[];
}
