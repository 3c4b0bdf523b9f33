/**
 * What operators' tools and the server say to each other: one table of methods, what each takes and gives. Over HTTP
 * today; the same methods whatever carries them. Users are named `2` or `@alice`.
 */
export interface AdminMethods {
  'user.list': Method<PageQuery & { readonly name?: string | undefined }, UserPage>;
  'user.add': Method<{ readonly name: string; readonly password: string }, AdminUser>;
  'user.passwd': Method<{ readonly user: string; readonly password: string }, AdminUser>;
  'user.enable': Method<OneUser, AdminUser>;
  'user.disable': Method<OneUser, AdminUser>;
  'user.promote': Method<OneUser, AdminUser>;
  'user.demote': Method<OneUser, AdminUser>;
  'group.list': Method<PageQuery, GroupPage>;
  'group.create': Method<NewAdminGroup, AdminGroup>;
  'group.add': Method<SomeMembers, MembersAnswer>;
  'group.remove': Method<SomeMembers, MembersAnswer>;
  'message.send': Method<OperatorMessage, SentMessage>;
  'token.create': Method<OneUser & { readonly expire?: number | undefined }, AdminToken>;
  'token.check': Method<{ readonly token: string }, TokenVerdict>;
}

export type AdminMethod = keyof AdminMethods;
export type AdminInput<M extends AdminMethod> = AdminMethods[M]['input'];
export type AdminAnswer<M extends AdminMethod> = AdminMethods[M]['answer'];

/** Where each method is over HTTP. A GET takes its input as a query, a POST as a JSON body. */
export const ADMIN_ROUTES = {
  'user.list': { method: 'GET', path: '/v1/admin/users' },
  'user.add': { method: 'POST', path: '/v1/admin/users' },
  'user.passwd': { method: 'POST', path: '/v1/admin/users/passwd' },
  'user.enable': { method: 'POST', path: '/v1/admin/users/enable' },
  'user.disable': { method: 'POST', path: '/v1/admin/users/disable' },
  'user.promote': { method: 'POST', path: '/v1/admin/users/promote' },
  'user.demote': { method: 'POST', path: '/v1/admin/users/demote' },
  'group.list': { method: 'GET', path: '/v1/admin/groups' },
  'group.create': { method: 'POST', path: '/v1/admin/groups' },
  'group.add': { method: 'POST', path: '/v1/admin/groups/add' },
  'group.remove': { method: 'POST', path: '/v1/admin/groups/remove' },
  'message.send': { method: 'POST', path: '/v1/admin/messages' },
  'token.create': { method: 'POST', path: '/v1/admin/tokens' },
  'token.check': { method: 'POST', path: '/v1/admin/tokens/check' },
} as const satisfies Record<AdminMethod, { method: 'GET' | 'POST'; path: string }>;

interface Method<Input, Answer> {
  readonly input: Input;
  readonly answer: Answer;
}

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

/** To exactly one user or one group. */
export interface OperatorMessage {
  /** In whose name; the first administrator's if absent. */
  readonly as?: string | undefined;
  readonly to?: string | undefined;
  readonly group?: string | undefined;
  readonly content: string;
  /** 1 text if absent. */
  readonly contentType?: 1 | 2 | 3 | 4 | undefined;
}

/** A stored message, and how many of those it is for were online. */
export interface SentMessage {
  readonly id: string;
  readonly conversationId: string;
  readonly seq: number;
  readonly sentAt: number;
  readonly from: NamedUser;
  /** The recipient; absent for a group. */
  readonly to?: NamedUser | undefined;
  readonly group?: string | undefined;
  /** Absent if they could not be counted. */
  readonly audience?: { readonly online: number; readonly offline: number } | undefined;
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
