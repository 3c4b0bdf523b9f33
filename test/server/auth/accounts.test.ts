import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hash as bcrypt } from '@node-rs/bcrypt';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type UserId, toUserId } from '../../../src/protocol/ids.ts';
import { type Accounts, createAccounts } from '../../../src/server/auth/accounts.ts';
import { createFirstAdministrator } from '../../../src/server/auth/first-start.ts';
import { createIdentify } from '../../../src/server/auth/identity.ts';
import { createPasswords } from '../../../src/server/auth/password.ts';
import { createThrottle } from '../../../src/server/auth/throttle.ts';
import { createMembersCache } from '../../../src/server/chat/members-cache.ts';
import type { Identify, Identity, Log } from '../../../src/server/chat/ports.ts';
import type { Store } from '../../../src/server/chat/database-ports.ts';
import type { User } from '../../../src/server/chat/store-ports.ts';
import { createUserCache } from '../../../src/server/chat/user-cache.ts';
import { openStore } from '../../../src/server/store/open-store.ts';

/** Accounts over a real database. The clock stands still: whatever follows, follows within one millisecond. */

const SECRET = 'a secret of at least thirty-two bytes, for tests';
const NOW = Date.UTC(2026, 10, 22);
const HOME = '10.0.0.1';
const quiet = () => undefined;
const log: Log = { debug: quiet, info: quiet, warn: quiet, error: quiet };
const clock = { now: () => NOW };

let folder = '';
let store: Store;
let accounts: Accounts;
let identify: Identify;
let ended: string[] = [];
let names = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chatd-accounts-'));
  store = await openStore({ mysqlDsn: '', dataDir: folder, keepConnectionsMs: 1000, log, clock });
});

afterAll(async () => {
  await store.close();
  await rm(folder, { recursive: true });
});

beforeEach(() => {
  ended = [];
  const cache = createUserCache(store.users);
  accounts = toAccounts(cache, 'open');
  identify = createIdentify({ secret: SECRET, users: cache, clock });
});

describe('the first start', () => {
  const admin = { name: 'root', password: '' };

  it('makes user 1, an administrator, whose password is in a file of his', async () => {
    const start = { data: folder, admin, isTerminal: false, users: store.users, accounts, log };
    const made = await createFirstAdministrator(start);
    expect(made).toMatchObject({ user: { id: 1, name: 'root', role: 'admin' } });
    expect(made?.password).toBeUndefined();
    const file = join(folder, 'admin.password');
    expect(made?.passwordFile).toBe(file);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const password = (await readFile(file, 'utf8')).trim();
    expect((await accounts.login({ name: 'root', password }, HOME)).user.id).toBe(1);
  });

  it('makes nobody where there is somebody', async () => {
    const start = { data: folder, admin, isTerminal: true, users: store.users, accounts, log };
    expect(await createFirstAdministrator(start)).toBeUndefined();
  });

  it('shows the password instead on a terminal, and neither if it was configured', async () => {
    const users = { list: async () => ({ users: [], total: 0 }) };
    const start = { data: join(folder, 'nowhere'), isTerminal: true, users, accounts, log };
    const shown = await createFirstAdministrator({ ...start, admin: { name: newName(), password: '' } });
    expect(shown).toMatchObject({ password: expect.stringMatching(/^\w{16}$/) });
    expect(shown?.passwordFile).toBeUndefined();
    const configured = { name: newName(), password: 'configured' };
    const known = await createFirstAdministrator({ ...start, admin: configured });
    expect(Object.keys(known ?? {})).toEqual(['user']);
    expect((await accounts.login(configured, HOME)).user.id).toBe(known?.user.id);
    await accounts.remove(shown!.user.id, undefined);
    await accounts.remove(known!.user.id, undefined);
  });
});

