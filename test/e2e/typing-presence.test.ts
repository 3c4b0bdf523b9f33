import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { signInRoot, type Actor } from '../support/api.ts';
import { startChatd, type Chatd } from '../support/chatd.ts';
import type { AnyFrame, Client } from '../support/client.ts';
import { registerAll } from '../support/people.ts';

/** What is passed on and not kept: who is typing, and who is there. Mallory shares the lobby with everybody, and no more. */
let chatd: Chatd;
let alice: Actor;
let bob: Actor;
let carol: Actor;
let mallory: Actor;

beforeAll(async () => {
  chatd = await startChatd({ config: { WS: { SingleSignOn: false } } });
  const people = await registerAll(chatd, ['alice', 'bob', 'carol', 'mallory']);
  [alice, bob, carol, mallory] = people as [Actor, Actor, Actor, Actor];
  const atAlice = await v1(alice);
  await say(atAlice, { chatType: 2, recvId: bob.id });
  await say(atAlice, { chatType: 1, conversationId: 'all' });
  await group('team', alice, carol);
  await atAlice.close();
});

afterAll(() => chatd?.dispose());

describe('typing', () => {
  test('to one person, by his id or the conversation’s; to his chatd.v1 connections alone', async () => {
    const [atAlice, atAliceToo, atBob, atMallory] = [
      await v1(alice),
      await v1(alice),
      await v1(bob),
      await v1(mallory),
    ];
    const seed = await bob.connect();
    const conversationId = await say(atAlice, { chatType: 2, recvId: bob.id });
    atAlice.send({ type: 'typing', recvId: bob.id });
    expect(await atBob.next(isTyping)).toEqual({ type: 'typing', conversationId, userId: alice.id });
    // More within the second is dropped, without an error.
    for (let n = 0; n < 5; n += 1) atAlice.send({ type: 'typing', recvId: bob.id });
    atBob.send({ type: 'typing', conversationId });
    expect(await atAlice.next(isTyping)).toEqual({ type: 'typing', conversationId, userId: bob.id });
    await say(atAlice, { chatType: 2, recvId: bob.id });
    await Promise.all([atAlice, atAliceToo, atBob, atMallory, seed].map((client) => client.fence()));
    expect(atBob.received.filter(isTyping)).toHaveLength(1);
    expect(atAlice.received.filter(isTyping)).toHaveLength(1);
    expect(atAliceToo.received.filter(isTyping)).toHaveLength(1);
    for (const client of [seed, atMallory]) expect(client.received.filter(isTyping)).toEqual([]);
    expect(atAlice.received.filter(isError)).toEqual([]);
    await closeAll(atAlice, atAliceToo, atBob, atMallory, seed);
  });

  test('to a group and the lobby: the others in it, and refused like a message where one may not write', async () => {
    const [atAlice, atCarol, atMallory] = [await v1(alice), await v1(carol), await v1(mallory)];
    atCarol.send({ type: 'typing', conversationId: 'team' });
    expect(await atAlice.next(isTyping)).toEqual({
      type: 'typing',
      conversationId: 'team',
      userId: carol.id,
    });
    atAlice.send({ type: 'typing', conversationId: 'all' });
    for (const client of [atCarol, atMallory]) {
      expect(await client.next(isTyping)).toEqual({
        type: 'typing',
        conversationId: 'all',
        userId: alice.id,
      });
    }
    for (const [frame, code] of [
      [{ conversationId: 'team' }, 'not_member'],
      [{ conversationId: 'nowhere' }, 'not_member'],
      [{ recvId: '4711' }, 'no_such_recipient'],
      [{ conversationId: 'A'.repeat(22) }, 'no_such_recipient'],
      [{}, 'invalid_field'],
    ] as const) {
      atMallory.send({ type: 'typing', ...frame });
      expect(await atMallory.next(isError)).toMatchObject({ code, about: { type: 'typing' } });
    }
    await atCarol.fence();
    expect(atCarol.received.filter(isTyping)).toHaveLength(1);
    await closeAll(atAlice, atCarol, atMallory);
  });
});

