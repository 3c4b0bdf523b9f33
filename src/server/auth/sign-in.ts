import { ChatError } from '../../protocol/error-codes.ts';
import type { UserId } from '../../protocol/ids.ts';
import { MAX_NAME_CHARACTERS, userNameKey } from '../../protocol/user-name.ts';
import type { UserCache } from '../chat/ports.ts';
import type { User, UserStore } from '../chat/store-ports.ts';
import { requireOpen } from './account-refusal.ts';
import type { Issuance, IssuedToken } from './issuance.ts';
import type { Passwords } from './password.ts';
import type { Throttle } from './throttle.ts';

export interface Credentials {
  readonly name: string;
  readonly password: string;
}

export interface SignedIn extends IssuedToken {
  readonly user: User;
}

export interface SignIn {
  /** Rejects with wrong_password, permission_denied (disabled, banned), rate_limited. Takes as long for an unknown name. */
  login(credentials: Credentials, address: string): Promise<SignedIn>;
  /** Rejects with wrong_password, rate_limited. */
  requirePassword(id: UserId, password: string, address: string): Promise<void>;
}

export interface SignInParts {
  readonly users: UserStore;
  readonly cache: UserCache;
  readonly passwords: Passwords;
  readonly throttle: Throttle;
  readonly issuance: Issuance;
}

/** Where passwords are checked: throttled, in the same time for whoever does not exist, and brought up to date. */
export function createSignIn({ users, cache, passwords, throttle, issuance }: SignInParts): SignIn {
  async function check(user: User | undefined, password: string): Promise<User> {
    const stored = user && (await users.passwordHashOf(user.id));
    const verdict = await passwords.verify(stored, password);
    if (user === undefined || verdict === 'wrong') throw new ChatError('wrong_password');
    if (verdict === 'outdated') {
      cache.put(await users.update(user.id, { passwordHash: await passwords.hash(password) }));
    }
    return user;
  }

  return {
    login({ name, password }, address) {
      const account = toAccountKey(name);
      return throttle.guard({ address, account }, async () => {
        const since = issuance.now();
        const user = await check(account === '' ? undefined : await users.byName(name.trim()), password);
        requireOpen(user);
        return { user, ...issuance.issue(user, since) };
      });
    },
    async requirePassword(id, password, address) {
      await throttle.guard({ address, account: `#${id}` }, async () => check(await users.byId(id), password));
    },
  };
}

/** The key a name is counted and looked up under; empty for what no name can be. */
function toAccountKey(name: string): string {
  return name.length <= 2 * MAX_NAME_CHARACTERS ? userNameKey(name.trim()) : '';
}
