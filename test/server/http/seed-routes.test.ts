import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ask, type Person, register, registerAdministrator, serve, type Served } from './served.ts';

/** What the seed's front end asks, and the shape of what it gets. */

const ID = expect.stringMatching(/^[1-9]\d*$/);
const SECONDS = expect.toSatisfy((value: number) => Math.abs(value - Date.now() / 1000) < 100_000);

let served: Served;
let root: Person;
let alice: Person;
let bob: Person;

beforeAll(async () => {
  served = await serve();
  root = await registerAdministrator(served, 'root');
  alice = await register(served, 'alice');
  bob = await register(served, 'bob');
});

afterAll(() => served.close());

const as = (person: Person, line: string, body?: unknown) => ask(served, line, { token: person.token, body });

/** `data` of an answer that was done; the whole answer if it was not. */
async function dataOf(answer: Promise<Awaited<ReturnType<typeof ask>>>) {
  const { status, body } = await answer;
  return status === 200 && body.code === 200 && typeof body.msg === 'string' ? body.data : { status, body };
}

const refusal = (code: number, error: string) => ({
  status: 200,
  body: { code, error, msg: expect.any(String), message: expect.any(String) },
});

describe('accounts', () => {
  const signedIn = (name: string) => ({
    status: 1,
    id: ID,
    name,
    token: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
    accessExpire: SECONDS,
    refreshAfter: SECONDS,
  });

  test('register and login give a token and when it ends', async () => {
    const credentials = { name: '王小明', password: 'secret enough' };
    const registered = await dataOf(ask(served, 'POST /v1/user/register', { body: credentials }));
    expect(registered).toEqual(signedIn('王小明'));
    const data = await dataOf(ask(served, 'POST /v1/user/login', { body: credentials }));
    expect(data).toEqual({ ...signedIn('王小明'), id: registered.id });
    expect(data.accessExpire - Math.round(Date.now() / 1000)).toBeCloseTo(86_400, -2);
    expect(data.refreshAfter).toBeLessThan(data.accessExpire);
  });

  test('a taken name, a wrong password, an unknown name', async () => {
    const taken = await ask(served, 'POST /v1/user/register', {
      body: { name: 'ALICE', password: 'long enough' },
    });
    expect(taken).toMatchObject(refusal(409, 'conflict'));
    for (const name of ['alice', 'nobody']) {
      const wrong = await ask(served, 'POST /v1/user/login', { body: { name, password: 'wrong' } });
      expect(wrong).toMatchObject(refusal(400, 'wrong_password'));
      expect(wrong.body.msg).toBe('用户名或密码错误');
    }
  });

  test('info, one user, the list', async () => {
    expect(await dataOf(as(alice, 'GET /v1/user/info'))).toEqual({
      id: alice.id,
      name: 'alice',
      status: 1,
      role: 'user',
    });
    expect(await dataOf(as(alice, `GET /v1/user/${bob.id}`))).toEqual({ id: bob.id, name: 'bob', status: 1 });
    expect(await as(alice, 'GET /v1/user/4242')).toMatchObject(refusal(404, 'not_found'));
    expect(await as(alice, 'GET /v1/user/bob')).toMatchObject(refusal(400, 'invalid_field'));
    const list = await dataOf(as(alice, 'GET /v1/user/list?page=1&count=2'));
    expect(list).toEqual({ count: expect.any(Number), data: [expect.any(Object), expect.any(Object)] });
    expect(list.data[0]).toEqual({ id: ID, name: expect.any(String), status: 1 });
    expect(list.count).toBeGreaterThan(2);
  });

  test.each([
    ['name=LIC', ['alice']],
    ['ids=', undefined],
    [() => `ids=${alice.id},,${bob.id},`, ['alice', 'bob']],
    [() => `ids=${alice.id},${bob.id}`, ['alice', 'bob']],
    [() => `ids=${alice.id}&ids=${bob.id}&name=b`, ['bob']],
    ['ids=4242', []],
    ['name=nobody-like-that', []],
  ])('the list, filtered by %s', async (query, names) => {
    const text = typeof query === 'string' ? query : query();
    const { data, count } = await dataOf(as(alice, `GET /v1/user/list?${text}`));
    const found = data.map((user: { name: string }) => user.name);
    if (names === undefined) expect(found).toContain('alice');
    else expect({ found, count }).toEqual({ found: names, count: names.length });
  });

  test('a profile is one’s own: the name changes, for others too', async () => {
    const carol = await register(served, 'carol');
    const renamed = await dataOf(as(carol, 'PUT /v1/user/profile', { id: carol.id, name: 'Carola' }));
    expect(renamed).toEqual({ id: carol.id, name: 'Carola', status: 1 });
    expect(await dataOf(as(carol, 'GET /v1/user/info'))).toMatchObject({ name: 'Carola' });
    expect(await dataOf(as(carol, 'PUT /v1/user/profile', {}))).toEqual(renamed);
    expect(await as(carol, 'PUT /v1/user/profile', { id: bob.id, name: 'x' })).toMatchObject(
      refusal(403, 'permission_denied'),
    );
    expect(await as(carol, 'PUT /v1/user/profile', { name: 'bob' })).toMatchObject(refusal(409, 'conflict'));
  });

  test('a password: the old one is asked for, and tokens end with it', async () => {
    const dave = await register(served, 'dave');
    const change = { id: dave.id, oldPwd: dave.password, newPwd: 'another password' };
    expect(await as(dave, 'POST /v1/user/password', { ...change, id: bob.id })).toMatchObject(
      refusal(403, 'permission_denied'),
    );
    expect(await as(dave, 'POST /v1/user/password', { ...change, oldPwd: 'wrong' })).toMatchObject(
      refusal(400, 'wrong_password'),
    );
    expect(await dataOf(as(dave, 'POST /v1/user/password', change))).toBe(null);
    expect(await as(dave, 'GET /v1/user/info')).toMatchObject({
      status: 401,
      body: { error: 'unauthorized' },
    });
    const login = ask(served, 'POST /v1/user/login', {
      body: { name: 'dave', password: 'another password' },
    });
    expect(await dataOf(login)).toMatchObject({ status: 1 });
  });

  test('logout ends the token', async () => {
    const erin = await register(served, 'erin');
    expect(await as(erin, 'POST /v1/user/logout')).toMatchObject({
      status: 200,
      body: { code: 200, data: null },
    });
    expect(await as(erin, 'GET /v1/user/info')).toMatchObject({ status: 401, body: { code: 401 } });
  });

  test('registration may be closed', async () => {
    const closed = await serve({ env: { CHATD_AUTH_REGISTRATION: 'closed' } });
    const answer = await ask(closed, 'POST /v1/user/register', {
      body: { name: 'x', password: 'long enough' },
    });
    expect(answer).toMatchObject(refusal(403, 'permission_denied'));
    expect((await ask(closed, 'GET /v1/info')).body.data.registration).toBe('closed');
    await closed.close();
  });
});

