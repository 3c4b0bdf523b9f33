import type {
  ConnectionDetail,
  ConnectionHistory,
  ConnectionPage,
  ConnectionRecord,
} from '../../protocol/admin-connections.ts';
import type { UserDetail } from '../../protocol/admin-users.ts';
import type { CallError, Target } from '../view.ts';

/** What the page of a user knows: it is asked for piece by piece, and again every few seconds. */
export interface UserState {
  readonly userId: string;
  /** The connection it shows: the one asked for, else the first he has. */
  readonly connection: string | undefined;
  readonly detail: ConnectionDetail | undefined;
  /** The connection that is shown has ended. */
  readonly hasEnded: boolean;
  /** How many he has. */
  readonly connections: number;
  readonly user: UserDetail | undefined;
  /** Undefined until they are here. */
  readonly records: readonly ConnectionRecord[] | undefined;
  readonly error: string | undefined;
  readonly age: number;
}

export type UserMessage =
  | { readonly type: 'user'; readonly user: UserDetail }
  | { readonly type: 'detail'; readonly detail: ConnectionDetail }
  | { readonly type: 'ended'; readonly connection: string }
  | { readonly type: 'connections'; readonly page: ConnectionPage }
  | { readonly type: 'history'; readonly history: ConnectionHistory }
  | { readonly type: 'failed'; readonly error: CallError };

export function newUser(userId: string, connection: string | undefined): UserState {
  return {
    userId,
    connection,
    detail: undefined,
    hasEnded: false,
    connections: 0,
    user: undefined,
    records: undefined,
    error: undefined,
    age: 0,
  };
}

/** Whom an action is for: the connection that is shown, while it lasts, else the user. */
export function targetOfUser({ userId, user, detail, hasEnded }: UserState): Target {
  const name = user?.name ?? detail?.name ?? '';
  if (detail === undefined || hasEnded) return { userId, name };
  return { userId, name, connection: detail.id, address: detail.address, client: detail.client };
}
