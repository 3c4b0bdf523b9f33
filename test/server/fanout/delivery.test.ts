import { describe, expect, test } from 'vitest';
import { encodeFrame } from '../../../src/protocol/codec.ts';
import {
  type ConversationId,
  type GroupId,
  groupConversation,
  LOBBY,
  type MessageId,
  type UserId,
} from '../../../src/protocol/ids.ts';
import { createMembersCache } from '../../../src/server/chat/members-cache.ts';
import type { Session } from '../../../src/server/chat/ports.ts';
import type { Appended, GroupMembers, StoredMessage, User } from '../../../src/server/chat/store-ports.ts';
import { createUserCache } from '../../../src/server/chat/user-cache.ts';
import { createDelivery } from '../../../src/server/fanout/delivery.ts';

const [alice, bob, carol] = [2, 3, 4] as UserId[] as [UserId, UserId, UserId];
const team = 'team' as GroupId;

describe('a private message', () => {
  test('goes to every connection of both users but the one it came from', () => {
    const stage = createStage();
    const from = stage.connect(alice);
    const others = [stage.connect(alice), stage.connect(bob), stage.connect(bob)];
    const stranger = stage.connect(carol);
    stage.delivery.deliver(privateMessage(1), from);
    for (const session of others) expect(session.seqs()).toEqual([1]);
    expect(from.seqs()).toEqual([]);
    expect(stranger.seqs()).toEqual([]);
  });

  test('goes to all of them when it came by HTTP', () => {
    const stage = createStage();
    const sessions = [stage.connect(alice), stage.connect(bob)];
    stage.delivery.deliver(privateMessage(1), undefined);
    for (const session of sessions) expect(session.seqs()).toEqual([1]);
  });

  test('to oneself arrives once on each other connection', () => {
    const stage = createStage();
    const [from, other] = [stage.connect(alice), stage.connect(alice)];
    stage.delivery.deliver(privateMessage(1, alice), from);
    expect(from.seqs()).toEqual([]);
    expect(other.seqs()).toEqual([1]);
  });

  test('is encoded once for all, and not at all for nobody', () => {
    const stage = createStage();
    stage.delivery.deliver(privateMessage(1), undefined);
    expect(stage.encoded()).toBe(0);
    const [one, other] = [stage.connect(alice), stage.connect(bob)];
    stage.delivery.deliver(privateMessage(2), undefined);
    expect(stage.encoded()).toBe(1);
    expect(one.wires[0]).toBe(other.wires[0]);
  });

  test('travels with exactly the keys of the contract', () => {
    const stage = createStage();
    const session = stage.connect(bob);
    stage.delivery.deliver(privateMessage(7), undefined);
    expect(session.frames()).toEqual([
      {
        conversationId: 'private',
        recvId: '3',
        sendId: '2',
        chatType: 2,
        content: '你好',
        contentType: 1,
        id: '107',
        seq: 7,
        sentAt: 1_000_007,
      },
    ]);
  });
});

test('typing alone is dropped where it would have to wait', () => {
  const stage = createStage();
  const fleeting: unknown[] = [];
  const session = stage.connect(bob);
  Object.assign(session, {
    client: 'v1',
    write: ((_wire, place) => fleeting.push(place?.isFleeting)) satisfies Session['write'],
  });
  const [conversationId, userId] = [groupConversation(team), String(alice)];
  stage.delivery.signal([bob], { type: 'typing', conversationId, userId }, { conversationId });
  stage.delivery.signal([bob], { type: 'read', conversationId, userId, seq: 1 }, { conversationId });
  expect(fleeting).toEqual([true, undefined]);
});

