import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { ChatError } from '../../../src/protocol/error-codes.ts';
import type { User } from '../../../src/server/chat/store-ports.ts';
import { codeOf, openStage, type Stage, type StageOptions, to, toGroup } from './chat-stage.ts';

let stage: Stage;
let alice: User;
let bob: User;
let carol: User;

beforeAll(async () => {
  stage = await openStage();
  alice = await stage.addUser('alice');
  bob = await stage.addUser('bob');
  carol = await stage.addUser('carol');
});

afterAll(async () => {
  await stage.close();
});

describe('a frame', () => {
  test('to a user is stored, acked to its connection and delivered to the others of both', async () => {
    const [from, own, peer] = [stage.connect(alice), stage.connect(alice), stage.connect(bob)];
    const stranger = stage.connect(carol);
    await from.say(to(bob, '你好', 'k1'));
    const [ack] = from.received;
    expect(from.received).toEqual([
      {
        type: 'ack',
        clientMsgId: 'k1',
        id: expect.stringMatching(/^[1-9][0-9]*$/),
        conversationId: expect.stringMatching(/^[\w-]{22}$/),
        seq: 1,
        sentAt: expect.any(Number),
      },
    ]);
    const { type: _, ...place } = ack ?? {};
    const message = { ...place, recvId: String(bob.id), sendId: String(alice.id), chatType: 2 };
    expect(peer.received).toEqual([{ ...message, content: '你好', contentType: 1 }]);
    expect(own.received).toEqual(peer.received);
    expect(stranger.received).toEqual([]);
  });

  test('without a clientMsgId is not acked', async () => {
    const from = stage.connect(alice);
    await from.say(to(bob, 'no ack'));
    expect(from.received).toEqual([]);
  });

  test('to oneself reaches one’s other connections, once', async () => {
    const [from, own] = [stage.connect(carol), stage.connect(carol)];
    await from.say(to(carol, 'note'));
    expect(from.heard()).toEqual([]);
    expect(own.heard()).toEqual(['note']);
  });

  test('to the lobby comes back to its sender, after the ack; an empty id is the lobby', async () => {
    const [from, peer] = [stage.connect(alice), stage.connect(bob)];
    await from.say(toGroup('', 'all of you', 'k2'));
    expect(from.received).toMatchObject([
      { type: 'ack', clientMsgId: 'k2', conversationId: 'all' },
      { conversationId: 'all', recvId: '', chatType: 1, content: 'all of you', clientMsgId: 'k2' },
    ]);
    expect(peer.heard()).toEqual(['all of you']);
  });

  test('sent again is acked as what it was and not delivered again; with other content refused', async () => {
    const [from, peer] = [stage.connect(alice), stage.connect(bob)];
    await from.say(to(bob, 'once', 'k3'));
    await from.say(to(bob, 'once', 'k3'));
    await from.say(to(bob, 'twice', 'k3'));
    const [ack, again, refusal] = from.received;
    expect(again).toEqual({ ...ack, duplicate: true });
    expect(refusal).toMatchObject({ type: 'error', code: 'id_reused', clientMsgId: 'k3' });
    expect(peer.heard()).toEqual(['once']);
  });

  test('moves its sender’s read position', async () => {
    const from = stage.connect(alice);
    await from.say(toGroup('all', 'read by me', 'k4'));
    const { list } = await stage.store.conversations.listFor(alice.id, { page: 1, count: 200 });
    expect(list.find(({ id }) => id === 'all')?.readSeq).toBe(from.received[0]?.['seq']);
  });

  test('of many, sent at once by three into one group, is heard by all in one order without gaps', async () => {
    const group = 'crowd';
    await stage.chat.groups.create({
      groupId: group,
      groupName: 'Crowd',
      creatorId: alice.id,
      memberIds: [bob.id, carol.id],
    });
    const crowd = [stage.connect(alice), stage.connect(bob), stage.connect(carol)];
    const sends = Array.from({ length: 300 }, (_, n) =>
      crowd[n % 3]?.say(toGroup(group, `m${n}`, `crowd-${n}`)),
    );
    await Promise.all(sends);
    const expected = Array.from({ length: 300 }, (_, n) => n + 1);
    for (const one of crowd) {
      const messages = one.received.filter((frame) => 'sendId' in frame);
      expect(messages.map((frame) => frame['seq'])).toEqual(expected);
      const acks = one.received
        .filter((frame) => frame['type'] === 'ack')
        .map((frame) => Number(frame['seq']));
      expect(acks).toEqual(acks.toSorted((a, b) => a - b));
    }
  });
});

