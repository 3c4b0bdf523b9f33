import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toUserId } from '../../src/protocol/ids.ts';
import type { UserId } from '../../src/protocol/ids.ts';
import type { User } from '../../src/server/chat/store-ports.ts';
import { engines } from '../support/databases.ts';
import { createWorld, expectRefusal, openStage } from './store-world.ts';
import type { Stage, World } from './store-world.ts';

describe.each(engines())('accounts on $name', (engine) => {
  let world: World;
  let stage: Stage;
  let root: User;

  beforeAll(async () => {
    world = await createWorld(engine);
    stage = await openStage(world.options);
    root = await stage.user('root', 'admin');
  });
  afterAll(async () => {
    await stage.store.close();
    await world.remove();
  });

  it('counts ids from 1, without a gap for a name that was taken', async () => {
    await expectRefusal(stage.user('ROOT'), 'conflict');
    const next = await stage.user('second');
    expect([root.id, next.id]).toEqual([1, 2]);
  });

  it('gives back what was stored', async () => {
    const made = await stage.user('Zoë 😀  王小明', 'admin');
    expect(made).toMatchObject({ name: 'Zoë 😀  王小明', role: 'admin', enabled: true, tokensValidFrom: 0 });
    expect(await stage.store.users.byId(made.id)).toEqual(made);
    expect(await stage.store.users.byName('ZOË 😀  王小明')).toEqual(made);
    expect(await stage.store.users.passwordHashOf(made.id)).toBe('hash of Zoë 😀  王小明');
    await stage.store.users.update(made.id, { role: 'user' });
  });

  it.each([
    ['case', 'Taken', 'tAKEN'],
    ['compatibility forms', 'ﬁne', 'FINE'],
    ['full width', 'ＷＩＤＥ', 'wide'],
    ['composition', 'café-nfd', 'CAFÉ-NFD'],
  ])('takes names that differ in %s for one', async (_, first, second) => {
    await stage.user(first);
    await expectRefusal(stage.user(second), 'conflict');
  });

  it.each([
    ['trailing space', 'pad', 'pad '],
    ['accents', 'resume', 'resumé'],
    ['digits as text', '007', '7'],
    ['sharp s', 'strasse', 'straße'],
  ])('takes names that differ in %s for two', async (_, first, second) => {
    const one = await stage.user(first);
    const two = await stage.user(second);
    expect(await stage.store.users.byName(first)).toMatchObject({ id: one.id, name: first });
    expect(await stage.store.users.byName(second)).toMatchObject({ id: two.id, name: second });
  });

  it('lets exactly one of fifty at once have a name', async () => {
    const before = await stage.user('before the race');
    const tries = await Promise.allSettled(
      Array.from({ length: 50 }, (_, n) => stage.user(n % 2 ? 'RACE' : 'race')),
    );
    const lost = tries.filter((result) => result.status === 'rejected');
    expect(lost).toHaveLength(49);
    for (const { reason } of lost) expect(reason).toMatchObject({ name: 'ChatError', code: 'conflict' });
    const after = await stage.user('after the race');
    expect(after.id - before.id).toBe(2);
  });

  it('makes twenty users at once', async () => {
    const made = await Promise.all(Array.from({ length: 20 }, (_, n) => stage.user(`many ${n}`)));
    expect(new Set(made.map((user) => user.id)).size).toBe(20);
  });

  it('finds each of many who are asked for at once, as often as asked, and none who is not there', async () => {
    const { users } = stage.store;
    const made = await Promise.all(Array.from({ length: 5 }, (_, n) => stage.user(`crowd ${n}`)));
    const ids = [...made, ...made].flatMap((user) => [user.id, id(user.id + 100_000)]);
    const found = await Promise.all(ids.map((each) => users.byId(each)));
    expect(found).toEqual([...made, ...made].flatMap((user) => [user, undefined]));
  });

  it('does not find what is not there, or cannot be', async () => {
    const { users } = stage.store;
    expect(await users.byId(id(999_999))).toBeUndefined();
    expect(await users.byId(id(Number.MAX_SAFE_INTEGER))).toBeUndefined();
    expect(await users.byName('nobody')).toBeUndefined();
    expect(await users.byName("'; DROP TABLE users; --\\")).toBeUndefined();
    expect(await users.byName('ro\0ot')).toBeUndefined();
    expect(await users.byIds([])).toEqual([]);
    expect(await users.passwordHashOf(id(999_999))).toBeUndefined();
    await expectRefusal(users.update(id(999_999), { enabled: false }), 'not_found');
    await expectRefusal(users.remove(id(999_999)), 'not_found');
  });

  it('changes only what a patch names', async () => {
    const { users } = stage.store;
    const made = await stage.user('patient');
    const renamed = await users.update(made.id, { name: 'Patience' });
    expect(renamed).toEqual({ ...made, name: 'Patience' });
    const disabled = await users.update(made.id, { enabled: false, passwordHash: 'other' });
    expect(disabled).toEqual({ ...made, name: 'Patience', enabled: false });
    expect(await users.byId(made.id)).toEqual(disabled);
    expect(await users.passwordHashOf(made.id)).toBe('other');
    expect(await users.byName('patient')).toBeUndefined();
    expect(await users.update(made.id, {})).toEqual(disabled);
  });

  it('refuses a name that is taken, but not another writing of one’s own', async () => {
    const made = await stage.user('mine');
    await expectRefusal(stage.store.users.update(made.id, { name: 'ROOT' }), 'conflict');
    expect(await stage.store.users.update(made.id, { name: 'Mine' })).toMatchObject({ name: 'Mine' });
  });

  it('only ever moves tokensValidFrom forward', async () => {
    const { users } = stage.store;
    const made = await stage.user('signed out');
    expect(await users.update(made.id, { tokensValidFrom: 2_000_000_000_000 })).toMatchObject({
      tokensValidFrom: 2_000_000_000_000,
    });
    expect(await users.update(made.id, { tokensValidFrom: 1000 })).toMatchObject({
      tokensValidFrom: 2_000_000_000_000,
    });
    expect(await users.byId(made.id)).toMatchObject({ tokensValidFrom: 2_000_000_000_000 });
  });

  it('frees the name of a deleted user and keeps it for history', async () => {
    const { users } = stage.store;
    const made = await stage.user('short stay');
    await users.remove(made.id);
    expect(await users.byId(made.id)).toBeUndefined();
    expect(await users.byName('short stay')).toBeUndefined();
    expect(await users.byIds([made.id])).toEqual([]);
    expect(await users.namesOf([made.id, made.id, root.id])).toEqual(
      new Map([
        [made.id, 'short stay'],
        [root.id, 'root'],
      ]),
    );
    await expectRefusal(users.remove(made.id), 'not_found');
    const again = await stage.user('short stay');
    expect(again.id).toBeGreaterThan(made.id);
  });

  it('ends the memberships of a deleted user', async () => {
    const owner = await stage.user('leaving owner');
    const heir = await stage.user('heir');
    await stage.group('orphans', owner, heir);
    await stage.store.users.remove(owner.id);
    const group = await stage.store.groups.load('orphans' as never);
    expect([...(group?.members ?? [])]).toEqual([[heir.id, { role: 'owner', joinedAfter: 0 }]]);
  });
});