describe('signing in', () => {
  it('registers, identifies, and knows a name however it is written', async () => {
    const name = newName();
    const { user, token, expiresAt, refreshAfter } = await accounts.register(
      { name, password: '123456' },
      HOME,
    );
    expect(await identify(token)).toMatchObject({ userId: user.id, name, role: 'user', disabled: false });
    expect([expiresAt, refreshAfter]).toEqual([NOW + 86_400_000, NOW + 43_200_000]);
    for (const written of [name, ` ${name} `, name.toUpperCase(), name.replace('u', 'ｕ')]) {
      expect((await accounts.login({ name: written, password: '123456' }, HOME)).user.id).toBe(user.id);
    }
  });

  it.each([
    ['an unknown name', () => `${newName()}?`],
    ['no name', () => ''],
    ['a name that cannot be', () => '\u202ealice\u0000'],
    ['a name without end', () => 'x'.repeat(100_000)],
  ])('answers %s like a wrong password', async (_what, toName) => {
    await expect(accounts.login({ name: toName(), password: '123456' }, HOME)).rejects.toMatchObject({
      code: 'wrong_password',
    });
  });

  it('refuses a taken name, whatever its case and width, and a password too short', async () => {
    const { name } = await newUser();
    for (const taken of [name, name.toUpperCase(), name.replace('u', 'ｕ')]) {
      await expect(accounts.register({ name: taken, password: '123456' }, HOME)).rejects.toMatchObject({
        code: 'conflict',
      });
    }
    await expect(accounts.register({ name: newName(), password: '12345' }, HOME)).rejects.toMatchObject({
      code: 'invalid_field',
      detail: { field: 'password' },
    });
  });

  it('refuses registration where it is closed; administrators add', async () => {
    const closed = toAccounts(createUserCache(store.users), 'closed');
    const account = { name: newName(), password: '123456' };
    await expect(closed.register(account, HOME)).rejects.toMatchObject({ code: 'permission_denied' });
    expect((await closed.add(account)).name).toBe(account.name);
  });

  it("takes the seed's bcrypt once, keeps argon2id, and ends nothing by that", async () => {
    const user = await newUser();
    const before = await accounts.issueToken(user.id);
    await store.users.update(user.id, {
      passwordHash: await bcrypt('from the seed', { cost: 4, version: '2a' }),
    });
    await accounts.login({ name: user.name, password: 'from the seed' }, HOME);
    expect(await store.users.passwordHashOf(user.id)).toMatch(/^\$argon2id\$/);
    await accounts.login({ name: user.name, password: 'from the seed' }, HOME);
    expect((await identify(before.token)).userId).toBe(user.id);
  });

  it('tells a disabled user so, but only with the right password', async () => {
    const user = await newUser();
    const { token } = await accounts.issueToken(user.id);
    await accounts.disable(user.id);
    await expect(accounts.login({ name: user.name, password: '123456' }, HOME)).rejects.toMatchObject({
      code: 'permission_denied',
    });
    await expect(accounts.login({ name: user.name, password: 'wrong!' }, HOME)).rejects.toMatchObject({
      code: 'wrong_password',
    });
    await expect(accounts.issueToken(user.id)).rejects.toMatchObject({ code: 'permission_denied' });
    expect(await identify(token)).toMatchObject({ disabled: true });
  });

  it('counts guesses at a password changed as at a login, by account and address', async () => {
    const user = await newUser();
    const change = (address: string) =>
      accounts.changePassword(user.id, { oldPassword: 'wrong!', newPassword: '654321' }, address);
    for (let guess = 0; guess < 10; guess += 1) {
      await expect(change(HOME)).rejects.toMatchObject({ code: 'wrong_password' });
    }
    await expect(change(HOME)).rejects.toMatchObject({ code: 'rate_limited' });
    await expect(change('10.0.0.2')).rejects.toMatchObject({ code: 'wrong_password' });
  });
});