describe('a frame that is refused', () => {
  const refusals: readonly (readonly [what: string, code: string, error: string, frame: () => object])[] = [
    ['to nobody', 'no_such_recipient', '接收者不存在', () => ({ chatType: 2, recvId: '999', content: 'x' })],
    [
      'to no id',
      'no_such_recipient',
      '接收者不存在',
      () => ({ chatType: 2, recvId: '2 OR 1', content: 'x' }),
    ],
    [
      'to a padded id',
      'no_such_recipient',
      '接收者不存在',
      () => ({ chatType: 2, recvId: '02', content: 'x' }),
    ],
    ['to no group', 'not_member', '群组不存在或您不在该群组中', () => toGroup('nowhere', 'x')],
    ['to another’s group', 'not_member', '群组不存在或您不在该群组中', () => toGroup('others', 'x')],
    ['to what cannot be a group', 'not_member', '群组不存在或您不在该群组中', () => toGroup('../all', 'x')],
    ['too large', 'content_too_large', '消息内容过长', () => to(bob, '你'.repeat(22))],
  ];
  beforeAll(async () => {
    await stage.chat.groups.create({
      groupId: 'others',
      groupName: 'Others',
      creatorId: bob.id,
      memberIds: [],
    });
  });

  test.each(refusals)('%s: %s', async (_what, code, error, frame) => {
    const [from, peer] = [stage.connect(alice), stage.connect(bob)];
    await from.say({ ...frame(), clientMsgId: 'r1' });
    expect(from.received).toMatchObject([{ type: 'error', code, error, clientMsgId: 'r1' }]);
    expect(peer.received).toEqual([]);
  });

  test('is not when its content is exactly as long as it may be', async () => {
    const [from, peer] = [stage.connect(alice), stage.connect(bob)];
    await from.say(to(bob, `${'你'.repeat(21)}!`));
    expect(from.received).toEqual([]);
    expect(peer.heard()).toEqual([`${'你'.repeat(21)}!`]);
  });
});

describe('a place in the order', () => {
  test('is there at once when the recipient is known', async () => {
    const { admitted, done } = stage.connect(alice).handle(to(bob, 'warm'));
    expect(admitted).toBeUndefined();
    await done;
  });

  test('is there as soon as a recipient who was not known has been looked up', async () => {
    stage.users.drop(bob.id);
    const { admitted, done } = stage.connect(alice).handle(to(bob, 'cold'));
    expect(stage.store.log.pending).toBe(0);
    await admitted;
    expect(stage.store.log.pending).toBe(1);
    await done;
  });

  test('is given up without an error to whoever waits for it', async () => {
    const from = stage.connect(alice);
    const { admitted, done } = from.handle({ chatType: 2, recvId: '999', content: 'x' });
    await expect(admitted).resolves.toBeUndefined();
    await expect(done).resolves.toBeUndefined();
    expect(from.received).toHaveLength(1);
  });
});

describe('a ping', () => {
  test('is answered when it has an id, and only then', () => {
    const connection = stage.connect(alice);
    expect(stage.chat.handleFrame({ type: 'ping' }, connection)).toEqual({});
    expect(stage.chat.handleFrame({ type: 'ping', id: 0 }, connection)).toEqual({});
    expect(connection.received).toEqual([{ type: 'pong', id: 0 }]);
  });
});

