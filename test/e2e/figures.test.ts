import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ConnectionDetail, ConnectionPage } from '../../src/protocol/admin-connections.ts';
import type { Stats } from '../../src/protocol/admin-stats.ts';
import { signOperatorToken } from '../../src/server/auth/operator-token.ts';
import { type Actor, register, request } from '../support/api.ts';
import { type Chatd, startChatd } from '../support/chatd.ts';
import { type Client, connect } from '../support/client.ts';

/** Who is connected and how the server is, at a real server: what operators and Prometheus are told. */

let chatd: Chatd;
let alice: Actor;
let bob: Actor;
let fromAlice: Client;
let fromBob: Client;

const SENDS = 25;

beforeAll(async () => {
  chatd = await startChatd({ config: { WS: { MessagesPerSecond: 1000, MessageBurst: 1000 } } });
  alice = await register(chatd, 'alice');
  bob = await register(chatd, '王小明');
  fromAlice = await alice.connect({ v1: true, headers: { 'user-agent': 'Browser/1.0 (Test OS)' } });
  fromBob = await bob.connect();
  for (let send = 0; send < SENDS; send += 1) {
    const frame = { chatType: 2, recvId: bob.id, content: 'hello', contentType: 1, clientMsgId: `m${send}` };
    expect(await fromAlice.ask(frame)).toMatchObject({ type: 'ack' });
    await fromBob.nextMessage();
  }
  await expect(connect(chatd, { token: 'rubbish' })).rejects.toMatchObject({ status: 401 });
});

afterAll(() => chatd?.dispose());

async function ask<Data>(path: string): Promise<Data> {
  const token = signOperatorToken(chatd.secret, 'deploy@srv', Date.now());
  const answer = await request<Data>(chatd, `GET /v1/admin${path}`, { token });
  expect(answer, path).toMatchObject({ status: 200 });
  return answer.data;
}

describe('connections', () => {
  test('are listed with what went over them', async () => {
    const { items, ...counts } = await ask<ConnectionPage>('/connections?sort=name');
    expect(counts).toEqual({ total: 2, all: 2 });
    const common = { address: '127.0.0.1', queued: 0, node: expect.stringMatching(/\/\d+$/) };
    expect(items).toMatchObject([
      {
        ...common,
        userId: alice.id,
        name: 'alice',
        client: 'v1',
        in: SENDS,
        out: 0,
        userAgent: 'Browser/1.0 (Test OS)',
      },
      { ...common, userId: bob.id, name: '王小明', client: 'seed', in: 0, out: SENDS, userAgent: '' },
    ]);
    for (const { id, since, idleMs } of items) {
      expect(id).toMatch(/^c-[0-9a-z]+$/);
      expect(Date.now() - since).toBeLessThan(60_000);
      expect(idleMs).toBeLessThan(60_000);
    }
  });

  test('are filtered, sorted and paged', async () => {
    const find = async (query: string) => (await ask<ConnectionPage>(`/connections?${query}`)).items;
    const names = (items: ConnectionPage['items']) => items.map(({ name }) => name);
    expect(names(await find(`filter=${encodeURIComponent('王')}`))).toEqual(['王小明']);
    expect(names(await find('filter=client%3Av1%20in%3E10'))).toEqual(['alice']);
    expect(names(await find('filter=queue%3E100k'))).toEqual([]);
    const first = await ask<ConnectionPage>('/connections?sort=-out&limit=1');
    expect([names(first.items), first.total]).toEqual([['王小明'], 2]);
    const second = await ask<ConnectionPage>(`/connections?sort=-out&limit=1&cursor=${first.next}`);
    expect(names(second.items)).toEqual(['alice']);
    expect(second.next).toBeUndefined();
  });

  test.each([
    ['filter=quue%3E1', 'filter', 'no such key quue'],
    ['sort=size', 'sort', 'cannot sort by "size"'],
    ['cursor=x', 'cursor', 'a cursor is'],
    ['limit=1001', 'limit', ''],
    ['limit=x', 'limit', ''],
  ])('%s is refused, and says why', async (query, field, text) => {
    const token = signOperatorToken(chatd.secret, 'deploy@srv', Date.now());
    const headers = { 'accept-language': 'en' };
    const answer = await request(chatd, `GET /v1/admin/connections?${query}`, { token, headers });
    expect(answer).toMatchObject({ status: 400, error: 'invalid_field', field });
    expect(answer.msg).toContain(text);
  });

  test('one is shown in full, with its user', async () => {
    const [item] = (await ask<ConnectionPage>('/connections?filter=alice')).items;
    const detail = await ask<ConnectionDetail>(`/connections/${item?.id}`);
    expect(detail).toMatchObject({
      id: item?.id,
      tokenIn: 'query',
      rateLimit: 1000,
      user: { id: alice.id, name: 'alice', role: 'user', enabled: true, online: true },
    });
    expect(detail.port).toBeGreaterThan(1023);
    expect(detail.bytesIn).toBeGreaterThan(SENDS * 50);
    expect(detail.bytesOut).toBeGreaterThan(SENDS * 50);
    expect(detail.ratePerSecond).toBeGreaterThan(0);
    expect(detail.tokenExpiresAt).toBeGreaterThan(Date.now());
  });

  test('one that is gone is not found', async () => {
    const token = signOperatorToken(chatd.secret, 'deploy@srv', Date.now());
    for (const id of ['c-0', '%00', '..%2Fx', 'x'.repeat(60)]) {
      const answer = await request(chatd, `GET /v1/admin/connections/${id}`, { token });
      expect(answer, id).toMatchObject({ status: 404, error: 'not_found' });
    }
  });
});

