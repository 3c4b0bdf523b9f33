import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { register, signInRoot, type Actor } from '../support/api.ts';
import { startChatd, type Chatd } from '../support/chatd.ts';
import type { Client, ConnectOptions } from '../support/client.ts';

/** One live connection a user, by the rule that lets the seed's front end come to rest; and the ends of tokens. */
describe('single sign-on', () => {
  let chatd: Chatd;
  let alice: Actor;
  let bob: Actor;
  let stories = 0;

  beforeAll(async () => {
    chatd = await startChatd();
  });

  // Every story has an alice and a bob of its own.
  beforeEach(async () => {
    stories += 1;
    alice = await register(chatd, `alice-${stories}`);
    bob = await register(chatd, `bob-${stories}`);
  });

  afterAll(() => chatd?.dispose());

  test('different tokens: the later sign-in wins, the earlier token stays out until its user signs in again', async () => {
    const first = await open(alice);
    const later = await alice.signIn();
    const second = await open(later);
    expect(await first.closed).toMatchObject({ code: 4510, reason: expect.stringMatching(/^replaced\b/) });

    await expect(alice.connect()).rejects.toMatchObject({ status: 409 });
    // A browser cannot read a refused upgrade: a chatd.v1 client is let in and told by the close code.
    const refused = await open(alice, { v1: true });
    expect(await refused.closed).toMatchObject({ code: 4510, reason: expect.stringMatching(/^replaced\b/) });
    await second.fence();

    const third = await open(await alice.signIn());
    expect(await second.closed).toMatchObject({ code: 4510 });
    await third.fence();
  });

  test('an earlier token never replaces a later sign-in, even if it was never connected before', async () => {
    const later = await alice.signIn();
    const live = await open(later);
    await expect(alice.connect()).rejects.toMatchObject({ status: 409 });
    await live.fence();
  });

  test('the same token: the first takeover replaces, within 30 s more of it live side by side, at most four', async () => {
    const first = await open(alice);
    const second = await open(alice);
    expect(await first.closed).toMatchObject({ code: 4510 });
    const others = [await open(alice), await open(alice), await open(alice)];
    await expect(alice.connect()).rejects.toMatchObject({ status: 409 });
    const live = [second, ...others];
    const fromBob = await open(bob);
    fromBob.send({ chatType: 2, recvId: alice.id, content: 'to each of you', contentType: 1 });
    for (const client of live)
      expect(await client.nextMessage()).toMatchObject({ content: 'to each of you' });
  });

  test('the old one is off the live list at once, and its late end does not take the new one off', async () => {
    const first = await open(alice);
    // It does not read: the close frame waits, and its end comes long after the takeover.
    first.socket.pause();
    const second = await open(await alice.signIn());
    const fromBob = await open(bob);
    fromBob.send({ chatType: 2, recvId: alice.id, content: 'one', contentType: 1 });
    expect(await second.nextMessage()).toMatchObject({ content: 'one' });
    first.socket.resume();
    expect(await first.closed).toMatchObject({ code: 4510 });
    expect(first.received).toEqual([]);
    fromBob.send({ chatType: 2, recvId: alice.id, content: 'two', contentType: 1 });
    expect(await second.nextMessage()).toMatchObject({ content: 'two' });
  });

  test('what the old one had sent is stored and acked before it goes', async () => {
    const first = await open(alice);
    const toBob = await open(bob);
    for (let n = 1; n <= 100; n += 1) {
      first.send({ chatType: 2, recvId: bob.id, content: `${n}`, contentType: 1, clientMsgId: `${n}` });
    }
    await first.next();
    await open(await alice.signIn());
    await first.closed;
    const acked = first.received.filter((frame) => frame.type === 'ack').map((frame) => frame['clientMsgId']);
    for (const content of acked) expect(await toBob.nextMessage()).toMatchObject({ content });
    await toBob.fence();
    // Nothing was stored and delivered that its sender was not told of.
    expect(toBob.received.filter((frame) => frame.chatType === 2)).toHaveLength(acked.length);
  });

  test('logout and a new password end the tokens before them and their connections with 4511', async () => {
    const client = await open(alice);
    expect(await alice.request('POST /v1/user/logout')).toMatchObject({ code: 200 });
    expect(await client.closed).toMatchObject({ code: 4511, reason: expect.stringMatching(/^logged_out/) });
    await expect(alice.connect()).rejects.toMatchObject({ status: 401 });
    expect(await alice.request('GET /v1/user/info')).toMatchObject({ status: 401 });

    const connected = await open(bob);
    const body = { id: bob.id, oldPwd: bob.password, newPwd: 'a very new password' };
    expect(await bob.request('POST /v1/user/password', body)).toMatchObject({ code: 200 });
    expect(await connected.closed).toMatchObject({ code: 4511 });
    await expect(bob.connect()).rejects.toMatchObject({ status: 401 });
  });

  test('disabling an account ends it with 4512; enabling it lets it sign in again', async () => {
    const client = await open(alice);
    expect(await chatd.cli('user', 'disable', alice.id, '--yes')).toMatchObject({ code: 0 });
    expect(await client.closed).toMatchObject({
      code: 4512,
      reason: expect.stringMatching(/^account_disabled/),
    });
    await expect(alice.connect()).rejects.toMatchObject({ status: 403 });
    expect(await alice.request('GET /v1/user/info')).toMatchObject({ status: 401 });
    expect(await chatd.cli('user', 'enable', alice.id)).toMatchObject({ code: 0 });
    await (await open(await alice.signIn())).fence();
  });

  test('an administrator who is demoted is one no longer, at once', async () => {
    expect(await chatd.cli('user', 'promote', alice.id, '--yes')).toMatchObject({ code: 0 });
    const admin = await alice.signIn();
    const body = { name: 'carol', password: 'carol carol carol' };
    expect(await admin.request('POST /v1/user', body)).toMatchObject({ code: 200 });
    expect(await chatd.cli('user', 'demote', alice.id, '--yes')).toMatchObject({ code: 0 });
    expect(await admin.request('POST /v1/user', { ...body, name: 'dave' })).toMatchObject({ status: 401 });
    // The last administrator stays one.
    expect(await chatd.cli('user', 'demote', '@root', '--yes')).toMatchObject({ code: 1 });
    await signInRoot(chatd);
  });

  async function open(actor: Actor, options: ConnectOptions = {}): Promise<Client> {
    const client = await actor.connect(options);
    onTestFinished(() => client.socket.terminate());
    return client;
  }
});

test('WS.SingleSignOn: false lets a user have several connections, and every one receives', async () => {
  const chatd = await startChatd({ config: { WS: { SingleSignOn: false } } });
  onTestFinished(() => chatd.dispose());
  const [alice, bob] = [await register(chatd, 'alice'), await register(chatd, 'bob')];
  const clients = [
    await alice.connect(),
    await (await alice.signIn()).connect(),
    await alice.connect({ v1: true }),
  ];
  const fromBob = await bob.connect();
  fromBob.send({ chatType: 2, recvId: alice.id, content: 'hello all of you', contentType: 1 });
  for (const client of clients)
    expect(await client.nextMessage()).toMatchObject({ content: 'hello all of you' });
  // What alice writes on one of them, her others are shown.
  clients[0]?.send({ chatType: 2, recvId: bob.id, content: 'from my phone', contentType: 1 });
  for (const client of clients.slice(1))
    expect(await client.nextMessage()).toMatchObject({ content: 'from my phone' });
  await clients[0]?.fence();
  expect(clients[0]?.received.filter((frame) => frame['content'] === 'from my phone')).toEqual([]);
});