describe('a group message', () => {
  test('goes to every connection of the members, its sender and the sending one too', () => {
    const stage = createStage();
    stage.members.put(membership(1, { [alice]: 0, [bob]: 0 }));
    const from = stage.connect(alice);
    const [other, stranger] = [stage.connect(bob), stage.connect(carol)];
    stage.delivery.deliver(groupMessage(1, 1), from);
    expect(from.seqs()).toEqual([1]);
    expect(other.seqs()).toEqual([1]);
    expect(stranger.seqs()).toEqual([]);
    expect(from.frames()[0]).toMatchObject({ conversationId: 'team', recvId: '', chatType: 1 });
  });

  test('does not go to who joined at its seq or later', () => {
    const stage = createStage();
    stage.members.put(membership(1, { [alice]: 0, [bob]: 5 }));
    const session = stage.connect(bob);
    for (const seq of [4, 5, 6]) stage.delivery.deliver(groupMessage(seq, 1), undefined);
    expect(session.seqs()).toEqual([6]);
  });

  test('waits for a cold cache, and what comes after it waits too', async () => {
    const stage = createStage();
    const session = stage.connect(bob);
    for (const seq of [1, 2]) stage.delivery.deliver(groupMessage(seq, 1), undefined);
    stage.delivery.notify([bob], { type: 'pong', id: 'notice' }, groupConversation(team));
    stage.delivery.deliver(groupMessage(3, 1), undefined);
    stage.delivery.deliver(privateMessage(1), undefined);
    expect(session.frames()).toMatchObject([{ chatType: 2 }]);
    stage.loaded(membership(1, { [alice]: 0, [bob]: 0 }));
    await expect.poll(() => session.frames().length).toBe(5);
    expect(session.frames()).toMatchObject([
      { chatType: 2 },
      { seq: 1 },
      { seq: 2 },
      { type: 'pong' },
      { seq: 3 },
    ]);
    expect(stage.loads()).toBe(1);
  });

  test('is routed by a membership no older than the one it was stored under', async () => {
    const stage = createStage();
    stage.members.put(membership(1, { [alice]: 0, [carol]: 0 }));
    const [joiner, leaver] = [stage.connect(bob), stage.connect(carol)];
    stage.delivery.deliver(groupMessage(9, 2), undefined);
    await expect.poll(() => stage.loads()).toBe(1);
    stage.loaded(membership(2, { [alice]: 0, [bob]: 8 }));
    await expect.poll(() => joiner.seqs()).toEqual([9]);
    expect(leaver.seqs()).toEqual([]);
  });

  test('whose members cannot be loaded is logged, and the next one is delivered', async () => {
    const stage = createStage();
    const session = stage.connect(bob);
    stage.delivery.deliver(groupMessage(1, 1), undefined);
    stage.loadFailed();
    await expect.poll(() => stage.logged).toEqual(['delivery_failed']);
    stage.members.put(membership(1, { [bob]: 0 }));
    stage.delivery.deliver(groupMessage(2, 1), undefined);
    expect(session.seqs()).toEqual([2]);
  });
});

describe('a message to the lobby', () => {
  test('goes to everybody who is older than it', async () => {
    const stage = createStage();
    stage.users.put(user(alice, 0));
    stage.users.put(user(bob, 5));
    const [older, newer, cold] = [stage.connect(alice), stage.connect(bob), stage.connect(carol)];
    stage.delivery.deliver(lobbyMessage(5), undefined);
    stage.delivery.deliver(lobbyMessage(6), undefined);
    stage.loadedUser(user(carol, 4));
    await expect.poll(() => cold.seqs()).toEqual([5, 6]);
    expect(older.seqs()).toEqual([5, 6]);
    expect(newer.seqs()).toEqual([6]);
  });
});

describe('who was written to', () => {
  test('is told once, in the same turn when nothing has to be loaded', () => {
    const stage = createStage();
    const [mine, his] = [stage.connect(alice), stage.connect(bob)];
    const told: (readonly Session[])[] = [];
    stage.delivery.deliver(privateMessage(1), mine, (sessions) => told.push(sessions));
    expect(told).toEqual([[his]]);
  });

  test('is nobody when it cannot be routed', async () => {
    const stage = createStage();
    stage.connect(bob);
    const told = new Promise<readonly Session[]>((resolve) => {
      stage.delivery.deliver(groupMessage(1, 1), undefined, resolve);
    });
    stage.loadFailed();
    expect(await told).toEqual([]);
    await expect.poll(() => stage.logged).toEqual(['delivery_failed']);
  });

  test('is told in part when writing fails half way', () => {
    const stage = createStage();
    const first = stage.connect(alice);
    stage.connect(bob).write = () => {
      throw new Error('broken');
    };
    const told: (readonly Session[])[] = [];
    stage.delivery.deliver(privateMessage(1), undefined, (sessions) => told.push(sessions));
    expect(told).toEqual([[first]]);
    expect(stage.logged).toEqual(['delivery_failed']);
  });
});