describe.each(engines())('the last administrator on $name', (engine) => {
  let world: World;
  let stage: Stage;

  beforeAll(async () => {
    world = await createWorld(engine);
    stage = await openStage(world.options);
  });
  afterAll(async () => {
    await stage.store.close();
    await world.remove();
  });

  it('can neither be demoted, disabled nor removed', async () => {
    const { users } = stage.store;
    const root = await stage.user('root', 'admin');
    await expectRefusal(users.update(root.id, { role: 'user' }), 'conflict');
    await expectRefusal(users.update(root.id, { enabled: false }), 'conflict');
    await expectRefusal(users.remove(root.id), 'conflict');
    expect(await users.update(root.id, { name: 'Root', enabled: true })).toMatchObject({ role: 'admin' });

    const disabled = await stage.user('disabled admin', 'admin');
    await users.update(disabled.id, { enabled: false });
    await expectRefusal(users.update(root.id, { role: 'user' }), 'conflict');
    await users.remove(disabled.id);
  });

  it('cannot be banned, and one who is banned is none', async () => {
    const { users } = stage.store;
    const root = await users.byName('root');
    if (root === undefined) throw new Error('no root');
    await expectRefusal(users.update(root.id, { keepOut: BAN }), 'conflict');
    expect(await users.byId(root.id)).toMatchObject({ keepOut: undefined });

    const other = await stage.user('banned admin', 'admin');
    await users.update(other.id, { keepOut: BAN });
    await expectRefusal(users.update(root.id, { keepOut: BAN }), 'conflict');
    await expectRefusal(users.update(root.id, { role: 'user' }), 'conflict');
    await expectRefusal(users.remove(root.id), 'conflict');
    await users.update(other.id, { keepOut: null });
    expect(await users.update(root.id, { keepOut: BAN })).toMatchObject({ keepOut: BAN });
    await expectRefusal(users.update(other.id, { keepOut: BAN }), 'conflict');
    await users.update(root.id, { keepOut: null });
    await users.remove(other.id);
  });

  it('can be kicked: that ends by itself', async () => {
    const { users } = stage.store;
    const root = await users.byName('root');
    if (root === undefined) throw new Error('no root');
    const kick = { ...BAN, until: Number.MAX_SAFE_INTEGER };
    expect(await users.update(root.id, { keepOut: kick })).toMatchObject({ keepOut: kick });
    await expectRefusal(users.update(root.id, { enabled: false }), 'conflict');
    await users.update(root.id, { keepOut: null });
  });

  it('is left when two ban each other at the same moment', async () => {
    const { users } = stage.store;
    const root = await users.byName('root');
    const other = await stage.user('rival', 'admin');
    if (root === undefined) throw new Error('no root');
    const results = await Promise.allSettled(
      [root, other].map(({ id: victim }) => users.update(victim, { keepOut: BAN })),
    );
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    await users.update(root.id, { keepOut: null });
    await users.update(other.id, { keepOut: null });
    await users.remove(other.id);
  });

  it('is left when two demote each other at the same moment', async () => {
    const { users } = stage.store;
    for (let round = 0; round < 5; round += 1) {
      const root = await users.byName('root');
      const other = await stage.user(`other ${round}`, 'admin');
      if (root === undefined) throw new Error('no root');
      const results = await Promise.allSettled([
        users.update(root.id, { role: 'user' }),
        users.update(other.id, { role: 'user' }),
      ]);
      expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      await users.update(root.id, { role: 'admin' });
      await users.update(other.id, { role: 'user' });
    }
  });
});

