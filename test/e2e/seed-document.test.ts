import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { register, request, signInRoot, type Actor } from '../support/api.ts';
import { startChatd, type Chatd } from '../support/chatd.ts';
import { connect, UpgradeRefused } from '../support/client.ts';
import { engines, type TestDatabase } from '../support/databases.ts';
import { createSeedFrontEnd } from '../support/seed-front-end.ts';
import { startWscat } from '../support/wscat.ts';

/**
 * The seed's document, section by section, against chatd: its frames and its commands, as they stand there.
 * docs/seed.md maps the document to these stories.
 */
describe.each(engines())("the seed's document, on $name", (engine) => {
  let database: TestDatabase;
  let chatd: Chatd;
  let alice: Actor;
  let bob: Actor;
  let mallory: Actor;

  beforeAll(async () => {
    database = await engine.createDatabase();
    chatd = await startChatd({ dsn: database.dsn, config: { Name: 'backend-api' } });
    alice = await register(chatd, 'alice');
    bob = await register(chatd, 'bob');
    mallory = await register(chatd, 'mallory');
  });

  afterAll(async () => {
    await chatd?.dispose();
    await database?.drop();
  });

  test('architecture: one configuration, an HTTP door and a WebSocket door, users found by connection and back', async () => {
    const ping = await fetch(`${chatd.http}/ping`);
    expect(await ping.json()).toEqual({ message: 'pong' });

    // user -> connection: what bob is sent arrives on the connection he has now, not on one he had.
    const earlier = await bob.connect();
    await earlier.close();
    const [fromAlice, toBob] = [await alice.connect(), await bob.connect()];
    fromAlice.send({ chatType: 2, recvId: bob.id, content: 'found you', contentType: 1 });
    expect(await toBob.nextMessage()).toMatchObject({ content: 'found you' });
    expect(earlier.received).toEqual([]);

    // connection -> user: what comes in on a connection is that user's.
    toBob.send({ chatType: 2, recvId: alice.id, content: 'and you', contentType: 1 });
    expect(await fromAlice.nextMessage()).toMatchObject({ sendId: bob.id, content: 'and you' });
    await Promise.all([fromAlice.close(), toBob.close()]);
  });

  test('connecting: ?token= in the query, the header websocket: <jwt>, and nobody without', async () => {
    for (const tokenIn of ['query', 'header', 'bearer'] as const) {
      const client = await alice.connect({ tokenIn });
      await client.fence();
      await client.close();
    }
    await expect(connect(chatd)).rejects.toMatchObject({ status: 401 });
    await expect(connect(chatd, { token: 'not.a.token' })).rejects.toBeInstanceOf(UpgradeRefused);
  });

  test('message format: the six keys of the seed, and what chatd adds', async () => {
    const [fromAlice, toBob] = [await alice.connect(), await bob.connect()];
    fromAlice.send({
      conversationId: '',
      recvId: bob.id,
      sendId: alice.id,
      chatType: 2,
      content: '你好, 这是一条测试消息',
      contentType: 1,
    });
    const message = await toBob.nextMessage();
    expect(message).toMatchObject({
      recvId: bob.id,
      sendId: alice.id,
      chatType: 2,
      content: '你好, 这是一条测试消息',
      contentType: 1,
    });
    expect(message['conversationId']).toMatch(/^[A-Za-z0-9_-]{22}$/);
    expect(message['id']).toMatch(/^[1-9][0-9]*$/);
    expect(message['seq']).toBeGreaterThan(0);
    expect(Math.abs(Number(message['sentAt']) - Date.now())).toBeLessThan(60_000);
    expect(Object.keys(message).toSorted()).toEqual(
      [
        'chatType',
        'content',
        'contentType',
        'conversationId',
        'id',
        'recvId',
        'sendId',
        'sentAt',
        'seq',
      ].toSorted(),
    );

    fromAlice.send('not json');
    expect(await fromAlice.next()).toMatchObject({
      type: 'error',
      code: 'invalid_json',
      error: '消息格式错误',
    });
    fromAlice.send({ chatType: 3, recvId: bob.id, content: 'x' });
    expect(await fromAlice.next()).toMatchObject({ error: '不支持的聊天类型' });
    await Promise.all([fromAlice.close(), toBob.close()]);
  });

  test('private flow: to the other alone, stored, and there for one who was away', async () => {
    const [fromAlice, atMallory] = [await alice.connect(), await mallory.connect()];
    const content = 'bob is away';
    const ack = await fromAlice.ask({
      chatType: 2,
      recvId: bob.id,
      content,
      contentType: 1,
      clientMsgId: 'away-1',
    });
    expect(ack).toMatchObject({ type: 'ack', clientMsgId: 'away-1' });

    const history = await bob.request<{
      list: { id: number; content: string; sendId: string; sendName: string }[];
    }>(`GET /v1/chat/messages?targetUserId=${alice.id}&chatType=2&page=1&count=20`);
    expect(history.data.list.at(-1)).toMatchObject({
      id: Number(ack['id']),
      content,
      sendId: alice.id,
      sendName: 'alice',
    });

    // Neither the sender's own connection nor a third user is shown it.
    await Promise.all([fromAlice.fence(), atMallory.fence()]);
    expect([...fromAlice.received, ...atMallory.received].filter((frame) => 'content' in frame)).toEqual([]);
    await Promise.all([fromAlice.close(), atMallory.close()]);
  });

  test('group flow: no conversationId is the lobby "all"; a group reaches its members and its sender', async () => {
    const clients = await Promise.all([alice.connect(), bob.connect(), mallory.connect()]);
    const [fromAlice, atBob, atMallory] = clients;
    fromAlice.send({ conversationId: '', recvId: '', chatType: 1, content: '大家好', contentType: 1 });
    for (const client of clients) {
      expect(await client.nextMessage()).toMatchObject({
        conversationId: 'all',
        recvId: '',
        sendId: alice.id,
        chatType: 1,
        content: '大家好',
      });
    }

    const groupId = 'team-1';
    const created = await alice.request('POST /v1/group/create', {
      groupId,
      groupName: '一组',
      memberIds: [bob.id],
    });
    expect(created).toMatchObject({ status: 200, code: 200 });
    const notice = await atBob.next((frame) => frame.chatType === 99);
    expect(notice).toMatchObject({
      systemType: 'group_create',
      groupInfo: { groupId, groupName: '一组', creatorId: alice.id },
    });

    fromAlice.send({ conversationId: groupId, chatType: 1, content: 'only us', contentType: 1 });
    for (const client of [fromAlice, atBob]) {
      expect(await client.nextMessage()).toMatchObject({
        conversationId: groupId,
        content: 'only us',
        seq: 1,
      });
    }
    expect(
      await atMallory.ask({ conversationId: groupId, chatType: 1, content: 'let me in', clientMsgId: 'm-1' }),
    ).toMatchObject({ type: 'error', code: 'not_member' });
    await atMallory.fence();
    expect(atMallory.received.filter((frame) => frame['conversationId'] === groupId)).toEqual([]);
    await Promise.all(clients.map((client) => client.close()));
  });

  test("start-up: the seed's three lines, with the addresses the doors have", () => {
    const said = chatd.output.text;
    expect(said).toContain(`Starting HTTP API server at 127.0.0.1:${chatd.httpPort}...`);
    expect(said).toContain(`Swagger UI: http://127.0.0.1:${chatd.httpPort}/swagger/index.html`);
    expect(said).toContain(`启动 WebSocket 服务: 127.0.0.1:${chatd.wsPort}`);
  });

  test('security: the sender is who the token says, whatever the frame says', async () => {
    const [fromMallory, toBob] = [await mallory.connect(), await bob.connect()];
    fromMallory.send({
      chatType: 2,
      recvId: bob.id,
      sendId: alice.id,
      content: 'I am alice',
      contentType: 1,
    });
    expect(await toBob.nextMessage()).toMatchObject({ sendId: mallory.id, content: 'I am alice' });
    await Promise.all([fromMallory.close(), toBob.close()]);
  });

  test('security: single sign-on, the later sign-in wins and the earlier token is kept out', async () => {
    const first = await alice.connect();
    const later = await alice.signIn();
    const second = await later.connect();
    expect(await first.closed).toMatchObject({ code: 4510, reason: expect.stringMatching(/^replaced\b/) });
    await expect(alice.connect()).rejects.toMatchObject({ status: 409 });

    const fromBob = await bob.connect();
    fromBob.send({ chatType: 2, recvId: alice.id, content: 'to the new one', contentType: 1 });
    expect(await second.nextMessage()).toMatchObject({ content: 'to the new one' });
    await Promise.all([second.close(), fromBob.close()]);
    alice = later;
  });

  test('connection life cycle: connect, ping, message, disconnect, and the maps are clean again', async () => {
    const client = await alice.connect();
    client.send({ type: 'ping' });
    await client.fence();
    // The seed's ping is not answered: its front end has no use for the answer.
    expect(client.received.map((frame) => frame.type)).toEqual(['pong']);
    await client.close();
    // The connection it had is not replaced by the next one, because it is gone.
    const next = await alice.connect();
    await next.fence();
    await next.close();
    const line = /"connection_closed"|connection_closed/;
    expect(chatd.output.text).toMatch(line);
  });

  test('tests with wscat: two terminals, the header and the query, private and group', async () => {
    const one = await startWscat(`wscat --no-color -c "${chatd.ws}/ws" -H "websocket: ${alice.token}"`);
    const two = await startWscat(`wscat --no-color -c "${chatd.ws}/ws?token=${bob.token}"`);
    one.type(`{"conversationId":"","recvId":"${bob.id}","chatType":2,"content":"你好 bob","contentType":1}`);
    expect(await two.shows((frame) => frame['content'] === '你好 bob')).toMatchObject({
      sendId: alice.id,
      recvId: bob.id,
      chatType: 2,
    });
    two.type('{"conversationId":"all","recvId":"","chatType":1,"content":"大家好!","contentType":1}');
    const isTheGroups = (frame: Record<string, unknown>) =>
      frame['content'] === '大家好!' && frame['sendId'] === bob.id;
    expect(await one.shows(isTheGroups)).toMatchObject({ conversationId: 'all', chatType: 1 });
    await two.shows(isTheGroups);
    await Promise.all([one.quit(), two.quit()]);
  });

  test("front-end use: the seed's page signs in, chats, pages through history", async () => {
    const page = createSeedFrontEnd(chatd, 10);
    await page.signIn(bob.name, bob.password);
    await page.openPage();
    const fromAlice = await alice.connect();
    fromAlice.send({ chatType: 2, recvId: bob.id, content: 'on your page', contentType: 1 });
    await page.until(({ shown }) => shown.some((message) => message['content'] === 'on your page'), 50);

    page.send({
      conversationId: 'all',
      recvId: '',
      sendId: bob.id,
      chatType: 1,
      content: 'from my page',
      contentType: 1,
    });
    await page.until(({ shown }) => shown.some((message) => message['content'] === 'from my page'), 50);

    const list = (await page.call('GET', '/v1/chat/conversations?page=1&count=20')) as {
      list: { type: number }[];
    };
    expect(list.list.map(({ type }) => type)).toEqual(expect.arrayContaining([1, 2]));
    // What the page really asks: a page past the end, and no conversation.
    const past = await page.call(
      'GET',
      `/v1/chat/messages?targetUserId=${alice.id}&chatType=2&page=17&count=2`,
    );
    expect(past).toMatchObject({ list: expect.any(Array), count: 2 });
    expect(await page.call('GET', '/v1/chat/messages?conversationId=&page=1&count=20')).toMatchObject({
      list: [],
    });
    expect(page.notes).toEqual([]);

    // Refusals come at HTTP 200, and it reads them; only a dead token logs it out.
    await page.call('GET', '/v1/chat/messages?conversationId=no-such-group&chatType=1&page=1&count=20');
    expect(page.notes).toEqual(['群组不存在或您不在该群组中']);
    expect(page.signedIn).toBe(true);
    await page.shutDown();
    await fromAlice.close();
  });

  test('to-do, group membership: only members send, receive and read, from their joining to their leaving', async () => {
    const groupId = 'todo-members';
    await alice.request('POST /v1/group/create', { groupId, groupName: 'members', memberIds: [] });
    const [fromAlice, atBob] = [await alice.connect(), await bob.connect()];
    const say = (content: string) =>
      fromAlice.ask({ conversationId: groupId, chatType: 1, content, contentType: 1, clientMsgId: content });
    await say('before');
    await alice.request('POST /v1/group/members/add', { groupId, memberIds: [bob.id] });
    await say('while');
    expect(await atBob.nextMessage()).toMatchObject({ content: 'while', seq: 2 });
    await alice.request(`DELETE /v1/group/${groupId}/members/${bob.id}`);
    await say('after');
    await atBob.fence();
    expect(atBob.received.map((frame) => frame['content'])).not.toContain('after');
    expect(
      await bob.request(`GET /v1/chat/messages?conversationId=${groupId}&chatType=1&page=1&count=20`),
    ).toMatchObject({
      status: 200,
      code: 403,
      error: 'not_member',
    });
    await Promise.all([fromAlice.close(), atBob.close()]);
  });

  test('to-do, read state: unread counts what others wrote, and reading the newest page ends it', async () => {
    const unread = async () => {
      const { data } = await bob.request<{ list: { id: string; name: string; unreadCount: number }[] }>(
        'GET /v1/chat/conversations?page=1&count=50',
      );
      return data.list.find(({ name }) => name === 'mallory')?.unreadCount;
    };
    const fromMallory = await mallory.connect();
    const history = `GET /v1/chat/messages?targetUserId=${mallory.id}&chatType=2&page=1&count=20`;
    await bob.request(history);
    expect(await unread()).toBe(0);
    for (const content of ['one', 'two', 'three']) {
      await fromMallory.ask({
        chatType: 2,
        recvId: bob.id,
        content,
        contentType: 1,
        clientMsgId: `unread-${content}`,
      });
    }
    expect(await unread()).toBe(3);
    await bob.request(history);
    expect(await unread()).toBe(0);
    await fromMallory.close();
  });

  test('to-do, Origin check: pages of other hosts are refused, tools without an Origin are not', async () => {
    const origin = 'https://evil.example';
    await expect(alice.connect({ origin })).rejects.toMatchObject({ status: 403 });
    for (const allowed of ['http://localhost:5173', 'http://127.0.0.1:3000']) {
      const client = await alice.connect({ origin: allowed });
      await client.close();
    }
    const answer = await fetch(`${chatd.http}/v1/user/info`, { headers: { origin } });
    expect(answer.headers.get('access-control-allow-origin')).toBeNull();
  });

  test('beyond it: an administrator makes users on the seed routes, others may not', async () => {
    const root = await signInRoot(chatd);
    expect(root.id).toBe('1');
    const body = { name: 'carol', password: 'carol carol carol' };
    expect(await alice.request('POST /v1/user', body)).toMatchObject({ status: 200, code: 403 });
    expect(await root.request('POST /v1/user', body)).toMatchObject({ status: 200, code: 200 });
    const login = await request<{ status: number; token: string }>(chatd, 'POST /v1/user/login', { body });
    expect(login.data).toMatchObject({ status: 1, name: 'carol', token: expect.any(String) });
  });
});