describe('figures', () => {
  test('say what has been done', async () => {
    const stats = await ask<Stats>('/stats');
    expect(stats).toMatchObject({
      name: 'chatd-test',
      connections: { open: 2, max: 10_000, users: 2, seed: 1, v1: 1, consoles: 0 },
      totals: { messagesIn: SENDS, messagesOut: SENDS, stored: SENDS },
      store: { database: expect.stringMatching(/^(SQLite|MySQL) /), pending: 0, pendingBytes: 0, waiting: 0 },
      queues: { total: 0, largest: 0 },
      refusals: { bad_token: 1 },
      history: { everyMs: 5000 },
    });
    expect(stats.version).toMatch(/^\d+\.\d+\.\d+/);
    expect(stats.rates.messagesIn).toBeGreaterThan(0);
    expect(stats.totals.bytesIn).toBeGreaterThan(SENDS * 50);
    expect(stats.store.latency.p50).toBeGreaterThan(0);
    expect(stats.store.latency.p99).toBeGreaterThanOrEqual(stats.store.latency.p50);
    expect(stats.memory.rss).toBeGreaterThan(20_000_000);
    expect(stats.cpu).toBeGreaterThan(0);
    expect(stats.at - stats.startedAt).toBeLessThan(60_000);
  });

  test('a connection that ended leaves its bytes', async () => {
    const carol = await register(chatd, 'carol');
    const client = await carol.connect();
    client.send({ type: 'ping', id: 'x'.repeat(20_000) });
    const before = await ask<Stats>('/stats');
    await client.close();
    const after = await ask<Stats>('/stats');
    expect(after.connections.open).toBe(2);
    expect(after.totals.bytesIn).toBeGreaterThanOrEqual(before.totals.bytesIn);
    expect(after.totals.bytesIn).toBeGreaterThan(20_000);
  });
});

