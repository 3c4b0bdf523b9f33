import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Actor } from '../support/api.ts';
import { startChatd, type Chatd } from '../support/chatd.ts';
import type { AnyFrame, Client } from '../support/client.ts';
import { engines, type TestDatabase } from '../support/databases.ts';
import { registerAll } from '../support/people.ts';

/** How far everybody has read: kept, never back, and told to whom it concerns and to nobody else. */
describe.each(engines())('read state, on $name', (engine) => {
  let database: TestDatabase;
  let chatd: Chatd;
  let alice: Actor;
  let bob: Actor;
  let carol: Actor;
  let mallory: Actor;

  beforeAll(async () => {
    database = await engine.createDatabase();
    chatd = await startChatd({ dsn: database.dsn, config: { WS: { SingleSignOn: false } } });
    const people = await registerAll(chatd, ['alice', 'bob', 'carol', 'mallory']);
    [alice, bob, carol, mallory] = people as [Actor, Actor, Actor, Actor];
  });

  afterAll(async () => {
    await chatd?.dispose();
    await database?.drop();
  });

  test('of two: told to the other and to one’s own other connections, seed clients not', async () => {
    const [atAlice, atBob, atBobToo] = [await v1(alice), await v1(bob), await v1(bob)];
    const seeds = [await alice.connect(), await bob.connect()];
    const conversationId = await say(atAlice, { chatType: 2, recvId: bob.id }, ['1', '2', '3']);

    atBob.send({ type: 'read', conversationId, seq: 2 });
    const notice = { type: 'read', conversationId, userId: bob.id, seq: 2 };
    expect(await atAlice.next(isRead)).toEqual(notice);
    expect(await atBobToo.next(isRead)).toEqual(notice);
    expect(await listed(bob, conversationId)).toMatchObject({ readSeq: 2, unreadCount: 1, peerReadSeq: 3 });
    expect(await listed(alice, conversationId)).toMatchObject({ readSeq: 3, unreadCount: 0, peerReadSeq: 2 });

    // Back, again, and beyond what there is.
    for (const seq of [1, 2, 999]) atBob.send({ type: 'read', conversationId, seq });
    expect(await atAlice.next(isRead)).toMatchObject({ seq: 3 });
    expect(await atBobToo.next(isRead)).toMatchObject({ seq: 3 });
    await Promise.all([atAlice, atBob, atBobToo, ...seeds].map((client) => client.fence()));
    expect(atAlice.received.filter(isRead)).toHaveLength(2);
    expect(atBob.received.filter(isRead)).toEqual([]);
    for (const seed of seeds) expect(seed.received.filter(({ type }) => type === 'read')).toEqual([]);
    await closeAll(atAlice, atBob, atBobToo, ...seeds);
  });

  test('of others and of nothing: an error that says what it is about, and no notice', async () => {
    const [atAlice, atMallory] = [await v1(alice), await v1(mallory)];
    const ofTwo = await say(atAlice, { chatType: 2, recvId: bob.id }, ['a secret']);
    await group('closed', alice, bob);
    await say(atAlice, { chatType: 1, conversationId: 'closed' }, ['1']);
    for (const conversationId of ['closed', 'nowhere']) {
      atMallory.send({ type: 'read', conversationId, seq: 1 });
      expect(await atMallory.next(isError)).toMatchObject({
        code: 'not_member',
        about: { type: 'read', conversationId, seq: 1 },
      });
      const readers = await mallory.request(
        `GET /v1/chat/readers?conversationId=${conversationId}&seq=1&limit=9`,
      );
      expect(readers).toMatchObject({ status: 403, error: 'not_member' });
      const marked = await mallory.request('POST /v1/chat/read', { conversationId, seq: 1 });
      expect(marked).toMatchObject({ status: 403, error: 'not_member' });
    }
    atMallory.send({ type: 'read', conversationId: ofTwo, seq: 1 });
    atMallory.send({ type: 'read', conversationId: ofTwo, seq: 0 });
    expect(await atMallory.next(isError)).toMatchObject({ code: 'invalid_field', field: 'seq' });
    await Promise.all([atAlice.fence(), atMallory.fence()]);
    expect(atAlice.received.filter(isRead)).toEqual([]);
    const unknown = await mallory.request<{ count: number }>(
      `GET /v1/chat/readers?conversationId=${ofTwo}&seq=1`,
    );
    expect(unknown.data).toEqual({ count: 0, readers: [] });
    await closeAll(atAlice, atMallory);
  });

  test('a seed’s page that opens the conversation: its peer gets the receipt', async () => {
    const atCarol = await v1(carol);
    const conversationId = await say(atCarol, { chatType: 2, recvId: bob.id }, ['1', '2']);
    await bob.request(`GET /v1/chat/messages?targetUserId=${carol.id}&chatType=2&page=1&count=20`);
    expect(await atCarol.next(isRead)).toEqual({ type: 'read', conversationId, userId: bob.id, seq: 2 });
    // A page by cursor is none that was looked at.
    await say(atCarol, { chatType: 2, recvId: bob.id }, ['3']);
    await bob.request(`GET /v1/chat/messages?conversationId=${conversationId}&afterSeq=0&limit=20`);
    expect(await listed(bob, conversationId)).toMatchObject({ readSeq: 2, unreadCount: 1 });
    const marked = await bob.request('POST /v1/chat/read', { conversationId, seq: 3 });
    expect(marked).toMatchObject({ status: 200, data: { readSeq: 3 } });
    expect(await atCarol.next(isRead)).toMatchObject({ seq: 3 });
    await closeAll(atCarol);
  });

  test('of a group: to the authors of what was read, once a second; names and counts on request', async () => {
    await group('team', alice, bob, carol, mallory);
    const clients = [await v1(alice), await v1(bob), await v1(carol), await v1(mallory)];
    const [atAlice, atBob, atCarol, atMallory] = clients as [Client, Client, Client, Client];
    const team = { chatType: 1, conversationId: 'team' };
    await say(atAlice, team, ['1', '2']);
    await say(atBob, team, ['3']);

    atCarol.send({ type: 'read', conversationId: 'team', seq: 2 });
    const hint = { type: 'read', conversationId: 'team', userId: carol.id, seq: 2 };
    expect(await atAlice.next(isRead)).toEqual(hint);
    // Within the same second: not lost, but told together, with whoever is furthest.
    atMallory.send({ type: 'read', conversationId: 'team', seq: 3 });
    atBob.send({ type: 'read', conversationId: 'team', seq: 1 });
    expect(await atBob.next(isRead)).toEqual({ ...hint, userId: mallory.id, seq: 3 });
    expect(await atAlice.next(isRead)).toEqual({ ...hint, userId: mallory.id, seq: 3 });
    expect(atAlice.received.filter(isRead)).toHaveLength(2);
    for (const client of [atCarol, atMallory]) expect(client.received.filter(isRead)).toEqual([]);

    const readers = await alice.request('GET /v1/chat/readers?conversationId=team&seq=2&limit=2');
    const [first, second] = [bob, carol].map(({ id, name }) => ({ id, name }));
    expect(readers.data).toEqual({ count: 3, readers: [first, second] });
    expect(await listed(carol, 'team')).toMatchObject({ readSeq: 2, unreadCount: 1, peerReadSeq: null });
    await closeAll(...clients);
  });

  async function group(groupId: string, owner: Actor, ...others: readonly Actor[]): Promise<void> {
    const memberIds = others.map(({ id }) => id);
    const made = await owner.request('POST /v1/group/create', { groupId, groupName: groupId, memberIds });
    expect(made).toMatchObject({ code: 200 });
  }
});

const isRead = (frame: AnyFrame): boolean => frame.type === 'read';
const isError = (frame: AnyFrame): boolean => frame.type === 'error';

function v1(actor: Actor): Promise<Client> {
  return actor.connect({ v1: true, tokenIn: 'subprotocol' });
}

/** Sends these and waits until they are stored; gives their conversation. */
async function say(client: Client, to: object, contents: readonly string[]): Promise<string> {
  let conversationId = '';
  for (const content of contents) {
    const ack = await client.ask({ ...to, content, clientMsgId: `${performance.now()}` });
    expect(ack).toMatchObject({ type: 'ack' });
    conversationId = String(ack['conversationId']);
  }
  return conversationId;
}

async function listed(actor: Actor, conversationId: string): Promise<Record<string, unknown> | undefined> {
  const { data } = await actor.request<{ list: Record<string, unknown>[] }>(
    'GET /v1/chat/conversations?page=1&count=100',
  );
  return data.list.find(({ id }) => id === conversationId);
}

async function closeAll(...clients: readonly Client[]): Promise<void> {
  await Promise.all(clients.map((client) => client.close()));
}
