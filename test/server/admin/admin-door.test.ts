import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { toUserId } from '../../../src/protocol/ids.ts';
import { signOperatorToken } from '../../../src/server/auth/operator-token.ts';
import { signToken } from '../../../src/server/auth/token.ts';
import { type Actor, register, request, signInRoot } from '../../support/api.ts';
import { type Chatd, startChatd } from '../../support/chatd.ts';

/** `/v1/admin`, at a real server: who gets in, and what is kept of it. */

let chatd: Chatd;
let root: Actor;
let alice: Actor;
let mallory: Actor;

beforeAll(async () => {
  chatd = await startChatd({ config: { TrustedProxies: ['10.1.1.1'] } });
  root = await signInRoot(chatd);
  alice = await register(chatd, 'alice');
  mallory = await register(chatd, 'mallory');
});

afterAll(() => chatd.dispose());

const operator = (subject = 'deploy@srv', at = Date.now()) => signOperatorToken(chatd.secret, subject, at);
const ask = (
  route: string,
  token: string | undefined,
  more: { body?: unknown; headers?: Record<string, string> } = {},
) => request(chatd, route, { ...more, ...(token === undefined ? {} : { token }) });

describe('who gets in', () => {
  test('operators, and administrators', async () => {
    for (const token of [operator(), root.token]) {
      expect(await ask('GET /v1/admin/users', token)).toMatchObject({
        status: 200,
        code: 200,
        data: { total: 3 },
      });
    }
  });

  test.each<[string, () => string | undefined, number, string]>([
    ['nobody', () => undefined, 401, 'unauthorized'],
    ['a user', () => mallory.token, 403, 'permission_denied'],
    ['rubbish', () => 'a.b.c', 401, 'unauthorized'],
    ['an operator of a minute ago', () => operator('deploy@srv', Date.now() - 61_000), 401, 'token_expired'],
    [
      'an operator of another server',
      () => signOperatorToken('x'.repeat(40), 'a@b', Date.now()),
      401,
      'unauthorized',
    ],
    [
      'a user who is gone',
      () => signToken(chatd.secret, { userId: toUserId(99)!, issuedAt: Date.now(), expireSeconds: 60 }),
      401,
      'unauthorized',
    ],
  ])('not %s', async (_who, toToken, status, error) => {
    for (const route of ['GET /v1/admin/users', 'POST /v1/admin/users/disable']) {
      const body = route.startsWith('POST') ? { user: '@alice' } : undefined;
      expect(await ask(route, toToken(), { body })).toMatchObject({ status, error });
    }
  });

  test('only by Authorization: no token of a query or another header', async () => {
    expect((await ask(`GET /v1/admin/users?token=${operator()}`, undefined)).status).toBe(401);
    expect((await ask('GET /v1/admin/users', undefined, { headers: { websocket: operator() } })).status).toBe(
      401,
    );
  });

  test('an operator is no user', async () => {
    expect(await ask('GET /v1/user/info', operator())).toMatchObject({ status: 401, error: 'unauthorized' });
    await expect(alice.connect({ token: operator() })).rejects.toMatchObject({ status: 401 });
  });

  test('an administrator is asked for at every call', async () => {
    const eve = await register(chatd, 'eve');
    expect((await ask('GET /v1/admin/users', eve.token)).status).toBe(403);
    await ask('POST /v1/admin/users/promote', operator(), { body: { user: '@eve' } });
    expect((await ask('GET /v1/admin/users', eve.token)).status).toBe(200);
    await ask('POST /v1/admin/users/demote', operator(), { body: { user: '@eve' } });
    expect(await ask('GET /v1/admin/users', eve.token)).toMatchObject({ status: 401, error: 'unauthorized' });
    expect((await ask('GET /v1/admin/users', (await eve.signIn()).token)).status).toBe(403);
  });

  test('not through somebody on this machine who forwards for others', async () => {
    for (const forwarded of ['127.0.0.1', '10.2.2.2', '127.0.0.1, 10.1.1.1', 'rubbish']) {
      const headers = { 'x-forwarded-for': forwarded };
      expect(await ask('GET /v1/admin/users', operator(), { headers })).toMatchObject({
        status: 404,
        error: 'not_found',
      });
    }
  });

  test('no page of elsewhere', async () => {
    const headers = { origin: 'https://evil.example' };
    expect((await ask('GET /v1/admin/users', operator(), { headers })).status).toBe(404);
    expect(
      (await ask('POST /v1/admin/users/disable', operator(), { headers, body: { user: '2' } })).status,
    ).toBe(404);
  });
});