describe('administrators', () => {
  test('make, change and remove accounts', async () => {
    const made = await dataOf(as(root, 'POST /v1/user', { name: 'frank', password: 'first password' }));
    expect(made).toEqual({ id: ID, name: 'frank', status: 1 });
    const login = (password: string) =>
      ask(served, 'POST /v1/user/login', { body: { name: 'frank', password } });
    const { token } = await dataOf(login('first password'));

    expect(await dataOf(as(root, 'PUT /v1/user', { id: made.id, name: 'frank', status: 0 }))).toMatchObject({
      status: 0,
    });
    expect(await ask(served, 'GET /v1/user/info', { token })).toMatchObject({
      status: 401,
      body: { msg: '账号已停用' },
    });
    expect(await login('first password')).toMatchObject(refusal(403, 'permission_denied'));
    expect(await dataOf(as(alice, `GET /v1/user/${made.id}`))).toMatchObject({ status: 0 });

    const change = { id: made.id, name: 'franka', status: 1, password: 'second password' };
    expect(await dataOf(as(root, 'PUT /v1/user', change))).toEqual({
      id: made.id,
      name: 'franka',
      status: 1,
    });
    expect(await dataOf(as(root, `DELETE /v1/user/${made.id}`))).toBe(null);
    expect(await as(root, `GET /v1/user/${made.id}`)).toMatchObject(refusal(404, 'not_found'));
    expect(await as(root, `DELETE /v1/user/${made.id}`)).toMatchObject(refusal(404, 'not_found'));
  });

  test('a new account may begin disabled', async () => {
    const body = { name: 'gina', password: 'long enough', status: 0 };
    const made = await dataOf(as(root, 'POST /v1/user', body));
    expect(made).toMatchObject({ name: 'gina', status: 0 });
    const written = served.logged.filter(({ event }) => event === 'operator').map(({ fields }) => fields);
    expect(written).toContainEqual(
      expect.objectContaining({ action: 'user.disable', target: `user:${made.id}`, result: 'ok' }),
    );
  });

  test('are written down, whether it was done or refused', async () => {
    await as(root, 'POST /v1/user', { name: 'hugo', password: 'long enough' });
    await as(root, 'POST /v1/user', { name: 'hugo', password: 'long enough' });
    const written = served.logged.filter(
      ({ event, fields }) => event === 'operator' && fields['target'] === 'user:@hugo',
    );
    const entry = {
      at: expect.any(Number),
      actor: `user:${root.id}`,
      action: 'user.add',
      address: '127.0.0.1',
    };
    expect(written.map(({ fields }) => fields)).toEqual([
      { ...entry, target: 'user:@hugo', result: 'ok' },
      { ...entry, target: 'user:@hugo', result: 'conflict' },
    ]);
    expect(served.logged.map(({ event }) => event)).not.toContain('audit_failed');
  });

  test('never remove themselves, nor disable the last of them', async () => {
    expect(await as(root, `DELETE /v1/user/${root.id}`)).toMatchObject(refusal(409, 'conflict'));
    expect(await as(root, 'PUT /v1/user', { id: root.id, status: 0 })).toMatchObject(
      refusal(409, 'conflict'),
    );
    expect(await dataOf(as(root, 'GET /v1/user/info'))).toMatchObject({ role: 'admin', status: 1 });
  });
});