/** What needs settings of its own; the database plays no part in it. */
describe("the seed's to-do list, on servers of its own", () => {
  test('heartbeat: a peer that answers no ping is dropped, one that does stays', async () => {
    const chatd = await startChatd({ config: { WS: { PingInterval: '300ms', PongTimeout: '300ms' } } });
    const [alice, bob] = [await register(chatd, 'alice'), await register(chatd, 'bob')];
    const dead = await alice.connect({ autoPong: false });
    const live = await bob.connect();
    expect(await dead.closed).toMatchObject({ code: 4012, reason: expect.stringMatching(/^no_pong/) });
    await live.fence();
    await chatd.dispose();
  });

  test('connection limits: over MaxConnectionsPerIp 429, over MaxConnections 503, both with Retry-After', async () => {
    for (const [limit, status] of [
      [{ MaxConnectionsPerIp: 2 }, 429],
      [{ MaxConnections: 2 }, 503],
    ] as const) {
      const chatd = await startChatd({ config: { WS: { ...limit, SingleSignOn: false } } });
      const alice = await register(chatd, 'alice');
      const clients = await Promise.all([alice.connect(), alice.connect()]);
      await expect(alice.connect()).rejects.toMatchObject({
        status,
        headers: { 'retry-after': expect.stringMatching(/^[0-9]+$/) },
      });
      // Whoever leaves makes room.
      await clients[0].close();
      await (await alice.connect()).fence();
      await chatd.dispose();
    }
  });

  test('flow control: a sender who is too fast is slowed, and everything he sent is stored in order', async () => {
    const chatd = await startChatd({ config: { WS: { MessagesPerSecond: 100, MessageBurst: 10 } } });
    const [alice, bob] = [await register(chatd, 'alice'), await register(chatd, 'bob')];
    const [fromAlice, toBob] = [await alice.connect(), await bob.connect()];
    const count = 60;
    for (let n = 1; n <= count; n += 1)
      fromAlice.send({ chatType: 2, recvId: bob.id, content: `${n}`, contentType: 1 });
    for (let n = 1; n <= count; n += 1) {
      expect(await toBob.nextMessage()).toMatchObject({ content: `${n}`, seq: n });
    }
    expect(fromAlice.received).toEqual([]);
    await chatd.dispose();
  });
});