describe('GET /metrics', () => {
  const scrape = (headers: Record<string, string> = {}) => fetch(`${chatd.http}/metrics`, { headers });

  test('gives the same figures in the text format of Prometheus, without a token', async () => {
    const answer = await scrape();
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    const text = await answer.text();
    for (const line of text.split('\n').filter((each) => each !== '')) {
      expect(line).toMatch(/^(# (HELP|TYPE) \w+ .+|\w+(\{\w+="[^"]*"\})? [-+\d.eInf]+)$/);
    }
    const figures = toFigures(text);
    const expected = {
      chatd_messages_in_total: SENDS,
      chatd_messages_stored_total: SENDS,
      chatd_messages_out_total: SENDS,
      'chatd_connections{client="seed"}': 1,
      'chatd_connections{client="v1"}': 1,
      chatd_connections_max: 10_000,
      chatd_users_online: 2,
      chatd_consoles: 0,
      chatd_store_pending: 0,
      chatd_store_pending_bytes: 0,
      chatd_store_waiting_connections: 0,
      chatd_queued_bytes: 0,
      'chatd_refusals_total{reason="bad_token"}': 1,
      'chatd_store_latency_seconds_bucket{le="+Inf"}': SENDS,
      chatd_store_latency_seconds_count: SENDS,
    };
    expect(figures).toMatchObject(expected);
    expect(figures['chatd_store_latency_seconds_sum']).toBeGreaterThan(0);
    expect(figures['process_resident_memory_bytes']).toBeGreaterThan(20_000_000);
    const buckets = Object.entries(figures).filter(([name]) => name.includes('_bucket'));
    const counts = buckets.map(([, count]) => count);
    expect(counts).toEqual(counts.toSorted((a, b) => a - b));
  });

  test('counters are counters, and go on from scrape to scrape', async () => {
    const before = toFigures(await (await scrape()).text());
    fromAlice.send({ chatType: 2, recvId: bob.id, content: 'one more', contentType: 1 });
    await fromBob.nextMessage();
    const text = await (await scrape()).text();
    const after = toFigures(text);
    for (const name of [
      'chatd_messages_in_total',
      'chatd_messages_stored_total',
      'chatd_messages_out_total',
    ]) {
      expect(text).toContain(`# TYPE ${name} counter`);
      expect(after[name]).toBe((before[name] ?? 0) + 1);
    }
    expect(text).toContain('# TYPE chatd_store_latency_seconds histogram');
    expect(text.match(/^# TYPE /gm)?.length).toBe(new Set(text.match(/^# TYPE \w+/gm)).size);
  });

  test.each([
    ['through somebody who forwards', { 'x-forwarded-for': '127.0.0.1' }],
    ['a page of elsewhere', { origin: 'https://evil.example' }],
    ['a page of a name that was pointed here', { origin: 'http://evil.example', host: 'evil.example' }],
    ["a page of the users' origins", { origin: 'http://localhost:5173' }],
  ])('is not there for %s', async (_who, headers) => {
    const answer = await scrape(headers);
    expect(answer.status).toBe(404);
    expect(await answer.json()).toMatchObject({ error: 'not_found' });
  });

  test('is there from where Admin.AllowFrom says, and from nowhere else', async () => {
    const behind = await startChatd({
      config: { TrustedProxies: ['127.0.0.1'], Admin: { AllowFrom: ['10.9.0.0/16'] } },
    });
    try {
      const status = async (headers: Record<string, string>) =>
        (await fetch(`${behind.http}/metrics`, { headers })).status;
      expect(await status({ 'x-forwarded-for': '10.9.1.2' })).toBe(200);
      expect(await status({ 'x-forwarded-for': '10.8.1.2' })).toBe(404);
      expect(await status({})).toBe(404);
    } finally {
      await behind.dispose();
    }
  });
});

/** The samples of the text format, by name and labels. */
function toFigures(text: string): Record<string, number> {
  const samples = text.matchAll(/^(\w+(?:\{[^}]*\})?) (\S+)$/gm);
  return Object.fromEntries([...samples].map(([, name, value]) => [name, Number(value)]));
}
