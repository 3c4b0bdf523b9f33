import { ChatError } from '../../protocol/error-codes.ts';
import type { UserId } from '../../protocol/ids.ts';
import { parseUserName } from '../../protocol/user-name.ts';
import type { Clock, Identity, MembersCache, Sessions, UserCache } from '../chat/ports.ts';
import type { Role, User, UserPatch, UserStore } from '../chat/store-ports.ts';
import { accountRefusal, requireOpen } from './account-refusal.ts';
import { createIssuance } from './issuance.ts';
import type { Issuance } from './issuance.ts';
import { createKeepOuts, type KeepOuts } from './keep-outs.ts';
import { parseNewPassword } from './password.ts';
import type { Passwords } from './password.ts';
import { createSignIn } from './sign-in.ts';
import type { Credentials, SignedIn, SignIn } from './sign-in.ts';
import type { Throttle } from './throttle.ts';
import { createTurns } from './turns.ts';

export type { Credentials, SignedIn } from './sign-in.ts';

/**
 * Everything that happens to an account. A change is stored, then known to the cache, then effective on open
 * connections, when its promise resolves. All reject with ChatError; besides what is named: not_found (no such user).
 */
export interface Accounts extends KeepOuts {
  /** Rejects with permission_denied (registration is closed), invalid_field, conflict (name taken), rate_limited. */
  register(credentials: Credentials, address: string): Promise<SignedIn>;
  /** See SignIn. */
  login: SignIn['login'];
  /** Ends all tokens and connections of the user. */
  logout(identity: Pick<Identity, 'userId' | 'issuedAt'>): Promise<void>;
  /** Ends all tokens and connections. Rejects with wrong_password, invalid_field, rate_limited. */
  changePassword(id: UserId, change: PasswordChange, address: string): Promise<void>;
  /** Rejects with invalid_field, conflict (name taken), rate_limited. */
  rename(id: UserId, name: string): Promise<User>;

  // What administrators and operators do.

  /** Like register(), open or closed. */
  add(account: Credentials & { readonly role?: Role }): Promise<User>;
  /** Without the old one. Ends all tokens and connections. Rejects with invalid_field, rate_limited. */
  setPassword(id: UserId, password: string): Promise<User>;
  enable(id: UserId): Promise<User>;
  /** Ends all tokens and connections. Rejects with conflict for the last enabled administrator; so do demote and remove. */
  disable(id: UserId): Promise<User>;
  promote(id: UserId): Promise<User>;
  /** Ends all tokens and connections: what they showed an administrator is not a user's to see. */
  demote(id: UserId): Promise<User>;
  /** `by`: who does it, if a user; nobody removes himself (conflict). */
  remove(id: UserId, by: UserId | undefined): Promise<void>;
  /** A token without the password. `expireSeconds`: instead of Auth.Expire. Rejects with permission_denied (disabled, banned). */
  issueToken(id: UserId, expireSeconds?: number): Promise<SignedIn>;
}

export interface PasswordChange {
  readonly oldPassword: string;
  readonly newPassword: string;
}

export interface AccountsParts {
  readonly users: UserStore;
  readonly cache: UserCache;
  readonly members: Pick<MembersCache, 'clear'>;
  readonly sessions: Pick<Sessions, 'end'>;
  readonly passwords: Passwords;
  readonly throttle: Throttle;
  readonly secret: string;
  /** Seconds a token lives. */
  readonly expire: number;
  readonly registration: 'open' | 'closed';
  readonly clock: Clock;
}

export function createAccounts(parts: AccountsParts): Accounts {
  const issuance = createIssuance(parts);
  const tools = {
    ...parts,
    issuance,
    signIn: createSignIn({ ...parts, issuance }),
    ...createChanges(parts, issuance),
  };
  return { ...toOwnActions(tools), ...toOperatorActions(tools), ...createKeepOuts(tools) };
}

type Changes = ReturnType<typeof createChanges>;
type Tools = AccountsParts & Changes & { readonly issuance: Issuance; readonly signIn: SignIn };

