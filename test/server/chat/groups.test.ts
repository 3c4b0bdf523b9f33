import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { UserId } from '../../../src/protocol/ids.ts';
import type { User } from '../../../src/server/chat/store-ports.ts';
import { codeOf, type Connection, openStage, type Stage, toGroup } from './chat-stage.ts';

let stage: Stage;
let alice: User;
let bob: User;
let carol: User;
let count = 0;
const operator = { operator: true } as const;

beforeAll(async () => {
  stage = await openStage({ maxMembers: 250 });
  alice = await stage.addUser('alice');
  bob = await stage.addUser('bob');
  carol = await stage.addUser('carol');
  await makeGroup(alice, [], 'taken');
});

afterAll(async () => {
  await stage.close();
});

describe('a new group', () => {
  test('has its creator and those he named; all of them are told, with everybody in it', async () => {
    const [creator, member, stranger] = connectAll();
    const group = await stage.chat.groups.create({
      groupId: 'dev.team',
      groupName: '开发组',
      creatorId: alice.id,
      memberIds: [bob.id, bob.id, alice.id],
    });
    expect([...group.members].map(([id, { role }]) => [id, role])).toEqual([
      [alice.id, 'owner'],
      [bob.id, 'member'],
    ]);
    const notice = {
      chatType: 99,
      systemType: 'group_create',
      content: 'alice 创建了群组“开发组”',
      groupInfo: {
        groupId: 'dev.team',
        groupName: '开发组',
        memberIds: ids(alice, bob),
        creatorId: String(alice.id),
      },
    };
    expect(creator.received).toEqual([notice]);
    expect(member.received).toEqual([notice]);
    expect(stranger.received).toEqual([]);
    await member.say(toGroup('dev.team', 'works at once'));
    expect(creator.heard()).toEqual(['works at once']);
  });

  const refusals: readonly (readonly [what: string, code: string, request: object])[] = [
    ['no id', 'invalid_field', { groupId: '' }],
    ['an id with a space', 'invalid_field', { groupId: 'a b' }],
    ['an id that begins with a dot', 'invalid_field', { groupId: '.a' }],
    ['an id of 65 characters', 'invalid_field', { groupId: 'a'.repeat(65) }],
    ['an id like a private conversation’s', 'invalid_field', { groupId: 'a'.repeat(22) }],
    ['the lobby’s id', 'conflict', { groupId: 'all' }],
    ['an id in use', 'conflict', { groupId: 'taken' }],
    ['no name', 'invalid_field', { groupName: '  ' }],
    ['a name of 65 characters', 'invalid_field', { groupName: '组'.repeat(65) }],
    ['a name that turns text around', 'invalid_field', { groupName: 'a\u202eb' }],
    ['a member who does not exist', 'not_found', { memberIds: [999 as UserId] }],
    ['more members than a group may have', 'limit_exceeded', { memberIds: many(250) }],
  ];
  test.each(refusals)('is refused with %s: %s', async (_what, code, request) => {
    const blank = { groupId: nextId(), groupName: 'Name', creatorId: alice.id, memberIds: [] };
    expect(await codeOf(stage.chat.groups.create({ ...blank, ...request }))).toBe(code);
  });

  test('lists at most 200 members in its notice, and tells all of them', async () => {
    const crowd = await Promise.all(many(210).map((n) => stage.addUser(`member ${n}`)));
    const last = stage.connect(crowd.at(-1) ?? alice);
    await makeGroup(alice, crowd);
    const [notice] = last.received as { groupInfo: { memberIds: string[] } }[];
    expect(notice?.groupInfo.memberIds).toHaveLength(200);
  });
});