describe('what ends tokens', () => {
  const endings: readonly [
    what: string,
    end: (user: User, identity: Identity) => Promise<unknown>,
    close: string,
  ][] = [
    ['logout', (_user, identity) => accounts.logout(identity), 'logged_out logged_out'],
    [
      'a changed password',
      ({ id }) => accounts.changePassword(id, { oldPassword: '123456', newPassword: '654321' }, HOME),
      'logged_out password_changed',
    ],
    ['a set password', ({ id }) => accounts.setPassword(id, '654321'), 'logged_out password_changed'],
    ['demotion', ({ id }) => accounts.demote(id), 'logged_out demoted'],
  ];

  it.each(endings)('%s: those issued before are void, the next one holds', async (_what, end, close) => {
    const user = await newUser();
    await accounts.promote(user.id);
    const { token } = await accounts.issueToken(user.id);
    await end(user, await identify(token));
    expect(await refusalOf(token)).toBe('unauthorized');
    expect(ended).toEqual([`${user.id} ${close}`]);
    expect((await identify((await accounts.issueToken(user.id)).token)).userId).toBe(user.id);
  });

  it('being disabled: for good, also after being enabled again', async () => {
    const user = await newUser();
    const { token } = await accounts.issueToken(user.id);
    await accounts.disable(user.id);
    expect(await identify(token)).toMatchObject({ disabled: true });
    await accounts.enable(user.id);
    expect(await refusalOf(token)).toBe('unauthorized');
    expect(ended).toEqual([`${user.id} account_disabled account_disabled`]);
  });

  it('being removed', async () => {
    const user = await newUser();
    const { token } = await accounts.issueToken(user.id);
    await accounts.remove(user.id, undefined);
    expect(await refusalOf(token)).toBe('unauthorized');
    expect(ended).toEqual([`${user.id} account_disabled account_removed`]);
  });

  it('also those of a login that had read the old password already', async () => {
    const user = await newUser();
    const logins = [1, 2, 3].map(() => accounts.login({ name: user.name, password: '123456' }, HOME));
    const changing = accounts.setPassword(user.id, '654321');
    const settled = await Promise.allSettled(logins);
    await changing;
    for (const login of settled) {
      if (login.status === 'fulfilled') expect(await refusalOf(login.value.token)).toBe('unauthorized');
    }
    const { token } = await accounts.login({ name: user.name, password: '654321' }, HOME);
    expect((await identify(token)).userId).toBe(user.id);
  });

  it('also those issued past an ending in the future, which a clock that was ahead has left', async () => {
    const { id } = await newUser();
    await store.users.update(id, { tokensValidFrom: NOW + 3_600_000 });
    const cache = createUserCache(store.users);
    accounts = toAccounts(cache, 'open');
    identify = createIdentify({ secret: SECRET, users: cache, clock });
    const { token } = await accounts.issueToken(id);
    expect(await identify(token)).toMatchObject({ userId: id });
    await accounts.setPassword(id, '654321');
    expect(await refusalOf(token)).toBe('unauthorized');
  });

  it('is not a new name, nor being promoted', async () => {
    const user = await newUser();
    const { token } = await accounts.issueToken(user.id);
    const renamed = await accounts.rename(user.id, newName());
    await accounts.promote(user.id);
    expect(await identify(token)).toMatchObject({ name: renamed.name, role: 'admin' });
    expect(ended).toEqual([]);
    await accounts.demote(user.id);
  });
});

describe('the last enabled administrator', () => {
  const root = () => toUserId(1)!;

  beforeEach(async () => {
    const { users } = await store.users.list({ page: 1, count: 200 });
    for (const { id, role } of users) if (role === 'admin' && id !== 1) await accounts.demote(id);
    ended = [];
  });

  it('cannot be demoted, disabled or removed', async () => {
    for (const act of [accounts.demote, accounts.disable]) {
      await expect(act(root())).rejects.toMatchObject({ code: 'conflict' });
    }
    await expect(accounts.remove(root(), undefined)).rejects.toMatchObject({ code: 'conflict' });
    expect(await store.users.byId(root())).toMatchObject({ role: 'admin', enabled: true });
    expect(ended).toEqual([]);
  });

  it('stays when two take each other away at once', async () => {
    const other = await newUser();
    await accounts.promote(other.id);
    const outcomes = await Promise.allSettled([accounts.demote(root()), accounts.disable(other.id)]);
    expect(outcomes.filter(({ status }) => status === 'rejected')).toHaveLength(1);
    await accounts.promote(root());
    await accounts.enable(other.id);
  });

  it('does not remove himself', async () => {
    const user = await newUser();
    await expect(accounts.remove(user.id, user.id)).rejects.toMatchObject({ code: 'conflict' });
  });
});

it.each(['enable', 'disable', 'promote', 'demote', 'issueToken'] as const)(
  '%s finds no user 999',
  async (act) => {
    await expect(accounts[act](toUserId(999)!)).rejects.toMatchObject({ code: 'not_found' });
  },
);

function toAccounts(cache: ReturnType<typeof createUserCache>, registration: 'open' | 'closed'): Accounts {
  return createAccounts({
    users: store.users,
    cache,
    members: createMembersCache(store.groups),
    sessions: {
      end(id: UserId, why, detail) {
        ended.push(`${id} ${why} ${detail?.cause}`);
        return 0;
      },
    },
    passwords: createPasswords(),
    throttle: createThrottle(),
    secret: SECRET,
    expire: 86_400,
    registration,
    clock,
  });
}

async function newUser(): Promise<User> {
  return accounts.add({ name: newName(), password: '123456' });
}

function newName(): string {
  names += 1;
  return `user ${names}`;
}

async function refusalOf(token: string): Promise<unknown> {
  try {
    return await identify(token);
  } catch (error) {
    return error instanceof Error ? error.message : error;
  }
}