test('what goes wrong is logged, never thrown at who delivers', () => {
  const stage = createStage();
  stage.connect(bob).write = () => {
    throw new Error('broken');
  };
  stage.delivery.deliver(privateMessage(1), undefined);
  expect(stage.logged).toEqual(['delivery_failed']);
});

/** Delivery over live sessions that keep what is written to them, and stores that answer when they are told to. */
function createStage() {
  const live: TestSession[] = [];
  const logged: string[] = [];
  const groupLoads: Settle<GroupMembers>[] = [];
  const userLoads: Settle<User>[] = [];
  const members = createMembersCache({ load: () => pendingIn(groupLoads) });
  const users = createUserCache({ byId: () => pendingIn(userLoads) });
  let encoded = 0;
  const ignore = (): void => {};
  const delivery = createDelivery({
    sessions: { of: (userId) => live.filter((session) => session.userId === userId), all: () => live },
    members,
    users,
    toWire: (frame) => {
      encoded += 1;
      return Buffer.from(encodeFrame(frame));
    },
    log: { debug: ignore, info: ignore, warn: ignore, error: (event) => void logged.push(event) },
  });
  return {
    delivery,
    members,
    users,
    logged,
    encoded: () => encoded,
    loads: () => groupLoads.length,
    loaded: (group: GroupMembers) => groupLoads.at(-1)?.resolve(group),
    loadFailed: () => groupLoads.at(-1)?.reject(new Error('no database')),
    loadedUser: (loaded: User) => userLoads.at(-1)?.resolve(loaded),
    connect(userId: UserId): TestSession {
      const session = createSession(`c-${live.length}`, userId);
      live.push(session);
      return session;
    },
  };
}

interface TestSession extends Session {
  write: Session['write'];
  readonly wires: Buffer[];
  frames(): readonly unknown[];
  seqs(): readonly number[];
}

function createSession(id: string, userId: UserId): TestSession {
  const wires: Buffer[] = [];
  const frames = () => wires.map((wire) => JSON.parse(wire.toString()) as { seq: number });
  return {
    id,
    userId,
    client: 'seed',
    wires,
    write: (wire) => void wires.push(wire),
    frames,
    seqs: () => frames().map((frame) => frame.seq),
  };
}

interface Settle<T> {
  readonly resolve: (value: T) => void;
  readonly reject: (error: Error) => void;
}

function pendingIn<T>(loads: Settle<T>[]): Promise<T> {
  return new Promise((resolve, reject) => loads.push({ resolve, reject }));
}

function privateMessage(seq: number, recvId = bob): Appended {
  return appended({ ...message(seq), conversationId: 'private' as ConversationId, chatType: 2, recvId }, 0);
}

function groupMessage(seq: number, membersVersion: number): Appended {
  return appended({ ...message(seq), conversationId: groupConversation(team) }, membersVersion);
}

function lobbyMessage(seq: number): Appended {
  return appended({ ...message(seq), conversationId: groupConversation(LOBBY) }, 0);
}

function appended(stored: StoredMessage, membersVersion: number): Appended {
  return { message: stored, duplicate: false, membersVersion };
}

function message(seq: number): Omit<StoredMessage, 'conversationId'> {
  return {
    id: (100 + seq) as MessageId,
    chatType: 1,
    seq,
    senderId: alice,
    recvId: undefined,
    content: '你好',
    contentType: 1,
    sentAt: 1_000_000 + seq,
    clientMsgId: undefined,
  };
}

function membership(membersVersion: number, joinedAfter: Record<number, number>): GroupMembers {
  const members = Object.entries(joinedAfter).map(
    ([id, after]) => [Number(id) as UserId, { role: 'member', joinedAfter: after }] as const,
  );
  return { groupId: team, name: 'Team', creatorId: alice, membersVersion, members: new Map(members) };
}

function user(id: UserId, lobbyJoinedAfter: number): User {
  return {
    id,
    name: `user ${id}`,
    role: 'user',
    enabled: true,
    tokensValidFrom: 0,
    lobbyJoinedAfter,
    createdAt: 0,
    keepOut: undefined,
  };
}
