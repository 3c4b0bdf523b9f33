import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { signOperatorToken } from '../../src/server/auth/operator-token.ts';
import type { AdminAnswer } from '../../src/protocol/admin.ts';
import { type Answer, register, request, signInRoot, type Actor } from '../support/api.ts';
import { startChatd, type Chatd } from '../support/chatd.ts';
import type { Client, ConnectOptions } from '../support/client.ts';
import { createSeedFrontEnd, type SeedFrontEnd } from '../support/seed-front-end.ts';

/** A kick that stays a kick: at every door, for its time, with its reason; and a ban, until it is lifted. */
let chatd: Chatd;
let root: Actor;
let alice: Actor;
let bob: Actor;
let stories = 0;

beforeAll(async () => {
  chatd = await startChatd();
  root = await signInRoot(chatd);
});

beforeEach(async () => {
  stories += 1;
  alice = await register(chatd, `alice-${stories}`);
  bob = await register(chatd, `bob-${stories}`);
});

afterAll(() => chatd?.dispose());

describe('a kick', () => {
  test('ends connections with its reason and refuses the next, over WebSocket and HTTP alike', async () => {
    const [seed, v1] = [await open(alice), await open(bob, { v1: true })];
    const answer = await admin('kick', { users: [alice.id, `@${bob.name}`], reason: '维护中', for: '10m' });
    const until = expect.any(Number);
    expect(answer.data.results).toEqual([
      { target: alice.id, user: named(alice), ended: 1, keptOutUntil: until },
      { target: `@${bob.name}`, user: named(bob), ended: 1, keptOutUntil: until },
    ]);
    for (const client of [seed, v1]) {
      expect(await client.closed).toEqual({ code: 4503, reason: expect.stringMatching(KICKED) });
    }

    const refused = await alice.connect().catch((error: unknown) => error);
    expect(refused).toMatchObject({
      status: 403,
      headers: { 'retry-after': expect.stringMatching(/^(600|599)$/) },
    });
    const told = await open(bob, { v1: true });
    expect(await told.closed).toEqual({ code: 4503, reason: expect.stringMatching(KICKED) });
    expect(await say(alice, bob)).toMatchObject({
      status: 403,
      error: 'permission_denied',
      msg: '您已被管理员断开: 维护中',
    });
    // Reading and signing in are left alone.
    expect(await alice.request('GET /v1/user/info')).toMatchObject({ code: 200 });
    await expect((await alice.signIn()).connect()).rejects.toMatchObject({ status: 403 });
  });

  test('is over when its time is, or when it is lifted', async () => {
    await admin('kick', { users: [alice.id], for: '300ms' });
    await expect(alice.connect()).rejects.toMatchObject({ status: 403, headers: { 'retry-after': '1' } });
    await eventually(async () => (await say(alice, bob)).code === 200);
    await (await open(alice)).fence();

    await admin('kick', { users: [alice.id], for: '1h' });
    await expect(alice.connect()).rejects.toMatchObject({ status: 403 });
    expect((await admin('unban', { users: [alice.id] })).data.results).toEqual([
      { target: alice.id, user: named(alice), ended: 0 },
    ]);
    await (await open(alice)).fence();
  });

  test('outlives a restart, and a shorter one does not cut it short', async () => {
    const longer = await admin('kick', { users: [alice.id], for: '1h' });
    const shorter = await admin('kick', { users: [alice.id], for: 1 });
    expect(shorter.data.results[0]?.keptOutUntil).toBe(longer.data.results[0]?.keptOutUntil);
    await chatd.stop();
    chatd = await chatd.restart();
    await expect(alice.connect()).rejects.toMatchObject({ status: 403 });
  });

  test('by a connection means its user; with no time it ends that connection alone', async () => {
    const live = await open(alice);
    const [id = ''] = await connectionsOf(alice);
    expect((await admin('kick', { connections: [id], for: 0, reason: '请重连' })).data.results).toEqual([
      { target: id, user: named(alice), ended: 1 },
    ]);
    expect(await live.closed).toEqual({ code: 4503, reason: 'kicked retry=0;请重连' });

    const again = await open(await alice.signIn());
    const [next = ''] = await connectionsOf(alice);
    const { data } = await admin('kick', { connections: [id, next], users: [alice.id] });
    expect(data.results).toMatchObject([
      { target: alice.id, ended: 1 },
      { target: id, ended: 0, error: { code: 'not_found', msg: `连接 ${id} 已不在` } },
      { target: next, user: named(alice), ended: 0 },
    ]);
    expect(await again.closed).toMatchObject({
      code: 4503,
      reason: expect.stringMatching(/^kicked retry=\d+$/),
    });
    await expect(alice.connect()).rejects.toMatchObject({ status: 403 });
  });

  test('is in the record of the connection and in the audit, one entry a target', async () => {
    await open(alice);
    await admin('kick', { users: [alice.id, '999999'], reason: '双开', for: '1m' });
    const history = await ask<AdminAnswer<'connection.history'>>(
      `GET /v1/admin/users/${alice.id}/connections`,
    );
    expect(history.data.items[0]).toMatchObject({ closeCode: 4503, cause: 'kicked by deploy@srv: 双开' });
    const audit = await ask<AdminAnswer<'audit.list'>>('GET /v1/admin/audit?action=user.kick&limit=2');
    const entry = { actor: 'deploy@srv', action: 'user.kick', address: '127.0.0.1' };
    expect(audit.data.items.toSorted((a, b) => a.result.localeCompare(b.result))).toMatchObject([
      { ...entry, target: 'user:999999 for 1m: 双开', result: 'not_found' },
      { ...entry, target: `user:${alice.id} for 1m: 双开`, result: 'ok' },
    ]);
  });

  test.each([
    ['nobody', {}],
    ['no duration', { users: ['2'], for: 'soon' }],
    ['a negative one', { users: ['2'], for: -1 }],
    ['an endless one', { users: ['2'], for: '9999999d' }],
    ['a reason like a book', { users: ['2'], reason: 'x'.repeat(201) }],
    [
      'too many',
      { users: Array.from({ length: 600 }, () => '2'), connections: Array.from({ length: 600 }, () => 'c') },
    ],
  ])('of %s is refused', async (_what, body) => {
    expect(await admin('kick', body)).toMatchObject({ status: 400, error: 'invalid_field' });
  });

  test('does not keep operators from speaking in his name', async () => {
    const hearing = await open(bob);
    await admin('kick', { users: [alice.id] });
    const body = { as: alice.id, to: bob.id, content: 'from the operator' };
    expect(await ask('POST /v1/admin/messages', body)).toMatchObject({ code: 200 });
    expect(await hearing.nextMessage()).toMatchObject({ sendId: alice.id, content: 'from the operator' });
  });
});