describe('presence', () => {
  test('is answered for those who share a conversation, at once, and for nobody else', async () => {
    const atAlice = await v1(alice);
    await (await v1(carol)).close();
    const before = Date.now();
    const [atBob, atMallory] = [await v1(bob), await v1(mallory)];
    atAlice.send({ type: 'presence', userIds: [bob.id, carol.id, mallory.id, '4711', bob.id] });
    expect(await atAlice.next(ofUser(bob))).toEqual({
      type: 'presence',
      userId: bob.id,
      online: true,
      lastSeen: expect.any(Number),
    });
    const ofCarol = await atAlice.next(ofUser(carol));
    expect(ofCarol).toMatchObject({ online: false });
    expect(Math.abs(Number(ofCarol['lastSeen']) - before)).toBeLessThan(5000);

    atMallory.send({ type: 'presence', userIds: [alice.id, bob.id, carol.id] });
    await Promise.all([atAlice.fence(), atMallory.fence()]);
    await atBob.close();
    expect(await atAlice.next(ofUser(bob))).toMatchObject({ online: false });
    await atMallory.fence();
    expect(atMallory.received.filter(isPresence)).toEqual([]);
    expect(atAlice.received.filter(isPresence)).toHaveLength(3);
    await closeAll(atAlice, atMallory);
  });

  test('of a page that is loaded again, nothing; of whom is not watched any more, nothing', async () => {
    const [atAlice, atBob, atCarol] = [await v1(alice), await v1(bob), await v1(carol)];
    atAlice.send({ type: 'presence', userIds: [bob.id, carol.id] });
    for (const who of [bob, carol]) expect(await atAlice.next(ofUser(who))).toMatchObject({ online: true });
    await atBob.close();
    const again = await v1(bob);
    // Carol goes for good, and after him: when she is missed, he would have been.
    await atCarol.close();
    expect(await atAlice.next(ofUser(carol))).toMatchObject({ online: false });
    expect(atAlice.received.filter(ofUser(bob))).toHaveLength(1);

    atAlice.send({ type: 'presence', userIds: [bob.id] });
    expect(await atAlice.next(ofUser(bob))).toMatchObject({ online: true });
    const back = await v1(carol);
    await again.close();
    expect(await atAlice.next(ofUser(bob))).toMatchObject({ online: false });
    expect(atAlice.received.filter(ofUser(carol))).toHaveLength(2);
    await closeAll(atAlice, back);
  });

  test('ends with the membership, begins with the first message', async () => {
    const [atMallory, atBob] = [await v1(mallory), await v1(bob)];
    await group('passing', alice, mallory);
    const atAlice = await v1(alice);
    atMallory.send({ type: 'presence', userIds: [alice.id, bob.id] });
    expect(await atMallory.next(ofUser(alice))).toMatchObject({ online: true });
    const left = await alice.request(`DELETE /v1/group/passing/members/${mallory.id}`);
    expect(left).toMatchObject({ code: 200 });
    await say(atBob, { chatType: 2, recvId: mallory.id });
    await Promise.all([atAlice.close(), atBob.close()]);
    expect(await atMallory.next(ofUser(bob))).toMatchObject({ online: false });
    expect(atMallory.received.filter(ofUser(alice))).toHaveLength(1);
    await closeAll(atMallory);
  });

  test('a kick is seen; a seed client is not told that there is such a thing', async () => {
    const [atAlice, atBob, root] = [await v1(alice), await v1(bob), await signInRoot(chatd)];
    atAlice.send({ type: 'presence', userIds: [bob.id] });
    expect(await atAlice.next(ofUser(bob))).toMatchObject({ online: true });
    expect(await root.request('POST /v1/admin/kick', { users: [bob.id] })).toMatchObject({ code: 200 });
    await atBob.closed;
    expect(await atAlice.next(ofUser(bob))).toMatchObject({ online: false });
    const seed = await alice.connect();
    seed.send({ type: 'presence', userIds: [bob.id] });
    expect(await seed.next(isError)).toMatchObject({ code: 'unknown_type', about: { type: 'presence' } });
    atAlice.send({ type: 'presence', userIds: Array(201).fill(bob.id) });
    expect(await atAlice.next(isError)).toMatchObject({ code: 'invalid_field', field: 'userIds' });
    await closeAll(atAlice, seed);
  });
});

const isTyping = (frame: AnyFrame): boolean => frame.type === 'typing';
const isPresence = (frame: AnyFrame): boolean => frame.type === 'presence';
const isError = (frame: AnyFrame): boolean => frame.type === 'error';
const ofUser =
  ({ id }: Actor) =>
  (frame: AnyFrame): boolean =>
    isPresence(frame) && frame['userId'] === id;

function v1(actor: Actor): Promise<Client> {
  return actor.connect({ v1: true, tokenIn: 'subprotocol' });
}

async function say(client: Client, to: object): Promise<string> {
  const ack = await client.ask({ ...to, content: 'hello', clientMsgId: `${performance.now()}` });
  expect(ack).toMatchObject({ type: 'ack' });
  return String(ack['conversationId']);
}

async function group(groupId: string, owner: Actor, ...others: readonly Actor[]): Promise<void> {
  const memberIds = others.map(({ id }) => id);
  const made = await owner.request('POST /v1/group/create', { groupId, groupName: groupId, memberIds });
  expect(made).toMatchObject({ code: 200 });
}

async function closeAll(...clients: readonly Client[]): Promise<void> {
  await Promise.all(clients.map((client) => client.close()));
}