/** The three ways an account changes in the store, each known to the cache and to open connections when it resolves. */
function createChanges({ users, cache, sessions, passwords }: AccountsParts, issuance: Issuance) {
  const inTurn = createTurns<UserId>();

  // In turn: the cache must not be left with what the earlier of two changes made of a user.
  function change(id: UserId, toPatch: (user: User) => UserPatch): Promise<User> {
    return inTurn(id, async () => {
      const before = await users.byId(id);
      if (before === undefined) throw new ChatError('not_found');
      const user = await users.update(id, toPatch(before));
      cache.put(user);
      return user;
    });
  }

  const update = (id: UserId, patch: UserPatch): Promise<User> => change(id, () => patch);

  async function create(account: Credentials, role: Role): Promise<User> {
    const name = parseUserName(account.name);
    const passwordHash = await passwords.hash(parseNewPassword(account.password));
    const user = await users.create({ name, role, passwordHash });
    cache.put(user);
    return user;
  }

  /** Voids every token issued up to now. */
  function voidTokens(id: UserId, patch: UserPatch, from = 0): Promise<User> {
    return issuance.end(id, (validFrom) =>
      // Past the last ending, which a clock that was ahead may have put into the future, with the tokens since then.
      change(id, ({ tokensValidFrom: last }) => ({
        ...patch,
        tokensValidFrom: Math.max(validFrom, from, last + 1),
      })),
    );
  }

  /** The same, and ends the connections that live by them. */
  async function endTokens(id: UserId, ending: Ending): Promise<User> {
    const user = await voidTokens(id, ending.patch ?? {}, ending.validFrom);
    sessions.end(id, ending.why ?? 'logged_out', { cause: ending.cause });
    return user;
  }

  return { change, update, create, voidTokens, endTokens };
}

interface Ending {
  readonly cause: string;
  readonly patch?: UserPatch;
  /** At least this, ms since 1970. */
  readonly validFrom?: number;
  /** `logged_out` if absent. */
  readonly why?: 'account_disabled';
}

/** What users do themselves. */
function toOwnActions(tools: Tools) {
  const { issuance, signIn, throttle, passwords, update, create, endTokens } = tools;
  return {
    login: signIn.login,
    async register(credentials, address) {
      if (tools.registration === 'closed') throw accountRefusal.registrationClosed();
      await throttle.countRegistration(address);
      const since = issuance.now();
      const user = await create(credentials, 'user');
      return { user, ...issuance.issue(user, since) };
    },
    async logout({ userId, issuedAt }) {
      // A token of a clock that was ahead of ours, too.
      await endTokens(userId, { cause: 'logged_out', validFrom: issuedAt + 1 });
    },
    async changePassword(id, { oldPassword, newPassword }, address) {
      const password = parseNewPassword(newPassword, 'newPwd');
      await signIn.requirePassword(id, oldPassword, address);
      const passwordHash = await passwords.hash(password);
      await endTokens(id, { cause: 'password_changed', patch: { passwordHash } });
    },
    rename: (id, name) => update(id, { name: parseUserName(name) }),
  } satisfies Partial<Accounts>;
}

/** What administrators and operators do to others. */
function toOperatorActions({
  users,
  cache,
  members,
  sessions,
  passwords,
  issuance,
  update,
  create,
  endTokens,
}: Tools) {
  return {
    add: (account) => create(account, account.role ?? 'user'),
    async setPassword(id, password) {
      const passwordHash = await passwords.hash(parseNewPassword(password));
      return endTokens(id, { cause: 'password_changed', patch: { passwordHash } });
    },
    enable: (id) => update(id, { enabled: true }),
    disable: (id) =>
      endTokens(id, { cause: 'account_disabled', why: 'account_disabled', patch: { enabled: false } }),
    promote: (id) => update(id, { role: 'admin' }),
    demote: (id) => endTokens(id, { cause: 'demoted', patch: { role: 'user' } }),
    async remove(id, by) {
      if (id === by) throw accountRefusal.removesSelf();
      await users.remove(id);
      cache.drop(id);
      members.clear();
      sessions.end(id, 'account_disabled', { cause: 'account_removed' });
    },
    async issueToken(id, expireSeconds) {
      const since = issuance.now();
      const user = await users.byId(id);
      if (user === undefined) throw new ChatError('not_found');
      requireOpen(user);
      return { user, ...issuance.issue(user, since, expireSeconds) };
    },
  } satisfies Partial<Accounts>;
}