describe('conversations and history', () => {
  const send = (from: Person, body: object) => as(from, 'POST /v1/chat/messages', body);
  const history = (from: Person, query: string) => dataOf(as(from, `GET /v1/chat/messages?${query}`));
  const listed = async (from: Person, id: string) => {
    const { list } = await dataOf(as(from, 'GET /v1/chat/conversations?page=1&count=200'));
    return list.find((one: { id: string }) => one.id === id);
  };

  test('a private one: sent, listed, read', async () => {
    const [ann, ben] = [await register(served, 'ann'), await register(served, 'ben')];
    const toBen = { chatType: 2, recvId: ben.id, contentType: 1 };
    const sent = await send(ann, { ...toBen, content: '你好', clientMsgId: 'k1' });
    expect(sent.body.data).toEqual({
      id: ID,
      conversationId: expect.stringMatching(/^[\w-]{22}$/),
      seq: 1,
      sentAt: expect.any(Number),
      clientMsgId: 'k1',
      duplicate: false,
    });
    const again = await send(ann, { ...toBen, content: '你好', clientMsgId: 'k1' });
    expect(again.body.data).toEqual({ ...sent.body.data, duplicate: true });
    expect(await send(ann, { ...toBen, content: 'other', clientMsgId: 'k1' })).toMatchObject({
      status: 409,
      body: { code: 409, error: 'id_reused' },
    });
    for (const content of ['two', 'three']) await send(ann, { ...toBen, content });

    const { conversationId } = sent.body.data;
    const unread = await listed(ben, conversationId);
    expect(unread).toEqual({
      id: conversationId,
      type: 2,
      name: 'ann',
      lastMessage: 'three',
      lastMessageTime: SECONDS,
      lastMessageType: 1,
      lastSendId: ann.id,
      lastSentAt: expect.any(Number),
      unreadCount: 3,
      avatar: '',
      memberIds: expect.arrayContaining([ann.id, ben.id]),
      role: '',
      lastSeq: 3,
      readSeq: 0,
      peerReadSeq: 3,
    });
    expect(await listed(ann, conversationId)).toMatchObject({ name: 'ben', unreadCount: 0, readSeq: 3 });

    expect((await history(ben, `conversationId=${conversationId}&afterSeq=1&limit=1`)).list).toMatchObject([
      { seq: 2 },
    ]);
    expect(
      (await history(ben, `conversationId=${conversationId}&beforeSeq=3&limit=1000`)).list,
    ).toMatchObject([{ seq: 1 }, { seq: 2 }]);
    expect(await history(ben, `targetUserId=${ann.id}&chatType=2&page=2&count=2`)).toMatchObject({
      list: [{ seq: 1 }],
      total: 3,
      page: 2,
      count: 2,
    });
    expect(await listed(ben, conversationId)).toMatchObject({ unreadCount: 3, readSeq: 0 });

    const page = await history(ben, `targetUserId=${ann.id}&chatType=2&page=1&count=2`);
    expect(page).toEqual({ list: [expect.any(Object), expect.any(Object)], total: 3, page: 1, count: 2 });
    expect(page.list[1]).toEqual({
      id: expect.any(Number),
      sendId: ann.id,
      sendName: 'ann',
      content: 'three',
      contentType: 1,
      sendTime: SECONDS,
      chatType: 2,
      seq: 3,
      sentAt: expect.any(Number),
    });
    expect(await listed(ben, conversationId)).toMatchObject({ unreadCount: 0, readSeq: 3 });
  });

  test('what the page really asks', async () => {
    expect(await history(alice, 'page=17&count=2&conversationId=')).toEqual({
      list: [],
      total: 0,
      page: 17,
      count: 2,
    });
    expect(await history(alice, `targetUserId=${bob.id}&chatType=2&page=17&count=2`)).toMatchObject({
      list: [],
      count: 2,
    });
    expect(await history(alice, 'targetUserId=4242&chatType=2')).toMatchObject({ list: [], total: 0 });
    expect(await history(alice, 'conversationId=all&chatType=1&startTime=&endTime=')).toMatchObject({
      page: 1,
      count: 20,
    });
  });

  test('times, in seconds and in ms, both ends included', async () => {
    const [cy, di] = [await register(served, 'cy'), await register(served, 'di')];
    const { body } = await send(cy, { chatType: 2, recvId: di.id, content: 'x' });
    const { sentAt } = body.data;
    const total = async (query: string) =>
      (await history(cy, `targetUserId=${di.id}&chatType=2&${query}`)).total;
    expect(await total(`startTime=${sentAt}&endTime=${sentAt}`)).toBe(1);
    expect(await total(`startTime=${sentAt + 1}`)).toBe(0);
    expect(await total(`endTime=${sentAt - 1}`)).toBe(0);
    expect(await total(`startTime=${Math.floor(sentAt / 1000)}`)).toBe(1);
    expect(await total(`endTime=${Math.floor(sentAt / 1000) - 1}`)).toBe(0);
    // The second it was sent in, as `sendTime` says it, to both ends.
    expect(await total(`startTime=${Math.floor(sentAt / 1000)}&endTime=${Math.floor(sentAt / 1000)}`)).toBe(
      1,
    );
    expect(await total('startTime=0&endTime=0')).toBe(1);
  });

  test.each(['no-such-group', '../../etc/passwd', 'x'.repeat(200), '%00', 'g%20g'])(
    'a conversation that is not there: %s',
    async (id) => {
      expect(await as(alice, `GET /v1/chat/messages?conversationId=${id}`)).toMatchObject(
        refusal(403, 'not_member'),
      );
    },
  );

  test('another’s private conversation has nothing to read', async () => {
    const [eve, fay] = [await register(served, 'eve'), await register(served, 'fay')];
    const { body } = await send(eve, { chatType: 2, recvId: fay.id, content: 'between us' });
    expect(await history(bob, `conversationId=${body.data.conversationId}`)).toMatchObject({
      list: [],
      total: 0,
    });
    expect(await history(fay, `conversationId=${body.data.conversationId}`)).toMatchObject({ total: 1 });
  });

  test('sending is limited', async () => {
    const gus = await register(served, 'gus');
    const sends = Array.from({ length: 200 }, (_, n) =>
      send(gus, { chatType: 2, recvId: bob.id, content: `${n}` }),
    );
    const answers = await Promise.all(sends);
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThan(0);
    expect(refused[0]?.headers.get('retry-after')).toBe('1');
    expect(refused[0]?.body).toMatchObject({ error: 'rate_limited', retryAfterMs: expect.any(Number) });
  });
});