describe('a join', () => {
  test('is in force on open connections at once, from the next message on', async () => {
    const groupId = await makeGroup(alice);
    const [owner, joiner, stranger] = connectAll();
    await owner.say(toGroup(groupId, 'before'));
    const { joined } = await stage.chat.groups.addMembers(groupId, [bob.id], { userId: alice.id });
    await owner.say(toGroup(groupId, 'after'));
    expect(joined).toEqual([bob.id]);
    expect(joiner.received).toMatchObject([
      {
        systemType: 'group_join',
        content: `bob 加入了群组“Group ${groupId}”`,
        groupInfo: { groupId, memberIds: ids(bob), creatorId: String(alice.id) },
      },
      { content: 'after', seq: 2 },
    ]);
    expect(owner.received).toMatchObject([{ seq: 1 }, { systemType: 'group_join' }, { seq: 2 }]);
    expect(stranger.received).toEqual([]);
  });

  test('of who is in already changes nothing and tells nobody', async () => {
    const groupId = await makeGroup(alice, [bob]);
    const [owner] = connectAll();
    const { joined } = await stage.chat.groups.addMembers(groupId, [bob.id], { userId: alice.id });
    expect(joined).toEqual([]);
    expect(owner.received).toEqual([]);
  });

  test('keeps its place among messages that are sent at the same moment', async () => {
    const groupId = await makeGroup(alice);
    const [owner, joiner] = connectAll();
    await owner.say(toGroup(groupId, 'warm up'));
    owner.clear();
    const before = owner.say(toGroup(groupId, 'before'));
    const join = stage.chat.groups.addMembers(groupId, [bob.id], { userId: alice.id });
    const rest = Array.from({ length: 20 }, (_, n) => owner.say(toGroup(groupId, `m${n}`)));
    await Promise.all([before, join, ...rest]);
    const told = owner.received.findIndex((frame) => frame['systemType'] === 'group_join');
    const heardByOwner = owner.received.slice(told + 1).map((frame) => frame['content']);
    expect(joiner.received[0]).toMatchObject({ systemType: 'group_join' });
    expect(joiner.heard()).toEqual(heardByOwner);
    expect(owner.heard()).toHaveLength(21);
  });

  test('is refused when the group is full, or names nobody', async () => {
    const groupId = await makeGroup(alice);
    const by = { userId: alice.id };
    expect(await codeOf(stage.chat.groups.addMembers(groupId, [999 as UserId], by))).toBe('not_found');
    const crowd = (await stage.store.users.list({ page: 1, count: 250 })).users.map((user) => user.id);
    const extra = await Promise.all(many(250 - crowd.length + 1).map((n) => stage.addUser(`extra ${n}`)));
    const everybody = [...crowd, ...extra.map((user) => user.id)].filter((id) => id !== alice.id);
    expect(await codeOf(stage.chat.groups.addMembers(groupId, everybody, by))).toBe('limit_exceeded');
    expect(await stage.chat.groups.count(groupId, by)).toBe(1);
  });
});

describe('a removal', () => {
  test('ends what the removed may send and hear, at once; he and the others are told', async () => {
    const groupId = await makeGroup(alice, [bob, carol]);
    const [owner, removed, member] = connectAll();
    await stage.chat.groups.removeMember(groupId, bob.id, { userId: alice.id });
    await owner.say(toGroup(groupId, 'without him'));
    await removed.say(toGroup(groupId, 'still here?', 'x1'));
    const notice = {
      systemType: 'group_leave',
      content: `bob 被移出群组“Group ${groupId}”`,
      groupInfo: { groupId, memberIds: ids(bob) },
    };
    expect(removed.received).toMatchObject([
      notice,
      { type: 'error', code: 'not_member', clientMsgId: 'x1' },
    ]);
    expect(member.received).toMatchObject([notice, { content: 'without him' }]);
    expect(owner.received).toMatchObject([notice, { content: 'without him' }]);
  });

  test('of oneself is leaving, and says so', async () => {
    const groupId = await makeGroup(alice, [bob]);
    const [owner] = connectAll();
    await stage.chat.groups.removeMember(groupId, bob.id, { userId: bob.id });
    expect(owner.received).toMatchObject([{ content: `bob 退出了群组“Group ${groupId}”` }]);
    expect(await codeOf(stage.chat.groups.members(groupId, { userId: bob.id }))).toBe('not_member');
  });

  test('of who is not in changes nothing and tells nobody', async () => {
    const groupId = await makeGroup(alice);
    const [owner] = connectAll();
    const { left } = await stage.chat.groups.removeMember(groupId, carol.id, { userId: alice.id });
    expect(left).toEqual([]);
    expect(owner.received).toEqual([]);
  });
});