const BAN = { until: undefined, reason: '', by: 'deploy@srv', since: 1 };

describe.each(engines())('lists of users on $name', (engine) => {
  let world: World;
  let stage: Stage;

  beforeAll(async () => {
    world = await createWorld(engine);
    stage = await openStage(world.options);
    for (const name of ['Anna', 'Hanna_H', '100%', 'Ölaf', 'gone', 'back\\slash']) await stage.user(name);
    await stage.store.users.remove(id(5));
  });
  afterAll(async () => {
    await stage.store.close();
    await world.remove();
  });

  it.each([
    [{}, ['Anna', 'Hanna_H', '100%', 'Ölaf', 'back\\slash']],
    [{ name: 'ANN' }, ['Anna', 'Hanna_H']],
    [{ name: 'ö' }, ['Ölaf']],
    [{ name: '_' }, ['Hanna_H']],
    [{ name: '%' }, ['100%']],
    [{ name: '\\' }, ['back\\slash']],
    [{ name: "'" }, []],
    [{ name: '\0' }, []],
    [{ name: 'gone' }, []],
    [{ ids: [id(2), id(4), id(5), id(77)] }, ['Hanna_H', 'Ölaf']],
    [{ ids: [id(2), id(4)], name: 'anna' }, ['Hanna_H']],
    [{ ids: [] }, []],
  ])('finds by %o', async (query, names) => {
    const found = await stage.store.users.list({ page: 1, count: 10, ...query });
    expect(found.users.map((user) => user.name)).toEqual(names);
    expect(found.total).toBe(names.length);
  });

  it('pages by id', async () => {
    const { users } = stage.store;
    const pages = await Promise.all([1, 2, 3, 4].map((page) => users.list({ page, count: 2 })));
    expect(pages.map((page) => page.users.map((user) => user.id))).toEqual([[1, 2], [3, 4], [6], []]);
    expect(pages.map((page) => page.total)).toEqual([5, 5, 5, 5]);
  });

  it('counts and names the lobby’s users', async () => {
    expect(await stage.store.groups.lobbyCount()).toBe(5);
    expect(await stage.store.groups.lobbyMembers(3)).toEqual([1, 2, 3]);
    expect(await stage.store.groups.lobbyMembers(200)).toEqual([1, 2, 3, 4, 6]);
  });

  it('of those kept out have who is kept out now, the latest first', async () => {
    const { users } = stage.store;
    const by = { reason: '维护', by: 'deploy@srv' };
    await users.update(id(1), { keepOut: { ...by, until: 500, since: 100 } });
    await users.update(id(2), { keepOut: { ...by, until: undefined, since: 200 } });
    await users.update(id(3), { keepOut: { ...by, until: 900, since: 300 } });
    await users.update(id(4), { keepOut: { ...by, until: undefined, since: 400 } });
    await users.update(id(4), { keepOut: null });

    const all = await users.listKeptOut({ page: 1, count: 10, now: 499 });
    expect(all.users.map((user) => user.id)).toEqual([3, 2, 1]);
    expect(all.users[1]?.keepOut).toEqual({ ...by, until: undefined, since: 200 });
    expect(await users.listKeptOut({ page: 2, count: 1, now: 500 })).toMatchObject({
      users: [{ id: 2 }],
      total: 2,
    });
    await users.remove(id(2));
    expect(await users.listKeptOut({ page: 1, count: 10, now: 900 })).toEqual({ users: [], total: 0 });
  });

  it('hold a reason of any text, cut to what fits', async () => {
    const { users } = stage.store;
    const keepOut = { until: 9, reason: `\0'; DROP TABLE users; --${'😀'.repeat(400)}`, by: 'x\0', since: 1 };
    const changed = await users.update(id(1), { keepOut });
    expect(changed.keepOut?.reason).toMatch(/^'; DROP TABLE users; --(?:😀){200,}$/u);
    expect(await users.byId(id(1))).toEqual(changed);
  });
});

function id(value: number): UserId {
  const userId = toUserId(value);
  if (userId === undefined) throw new Error(`${value} is no user id`);
  return userId;
}