test('from where Admin.AllowFrom says, as a trusted proxy tells it, and to others there is nothing', async () => {
  const behind = await startChatd({
    config: { TrustedProxies: ['127.0.0.1'], Admin: { AllowFrom: ['10.9.0.0/16'] } },
  });
  try {
    const status = async (headers: Record<string, string>) => {
      const token = signOperatorToken(behind.secret, 'deploy@srv', Date.now());
      return (await request(behind, 'GET /v1/admin/users', { token, headers })).status;
    };
    expect(await status({ 'x-forwarded-for': '10.9.1.2' })).toBe(200);
    expect(await status({ 'x-forwarded-for': '6.6.6.6, 10.9.1.2' })).toBe(200);
    expect(await status({ 'x-forwarded-for': '10.9.1.2, 6.6.6.6' })).toBe(404);
    expect(await status({})).toBe(404);
  } finally {
    await behind.dispose();
  }
});

describe('what is refused', () => {
  test.each<[string, unknown, number, object]>([
    ['POST /v1/admin/users/disable', { user: '77' }, 404, { error: 'not_found', field: 'user' }],
    ['POST /v1/admin/users/disable', { user: 'alice' }, 400, { error: 'invalid_field', field: 'user' }],
    ['POST /v1/admin/users/disable', { user: '@' }, 400, { error: 'invalid_field', field: 'user' }],
    ['POST /v1/admin/users/disable', { user: 2 }, 400, { error: 'invalid_field', field: 'user' }],
    ['POST /v1/admin/users/disable', {}, 400, { error: 'invalid_field', field: 'user' }],
    ['POST /v1/admin/users/disable', [], 400, {}],
    ['POST /v1/admin/users/disable', '{', 400, { error: 'invalid_json' }],
    ['POST /v1/admin/users/disable', { user: '1' }, 409, { error: 'conflict' }],
    ['POST /v1/admin/users/demote', { user: '@root' }, 409, { error: 'conflict' }],
    [
      'POST /v1/admin/users',
      { name: 'ALICE', password: '123456' },
      409,
      { error: 'conflict', msg: '已有名为 ALICE 的用户' },
    ],
    ['POST /v1/admin/users', { name: 'x\u202e', password: '123456' }, 400, { field: 'name' }],
    ['POST /v1/admin/users', { name: 'x', password: '12345' }, 400, { field: 'password' }],
    ['GET /v1/admin/users?count=0', undefined, 400, { field: 'count' }],
    ['GET /v1/admin/users?page=x', undefined, 400, { field: 'page' }],
    ['POST /v1/admin/groups', { group: 'all' }, 409, { msg: '群组 id all 已被使用, 或曾被使用' }],
    ['POST /v1/admin/groups', { group: '../x' }, 400, { field: 'groupId' }],
    ['POST /v1/admin/groups', { group: 'g1', users: ['2', '77'] }, 404, { field: 'users' }],
    ['POST /v1/admin/groups/add', { group: 'none', users: ['2'] }, 404, { field: 'groupId' }],
    ['POST /v1/admin/groups/add', { group: 'all', users: ['2'] }, 403, { error: 'permission_denied' }],
    ['POST /v1/admin/messages', { to: '2', group: 'all', content: 'x' }, 400, { field: 'to' }],
    ['POST /v1/admin/messages', { content: 'x' }, 400, { field: 'to' }],
    ['POST /v1/admin/messages', { group: 'none', content: 'x' }, 403, { error: 'not_member' }],
    ['POST /v1/admin/messages', { to: '2', content: 'x', as: '77' }, 404, { field: 'as' }],
    ['POST /v1/admin/messages', { to: '2', content: 'x', contentType: 9 }, 400, { field: 'contentType' }],
    [
      'POST /v1/admin/messages',
      { to: '2', content: 'x'.repeat(17_000) },
      413,
      { error: 'content_too_large' },
    ],
    ['POST /v1/admin/tokens', { user: '2', expire: 0 }, 400, { field: 'expire' }],
    ['POST /v1/admin/tokens', '{"user":"2","expire":1e400}', 400, { field: 'expire' }],
  ])('%s %j', async (route, body, status, answer) => {
    expect(await ask(route, operator(), { body })).toMatchObject({ status, code: status, ...answer });
  });

  test('in the language that was asked for', async () => {
    const body = { user: '77' };
    const chinese = await ask('POST /v1/admin/users/enable', operator(), { body });
    expect(chinese.msg).toBe('没有用户 77。先建一个: chatd user add NAME');
    const headers = { 'accept-language': 'en' };
    const english = await ask('POST /v1/admin/users/enable', operator(), { body, headers });
    expect(english.msg).toBe('no user 77. Add one first: chatd user add NAME');
  });
});