describe('what can be seen', () => {
  test('of a group: by its members and operators, by nobody else', async () => {
    const groupId = await makeGroup(alice, [bob]);
    const { groups } = stage.chat;
    for (const by of [{ userId: bob.id }, operator]) {
      expect(await groups.members(groupId, by)).toEqual([alice.id, bob.id]);
      expect(await groups.exists(groupId, carol.id, by)).toBe(false);
      expect(await groups.exists(groupId, alice.id, by)).toBe(true);
      expect(await groups.count(groupId, by)).toBe(2);
    }
    const by = { userId: carol.id };
    for (const id of [groupId, 'nowhere', '../x']) {
      expect(await codeOf(groups.members(id, by))).toBe('not_member');
      expect(await codeOf(groups.exists(id, carol.id, by))).toBe('not_member');
      expect(await codeOf(groups.count(id, by))).toBe('not_member');
    }
    expect(await codeOf(groups.members('nowhere', operator))).toBe('not_found');
  });

  test('of the lobby: by everybody, who is in it; nobody changes it', async () => {
    const { groups } = stage.chat;
    const by = { userId: carol.id };
    expect((await groups.members('all', by)).slice(-1)).not.toEqual([]);
    expect(await groups.exists('all', alice.id, by)).toBe(true);
    expect(await groups.exists('all', 9999 as UserId, by)).toBe(false);
    expect(await groups.count('all', by)).toBe(await stage.store.groups.lobbyCount());
    for (const actor of [by, operator]) {
      expect(await codeOf(groups.addMembers('all', [bob.id], actor))).toBe('permission_denied');
      expect(await codeOf(groups.removeMember('all', carol.id, actor))).toBe('permission_denied');
    }
  });
});

test('an operator changes any group, in nobody’s name', async () => {
  const groupId = await makeGroup(alice);
  await stage.chat.groups.addMembers(groupId, [bob.id], operator);
  await stage.chat.groups.removeMember(groupId, alice.id, operator);
  expect(await stage.chat.groups.members(groupId, operator)).toEqual([bob.id]);
});

test('a user who is removed is a member of nothing any more', async () => {
  const eve = await stage.addUser('eve');
  const groupId = await makeGroup(alice, [eve]);
  await stage.store.users.remove(eve.id);
  stage.users.drop(eve.id);
  stage.members.clear();
  expect(await stage.chat.groups.members(groupId, { userId: alice.id })).toEqual([alice.id]);
  expect(await stage.chat.groups.exists('all', eve.id, { userId: alice.id })).toBe(false);
});

test('a message to a group is for its members, online or not, its sender not counted', async () => {
  const dave = await stage.addUser('dave');
  const groupId = await makeGroup(alice, [bob, dave]);
  stage.connect(bob);
  const request = { chatType: 1, conversationId: groupId, recvId: '', content: 'x', contentType: 1 } as const;
  const { message } = await stage.chat.send(request, { userId: alice.id });
  expect(await stage.chat.audienceOf(message)).toEqual({ online: 1, offline: 1 });
});

function connectAll(): [Connection, Connection, Connection] {
  return [stage.connect(alice), stage.connect(bob), stage.connect(carol)];
}

async function makeGroup(creator: User, others: readonly User[] = [], groupId = nextId()): Promise<string> {
  const memberIds = others.map((user) => user.id);
  await stage.chat.groups.create({
    groupId,
    groupName: `Group ${groupId}`,
    creatorId: creator.id,
    memberIds,
  });
  return groupId;
}

function nextId(): string {
  count += 1;
  return `g${count}`;
}

function many(length: number): UserId[] {
  return Array.from({ length }, (_, n) => (n + 1000) as UserId);
}

function ids(...users: readonly User[]): string[] {
  return users.map((user) => String(user.id));
}
