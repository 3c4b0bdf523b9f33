import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LOBBY } from '../../src/protocol/ids.ts';
import type { User } from '../../src/server/chat/store-ports.ts';
import { engines } from '../support/databases.ts';
import { createWorld, expectRefusal, groupId, openStage } from './store-world.ts';
import type { Stage, World } from './store-world.ts';

describe.each(engines())('groups on $name', (engine) => {
  let world: World;
  let stage: Stage;
  let alice: User;
  let bob: User;

  beforeAll(async () => {
    world = await createWorld(engine);
    stage = await openStage(world.options);
    alice = await stage.user('alice');
    bob = await stage.user('bob');
  });
  afterAll(async () => {
    await stage.store.close();
    await world.remove();
  });

  it('has its creator as owner, once, whoever was named', async () => {
    const { groups } = stage.store;
    const memberIds = [bob.id, alice.id, bob.id];
    const made = await groups.create({
      id: groupId('team'),
      name: ' 团队 😀 ',
      creatorId: alice.id,
      memberIds,
    });
    expect(made).toEqual({
      groupId: 'team',
      name: ' 团队 😀 ',
      creatorId: alice.id,
      membersVersion: 1,
      members: new Map([
        [alice.id, { role: 'owner', joinedAfter: 0 }],
        [bob.id, { role: 'member', joinedAfter: 0 }],
      ]),
    });
    expect(await groups.load(groupId('team'))).toEqual(made);
  });

  it.each([
    ['0', '00'],
    ['1e3', '1000'],
    ['Key', 'key'],
    ['a.b', 'a-b'],
  ])('tells %s from %s', async (one, other) => {
    await stage.group(one, alice);
    await stage.group(other, bob);
    expect(await stage.store.groups.load(groupId(one))).toMatchObject({ groupId: one, creatorId: alice.id });
    expect(await stage.store.groups.load(groupId(other))).toMatchObject({
      groupId: other,
      creatorId: bob.id,
    });
  });

  it('refuses an id that is in use, the lobby’s included', async () => {
    await stage.group('once', alice);
    await expectRefusal(stage.group('once', bob), 'conflict');
    const lobby = { id: LOBBY, name: 'all', creatorId: alice.id, memberIds: [] };
    await expectRefusal(stage.store.groups.create(lobby), 'conflict');
  });

  it('lets one of twenty at once have an id, and leaves nothing of the others', async () => {
    const tries = await Promise.allSettled(
      Array.from({ length: 20 }, (_, n) => stage.group('raced', n % 2 ? alice : bob, alice, bob)),
    );
    const lost = tries.filter((result) => result.status === 'rejected');
    expect(lost).toHaveLength(19);
    for (const { reason } of lost) expect(reason).toMatchObject({ code: 'conflict' });
    const group = await stage.store.groups.load(groupId('raced'));
    expect(group?.members.size).toBe(2);
  });

  it('does not find what is not there, and the lobby neither', async () => {
    expect(await stage.store.groups.load(groupId('nothing'))).toBeUndefined();
    expect(await stage.store.groups.load(LOBBY)).toBeUndefined();
  });

  it('holds two thousand members', async () => {
    const rows = Array.from({ length: 2000 }, (_, n) => (n + 1000) as User['id']);
    const big = { id: groupId('big'), name: 'big', creatorId: alice.id, memberIds: rows };
    await stage.store.groups.create(big);
    expect((await stage.store.groups.load(groupId('big')))?.members.size).toBe(2001);
  });

  it('follows who joins and leaves', async () => {
    await stage.group('moving', alice, bob);
    await stage.say(alice, 'moving', 'one');
    const carol = await stage.user('carol');
    await stage.join('moving', carol);
    await stage.leave('moving', bob);
    const group = await stage.store.groups.load(groupId('moving'));
    expect(group?.membersVersion).toBe(3);
    expect([...(group?.members ?? [])]).toEqual([
      [alice.id, { role: 'owner', joinedAfter: 0 }],
      [carol.id, { role: 'member', joinedAfter: 1 }],
    ]);
  });

  it('loads members and version as of one moment, whatever changes meanwhile', async () => {
    await stage.group('busy', alice);
    let isBobIn = false;
    let changing: Promise<void> | undefined;
    const changeTenTimes = async (): Promise<void> => {
      for (let round = 0; round < 10; round += 1) {
        await (isBobIn ? stage.leave('busy', bob) : stage.join('busy', bob));
        isBobIn = !isBobIn;
      }
      changing = undefined;
    };
    for (let reads = 0; reads < 60; reads += 1) {
      changing ??= changeTenTimes();
      const group = await stage.store.groups.load(groupId('busy'));
      // 1 at first, and every change counts one: bob is in at even versions.
      expect(group?.members.has(bob.id)).toBe((group?.membersVersion ?? 0) % 2 === 0);
    }
    await changing;
  });
});

describe.each(engines())('lists of groups on $name', (engine) => {
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

  it('goes by id, with how many are in each', async () => {
    expect(await stage.store.groups.list({ page: 1, count: 10 })).toEqual({ groups: [], total: 0 });
    const alice = await stage.user('alice');
    const bob = await stage.user('bob');
    await stage.group('zebra', alice, bob);
    await stage.group('ant', bob);
    await stage.group('Bee', alice, bob);
    await stage.say(alice, 'zebra', 'hello');
    await stage.leave('Bee', alice, bob);
    const list = await stage.store.groups.list({ page: 1, count: 2 });
    expect(list).toEqual({
      groups: [
        { id: 'Bee', name: 'group Bee', creatorId: alice.id, memberCount: 0, lastSeq: 0 },
        { id: 'ant', name: 'group ant', creatorId: bob.id, memberCount: 1, lastSeq: 0 },
      ],
      total: 3,
    });
    const rest = await stage.store.groups.list({ page: 2, count: 2 });
    expect(rest.groups).toEqual([
      { id: 'zebra', name: 'group zebra', creatorId: alice.id, memberCount: 2, lastSeq: 1 },
    ]);
  });

  it('leaves out a dismissed group, whose id stays taken', async () => {
    await stage.store.close();
    await world.sql("UPDATE conversations SET dismissed_at = 5 WHERE id = 'ant'");
    stage = await openStage(world.options);
    const list = await stage.store.groups.list({ page: 1, count: 10 });
    expect(list.groups.map((group) => group.id)).toEqual(['Bee', 'zebra']);
    expect(await stage.store.groups.load(groupId('ant'))).toBeUndefined();
    const alice = await stage.store.users.byName('alice');
    if (alice === undefined) throw new Error('no alice');
    await expectRefusal(stage.group('ant', alice), 'conflict');
  });
});