test('disabling takes effect on open connections, and on what the user does next', async () => {
  const bob = await register(chatd, 'bob');
  const client = await bob.connect();
  await ask('POST /v1/admin/users/disable', operator(), { body: { user: '@bob' } });
  expect((await client.closed).code).toBe(4512);
  await expect(bob.connect()).rejects.toMatchObject({ status: 403 });
  expect((await bob.request('GET /v1/user/info')).status).toBe(401);
});

test('a password set by an operator signs out, with 4511', async () => {
  const carol = await register(chatd, 'carol');
  const client = await carol.connect();
  await ask('POST /v1/admin/users/passwd', operator(), { body: { user: '@carol', password: 'another one' } });
  expect((await client.closed).code).toBe(4511);
  await expect(carol.connect()).rejects.toMatchObject({ status: 401 });
  await expect(carol.signIn()).rejects.toThrow('wrong_password');
});

test("an operator's message arrives like any other, in the name it was sent in", async () => {
  const client = await alice.connect();
  const body = { to: alice.id, as: '@mallory', content: '你好' };
  const sent = await ask('POST /v1/admin/messages', operator(), { body });
  expect(sent.data).toMatchObject({ seq: 1, from: { name: 'mallory' }, audience: { online: 1, offline: 0 } });
  expect(await client.nextMessage()).toMatchObject({
    sendId: mallory.id,
    recvId: alice.id,
    content: '你好',
    seq: 1,
  });
  await client.close();
});

test('a token is told from what is none', async () => {
  const { data } = await ask('POST /v1/admin/tokens', operator(), { body: { user: '@alice', expire: 60 } });
  const check = async (token: unknown) =>
    (await ask('POST /v1/admin/tokens/check', operator(), { body: { token } })).data;
  expect(await check(data['token'])).toMatchObject({ valid: true, user: { name: 'alice' }, role: 'user' });
  expect(await check(operator())).toEqual({ valid: false, reason: 'unauthorized' });
  expect(await check('x')).toEqual({ valid: false, reason: 'unauthorized' });
  const old = signToken(chatd.secret, {
    userId: toUserId(2)!,
    issuedAt: Date.now() - 9000,
    expireSeconds: 5,
  });
  expect(await check(old)).toEqual({ valid: false, reason: 'token_expired' });
});

test('what is done is audited: who, what, to whom, from where, with what result; never what was said', async () => {
  const before = Date.now();
  const by = operator('night-shift@srv');
  await ask('POST /v1/admin/users', by, { body: { name: 'dora', password: 'secret of dora' } });
  await ask('POST /v1/admin/users/disable', by, { body: { user: '@nobody' } });
  await ask('POST /v1/admin/messages', by, { body: { to: '@alice', content: 'between us' } });
  await ask('POST /v1/admin/groups', by, { body: { group: 'team', users: ['@alice'] } });
  await ask('POST /v1/admin/groups/remove', root.token, { body: { group: 'team', users: ['@alice'] } });
  await ask('GET /v1/admin/users', by);
  const { data } = await ask('GET /v1/admin/users?name=dora', by);
  const [dora] = data['users'] as { id: string }[];

  const rows = readAudit(before);
  expect(rows.map(({ actor, action, target, result }) => `${actor} ${action} ${target} ${result}`)).toEqual([
    `night-shift@srv user.add user:${dora?.id} ok`,
    'night-shift@srv user.disable user:@nobody not_found',
    'night-shift@srv message.send user:@alice as @root ok',
    'night-shift@srv group.create group:team ok',
    'user:1 group.remove group:team @alice ok',
  ]);
  expect(new Set(rows.map(({ address }) => address))).toEqual(new Set(['127.0.0.1']));
  expect(JSON.stringify(rows)).not.toMatch(/between us|secret of dora/);
  expect(chatd.output.text).not.toMatch(/between us|secret of dora/);
});

interface AuditRow {
  readonly actor: string;
  readonly action: string;
  readonly target: string;
  readonly address: string;
  readonly result: string;
}

function readAudit(since: number): AuditRow[] {
  const database = new Database(join(chatd.directory, 'data/chatd.db'), { readonly: true });
  try {
    return database.prepare<[number], AuditRow>('SELECT * FROM audit WHERE at >= ? ORDER BY id').all(since);
  } finally {
    database.close();
  }
}