describe('groups', () => {
  test('their life', async () => {
    const create = { groupId: 'team', groupName: '团队', memberIds: [bob.id, Number(bob.id)] };
    expect(await dataOf(as(alice, 'POST /v1/group/create', create))).toEqual({
      groupId: 'team',
      groupName: '团队',
      creatorId: alice.id,
      memberIds: [alice.id, bob.id],
    });
    expect(await as(bob, 'POST /v1/group/create', create)).toMatchObject(refusal(409, 'conflict'));
    expect(await dataOf(as(bob, 'GET /v1/group/team/members'))).toEqual([alice.id, bob.id]);
    expect(await dataOf(as(bob, 'GET /v1/group/team/count'))).toEqual({ count: 2 });
    expect(await dataOf(as(bob, `GET /v1/group/team/members/${root.id}/exists`))).toEqual({ exists: false });

    const add = { groupId: 'team', memberIds: [root.id] };
    expect(await as(bob, 'POST /v1/group/members/add', add)).toMatchObject(refusal(403, 'permission_denied'));
    expect(await dataOf(as(alice, 'POST /v1/group/members/add', add))).toEqual({ joined: [root.id] });
    expect(await dataOf(as(root, `GET /v1/group/team/members/${root.id}/exists`))).toEqual({ exists: true });
    expect(await as(bob, `DELETE /v1/group/team/members/${root.id}`)).toMatchObject(
      refusal(403, 'permission_denied'),
    );
    expect(await dataOf(as(root, `DELETE /v1/group/team/members/${root.id}`))).toBe(null);
    expect(await as(root, 'GET /v1/group/team/members')).toMatchObject(refusal(403, 'not_member'));
  });

  test.each(['members', 'count', 'members/1/exists'])('a group one is not in has no %s', async (what) => {
    await as(alice, 'POST /v1/group/create', { groupId: 'hers', groupName: 'hers' });
    const [other, none] = [
      await as(bob, `GET /v1/group/hers/${what}`),
      await as(bob, `GET /v1/group/none/${what}`),
    ];
    expect(other).toMatchObject(refusal(403, 'not_member'));
    expect(other.text).toBe(none.text);
  });

  test('the lobby is everybody', async () => {
    expect(await dataOf(as(bob, 'GET /v1/group/all/members'))).toContain(alice.id);
    expect(await dataOf(as(bob, `GET /v1/group/all/members/${alice.id}/exists`))).toEqual({ exists: true });
    expect((await dataOf(as(bob, 'GET /v1/group/all/count'))).count).toBeGreaterThan(2);
  });
});