describe('a ban', () => {
  test('ends tokens and connections and refuses sign-in with its reason, until it is lifted', async () => {
    const live = await open(alice, { v1: true });
    expect((await admin('ban', { users: [alice.id], reason: 'spam' })).data.results).toEqual([
      { target: alice.id, user: named(alice), ended: 1 },
    ]);
    // No retry: do not come back by yourself.
    expect(await live.closed).toEqual({ code: 4503, reason: 'kicked;spam' });
    const refused = await open(alice, { v1: true });
    expect(await refused.closed).toEqual({ code: 4503, reason: 'kicked;spam' });
    await expect(alice.connect()).rejects.toMatchObject({ status: 403 });
    expect(await alice.request('GET /v1/user/info')).toMatchObject({ status: 401 });
    expect(await signInOf(alice)).toMatchObject({
      status: 200,
      code: 403,
      error: 'permission_denied',
      msg: '您已被管理员封禁: spam',
    });
    expect(await ask('POST /v1/admin/tokens', { user: alice.id })).toMatchObject({
      error: 'permission_denied',
    });
    // A kick does not shorten it.
    await admin('kick', { users: [alice.id], for: 1 });
    expect(await signInOf(alice)).toMatchObject({ code: 403 });

    await admin('unban', { users: [alice.id] });
    await expect(alice.connect()).rejects.toMatchObject({ status: 401 });
    await (await open(await alice.signIn())).fence();
  });

  test('never of the last administrator', async () => {
    const { data } = await admin('ban', { users: [root.id] });
    expect(data.results).toMatchObject([{ target: root.id, ended: 0, error: { code: 'conflict' } }]);
    expect(await root.request('GET /v1/user/info')).toMatchObject({ code: 200 });
    // A kick is no ban: the door to administration stays open.
    await admin('kick', { users: [root.id], for: '1s' });
    expect(await root.request('GET /v1/admin/bans')).toMatchObject({ code: 200 });
  });
});

/** Its seconds pass thirty times as fast as ours: 45 s of refusals are a second and a half. */
describe("the seed's front end", () => {
  const SPEED = 30;

  test('gives up during a long keep-out', async () => {
    const page = await openedBy(alice);
    await admin('kick', { users: [alice.id], for: '10m', reason: '维护' });
    await page.until(({ attempts }) => attempts === 6, 100);
    await page.atRest(20);
    expect([page.open, page.attempts, page.signedIn]).toEqual([0, 6, true]);
  });

  test('comes back by itself after a short one, and after it is lifted', async () => {
    const page = await openedBy(alice);
    // Its five tries are over after a second and a half: one falls within, the last one behind, on a busy machine too.
    await admin('kick', { users: [alice.id], for: '1s' });
    await page.until(({ open, attempts }) => open === 1 && attempts > 1, 100);
    expect(page.attempts).toBeGreaterThan(2);

    const before = page.attempts;
    await admin('kick', { users: [alice.id], for: '10m' });
    await page.until(({ attempts }) => attempts > before, 20);
    await admin('unban', { users: [alice.id] });
    await page.until(({ open }) => open === 1, 60);
  });

  async function openedBy({ name, password }: Actor): Promise<SeedFrontEnd> {
    const page = createSeedFrontEnd(chatd, SPEED);
    onTestFinished(() => page.shutDown());
    await page.signIn(name, password);
    await page.openPage();
    return page;
  }
});

const KICKED = /^kicked retry=(600000|599\d{3});维护中$/;

const named = ({ id, name }: Actor) => ({ id, name });

async function open(actor: Actor, options?: ConnectOptions): Promise<Client> {
  const client = await actor.connect(options);
  onTestFinished(() => client.socket.terminate());
  return client;
}

function ask<Data>(route: string, body?: unknown): Promise<Answer<Data>> {
  const token = signOperatorToken(chatd.secret, 'deploy@srv', Date.now());
  return request<Data>(chatd, route, { token, ...(body === undefined ? {} : { body }) });
}

function admin(verb: 'kick' | 'ban' | 'unban', body: unknown): Promise<Answer<AdminAnswer<'user.kick'>>> {
  return ask(`POST /v1/admin/${verb}`, body);
}

async function connectionsOf({ id }: Actor): Promise<readonly string[]> {
  const { data } = await ask<AdminAnswer<'connection.list'>>(`GET /v1/admin/connections?filter=user:${id}`);
  return data.items.map((item) => item.id);
}

function say(from: Actor, to: Actor): Promise<Answer> {
  return from.request('POST /v1/chat/messages', { chatType: 2, recvId: to.id, content: 'hello' });
}

function signInOf({ name, password }: Actor): Promise<Answer> {
  return request(chatd, 'POST /v1/user/login', { body: { name, password } });
}

async function eventually(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds()));
}