describe('a send without a connection', () => {
  const stages: Stage[] = [];
  afterEach(async () => {
    await Promise.all(stages.splice(0).map((opened) => opened.close()));
  });

  async function openWith(options: StageOptions) {
    const opened = await openStage(options);
    stages.push(opened);
    const [one, other] = [await opened.addUser('one'), await opened.addUser('other')];
    const request = { ...toRequest(other), clientMsgId: 'h1' };
    return { ...opened, one, other, request };
  }

  test('is stored and delivered like a frame, to all connections of both users', async () => {
    const { chat, connect, one, other, request } = await openWith({});
    const sessions = [connect(one), connect(other)];
    const { message, duplicate } = await chat.send(request, { userId: one.id });
    expect({ seq: message.seq, duplicate }).toEqual({ seq: 1, duplicate: false });
    for (const session of sessions) expect(session.heard()).toEqual(['hi']);
    expect(await chat.audienceOf(message)).toEqual({ online: 1, offline: 0 });
    expect((await chat.send(request, { userId: one.id })).duplicate).toBe(true);
    expect(sessions[1]?.heard()).toEqual(['hi']);
  });

  test('is limited with the time to wait; an operator is not, and moves no read position', async () => {
    const { chat, clock, store, one, request } = await openWith({ messagesPerSecond: 2, messageBurst: 1 });
    await chat.send({ ...request, clientMsgId: 'a' }, { userId: one.id, byOperator: true });
    await chat.send({ ...request, clientMsgId: 'b' }, { userId: one.id });
    const refused = await chat.send(request, { userId: one.id }).catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: 'rate_limited', detail: { retryAfterMs: 500 } });
    const { message } = await chat.send(request, { userId: one.id, byOperator: true });
    const { list } = await store.conversations.listFor(one.id, { page: 1, count: 10 });
    const read = list.find(({ id }) => id === message.conversationId);
    expect({ seq: message.seq, readSeq: read?.readSeq }).toEqual({ seq: 3, readSeq: 2 });
    clock.ms += 500;
    await chat.send({ ...request, clientMsgId: 'c' }, { userId: one.id });
  });

  test('obeys membership whoever sends', async () => {
    const { chat, one } = await openWith({});
    const request = { ...BLANK_GROUP, conversationId: 'nowhere' };
    expect(await codeOf(chat.send(request, { userId: one.id }))).toBe('not_member');
    expect(await codeOf(chat.send(request, { userId: one.id, byOperator: true }))).toBe('not_member');
  });

  test('is checked like a frame', async () => {
    const { chat, one, request } = await openWith({});
    const by = { userId: one.id };
    expect(await codeOf(chat.send({ ...request, content: '' }, by))).toBe('invalid_field');
    expect(await codeOf(chat.send({ ...request, content: '\ud800' }, by))).toBe('invalid_field');
    expect(await codeOf(chat.send({ ...request, clientMsgId: 'é' }, by))).toBe('invalid_field');
  });

  test('is refused while the server drains, as a frame is', async () => {
    const { chat, connect, one, other, request } = await openWith({});
    chat.drain();
    expect(await codeOf(chat.send(request, { userId: one.id }))).toBe('draining');
    const connection = connect(one);
    expect(connection.handle(to(other, 'late', 'd1'))).toEqual({});
    expect(connection.received).toMatchObject([{ type: 'error', code: 'draining', clientMsgId: 'd1' }]);
  });

  test('that is not stored is neither acked nor delivered', async () => {
    const failing = { append: () => Promise.reject(new ChatError('storage_unavailable')) };
    const { connect, one, other, logged } = await openWith({ log: failing });
    const [from, peer] = [connect(one), connect(other)];
    await from.say(to(other, 'lost', 's1'));
    expect(from.received).toEqual([
      { type: 'error', code: 'storage_unavailable', error: '消息处理失败', clientMsgId: 's1' },
    ]);
    expect(peer.received).toEqual([]);
    expect(logged).not.toContain('frame_failed');
  });

  test('that breaks something says nothing of it to the sender, and all of it to the log', async () => {
    const broken = { append: () => Promise.reject(new Error('ER_SECRET at /srv/db')) };
    const { connect, one, other, logged } = await openWith({ log: broken });
    const from = connect(one);
    await from.say(to(other, 'x', 's2'));
    expect(from.received).toEqual([
      { type: 'error', code: 'internal', error: '消息处理失败', clientMsgId: 's2' },
    ]);
    expect(logged).toContain('frame_failed');
  });
});

const BLANK_GROUP = { chatType: 1, conversationId: '', recvId: '', content: 'hi', contentType: 1 } as const;

function toRequest(user: User) {
  return { ...BLANK_GROUP, chatType: 2, recvId: String(user.id) } as const;
}