describe('the server', () => {
  test('ping has no envelope', async () => {
    const { status, body } = await ask(served, 'GET /ping');
    expect({ status, body }).toEqual({ status: 200, body: { message: 'pong' } });
  });

  test('info needs no token', async () => {
    const { data } = (await ask(served, 'GET /v1/info')).body;
    expect(data).toEqual({
      name: 'chatd',
      version: '9.9.9',
      wsUrl: 'ws://127.0.0.1:9000/ws',
      registration: 'open',
    });
  });

  test('healthz and readyz', async () => {
    expect(await ask(served, 'GET /healthz')).toMatchObject({ status: 200 });
    expect(await ask(served, 'GET /readyz')).toMatchObject({ status: 200 });
    served.draining = true;
    expect(await ask(served, 'GET /healthz')).toMatchObject({ status: 200 });
    expect(await ask(served, 'GET /readyz')).toMatchObject({
      status: 503,
      body: { code: 503, error: 'draining' },
    });
    served.draining = false;
  });

  test.each([
    'POST /v1/chat',
    'GET /v1/todo',
    'GET /v1/todo/list?page=1',
    'POST /v1/todo',
    'PUT /v1/approval/1',
    'GET /v1/approval/list',
    'DELETE /v1/department/3',
    'GET /v1/department/soa',
  ])('%s is not chat, whatever is sent', async (line) => {
    const body = line.startsWith('GET') ? undefined : 'no JSON';
    const answer = await ask(served, line, { body });
    expect(answer).toMatchObject(refusal(404, 'not_part_of_chatd'));
    expect(answer.body.msg).toBe('此功能不由 chatd 提供');
  });

  test('beyond the seed, English is spoken to who asks for it', async () => {
    const headers = { 'accept-language': 'en-GB,zh;q=0.5' };
    const beyond = await ask(served, 'POST /v1/user/logout', { headers });
    const seed = await ask(served, 'GET /v1/user/info', { headers });
    expect([beyond.body.msg, seed.body.msg]).toEqual(['not signed in', '未登录或登录已失效']);
    expect((await ask(served, 'GET /v1/info', { headers })).body.msg).toBe('ok');
    expect((await ask(served, 'GET /nowhere', { headers })).body.msg).toBe('not found');
    expect((await ask(served, 'GET /nowhere')).body.msg).toBe('不存在');
  });
});
