import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { signOperatorToken } from '../../src/server/auth/operator-token.ts';
import type { AdminAnswer } from '../../src/protocol/admin.ts';
import { type Actor, type Answer, register, request } from '../support/api.ts';
import { startChatd, type Chatd } from '../support/chatd.ts';
import type { Client, ConnectOptions } from '../support/client.ts';

/** `wait: delivered`: an operator knows who has a message for sure, because a ping behind it was answered. */
describe('a message that is waited for', () => {
  let chatd: Chatd;
  let alice: Actor;
  let bob: Actor;
  let carol: Actor;
  let client: Client;

  beforeAll(async () => {
    chatd = await startChatd();
    [alice, bob, carol] = [
      await register(chatd, 'alice'),
      await register(chatd, 'bob'),
      await register(chatd, 'carol'),
    ];
    client = await alice.connect();
  });

  afterAll(() => chatd?.dispose());

  test('is delivered when the ping behind it was answered', async () => {
    const { data } = await send({ to: alice.id, content: 'one' });
    expect(data).toMatchObject({
      storedAfterMs: expect.any(Number),
      audience: { online: 1, offline: 0 },
      delivery: {
        delivered: 1,
        missed: 0,
        connections: [
          { connection: expect.stringMatching(/^c-/), user: { id: alice.id, name: 'alice' }, client: 'seed' },
        ],
      },
    });
    expect(data.delivery?.connections[0]?.afterMs).toBeLessThan(5000);
    expect(await client.nextMessage()).toMatchObject({ content: 'one' });
  });

  test('is missed by who does not answer in time, whatever else he took', async () => {
    await open(bob, { autoPong: false });
    const { data } = await send({ to: bob.id, content: 'two', waitMs: 200 });
    expect(data.delivery).toMatchObject({ delivered: 0, missed: 1 });
    expect(data.delivery?.connections[0]).not.toHaveProperty('afterMs');
  });

  test('is missed by who goes meanwhile, at once', async () => {
    const leaving = await open(bob, { autoPong: false });
    leaving.socket.on('ping', () => leaving.socket.terminate());
    const since = Date.now();
    const { data } = await send({ to: bob.id, content: 'three', waitMs: 15_000 });
    expect(data.delivery).toMatchObject({ delivered: 0, missed: 1 });
    expect(Date.now() - since).toBeLessThan(10_000);
  });

  test('to a group counts all connections but the author’s, those that missed it first', async () => {
    const group = 'waited';
    await alice.request('POST /v1/group/create', {
      groupId: group,
      groupName: group,
      memberIds: [bob.id, carol.id],
    });
    await open(carol, { v1: true });
    await open(await bob.signIn(), { autoPong: false });
    const { data } = await send({ as: alice.id, group, content: 'four', waitMs: 300 });
    expect(data.delivery).toMatchObject({
      delivered: 1,
      missed: 1,
      connections: [
        { user: { name: 'bob' } },
        { user: { name: 'carol' }, client: 'v1', afterMs: expect.any(Number) },
      ],
    });
    expect(await client.nextMessage()).toMatchObject({ content: 'four' });
  });

  test('to nobody who is online is stored, and delivered to none', async () => {
    const dave = await register(chatd, 'dave');
    const { data } = await send({ to: dave.id, content: 'five', waitMs: 10_000 });
    expect(data).toMatchObject({
      audience: { online: 0, offline: 1 },
      delivery: { delivered: 0, missed: 0, connections: [] },
    });
  });

  test('the lobby is probed as a whole, again and again, and nobody is closed for answering', async () => {
    for (let round = 0; round < 40; round += 1) {
      const { data } = await send({ group: 'all', content: `round ${round}`, waitMs: 5000 });
      expect(data.delivery).toMatchObject({ delivered: 1, missed: 0 });
    }
    await client.fence();
  });

  async function open(actor: Actor, options: ConnectOptions): Promise<Client> {
    const opened = await actor.connect(options);
    onTestFinished(async () => {
      if (opened.socket.readyState === opened.socket.OPEN) await opened.close();
    });
    return opened;
  }

  function send(message: object): Promise<Answer<AdminAnswer<'message.send'>>> {
    const token = signOperatorToken(chatd.secret, 'deploy@srv', Date.now());
    return request(chatd, 'POST /v1/admin/messages', { token, body: { ...message, wait: 'delivered' } });
  }
});
