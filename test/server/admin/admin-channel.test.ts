import { readFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Actor, register, request } from '../../support/api.ts';
import { type Channel, ClosedAtOnce, openChannel, operator } from '../../support/channel.ts';
import { type Chatd, startChatd } from '../../support/chatd.ts';

/** The admin channel at a real server: its door, its words, its watches, and what it may cost. */

let chatd: Chatd;
let alice: Actor;

beforeAll(async () => {
  chatd = await startChatd({
    config: { WS: { PingInterval: '400ms', PongTimeout: '400ms', StallTimeout: '800ms' } },
  });
  alice = await register(chatd, 'alice');
});

afterAll(() => chatd.dispose());

describe('the door', () => {
  test('takes the token from every place it may be in', async () => {
    const token = operator(chatd);
    const ways = [
      { protocols: ['chatd.admin.v1', `bearer.${token}`] },
      { protocols: [], headers: { authorization: `Bearer ${token}` } },
      { protocols: [], headers: { websocket: token } },
      { protocols: [], query: `?token=${token}` },
    ];
    for (const way of ways) {
      const channel = await openChannel(chatd, way);
      expect(channel.ready).toMatchObject({ actor: 'deploy@srv', name: 'chatd-test' });
      expect(channel.socket.protocol).toBe(way.protocols.length > 0 ? 'chatd.admin.v1' : '');
      await channel.close();
    }
  });

  test('tells by HTTP, or by a close code who offers the subprotocol', async () => {
    const refused = (options: object) => openChannel(chatd, options).catch((error: unknown) => error);
    expect(await refused({ protocols: [] })).toMatchObject({ status: 401 });
    expect(await refused({ protocols: ['chatd.admin.v1'] })).toMatchObject({ code: 4500 });
    expect(await refused({ protocols: [], query: `?token=${alice.token}` })).toMatchObject({ status: 403 });
    const closed = await refused({ token: 'a.b.c', headers: { 'accept-language': 'en' } });
    expect(closed).toBeInstanceOf(ClosedAtOnce);
    expect((closed as ClosedAtOnce).reason).toBe('invalid_token;not signed in');
  });

  test('is not there for pages, but its own', async () => {
    const own = chatd.ws.replace('ws:', 'http:');
    for (const origin of ['https://evil.example', 'http://localhost:5173', chatd.http, 'null']) {
      await expect(openChannel(chatd, { origin }), origin).rejects.toMatchObject({ status: 404 });
    }
    await (await openChannel(chatd, { origin: own })).close();
  });

  test('is hidden from who asks without an upgrade', async () => {
    const answer = await fetch(`${chatd.ws.replace('ws:', 'http:')}/admin`);
    expect(answer.status).toBe(404);
  });

  test('lets in sixteen', async () => {
    const open = await Promise.all(Array.from({ length: 16 }, () => openChannel(chatd)));
    await expect(openChannel(chatd)).rejects.toMatchObject({ code: 1013 });
    const headers = { authorization: `Bearer ${operator(chatd)}` };
    await expect(openChannel(chatd, { protocols: [], headers })).rejects.toMatchObject({ status: 503 });
    await Promise.all(open.map((channel) => channel.close()));
    await (await openChannel(chatd)).close();
  });

  test('is the same on a port that HTTP shares', async () => {
    const shared = await startChatd({ onePort: true });
    try {
      const channel = await openChannel(shared);
      expect(await channel.ask('user.list')).toMatchObject({ result: { total: 1 } });
      await shared.stop();
      expect(await channel.closed).toMatchObject({ code: 1012, reason: 'restart retry=1000' });
    } finally {
      await shared.dispose();
    }
  });
});

describe('the words', () => {
  let channel: Channel;
  beforeAll(async () => {
    channel = await openChannel(chatd, { headers: { 'accept-language': 'en' } });
  });

  test.each<[string, unknown, number, object]>([
    ['no.method', {}, -32601, { code: 'unknown_type' }],
    ['toString', {}, -32601, { code: 'unknown_type' }],
    ['channel.ready', {}, -32601, { code: 'unknown_type' }],
    ['user.get', {}, -32602, { code: 'invalid_field', field: 'user' }],
    ['user.list', { count: 0 }, -32602, { code: 'invalid_field', field: 'count' }],
    ['user.list', [], -32602, { code: 'invalid_field', field: 'params' }],
    ['user.get', { user: '@nobody' }, -32000, { code: 'not_found', field: 'user' }],
    ['connection.watch', { filter: 'queue>x' }, -32000, { code: 'invalid_field', field: 'filter' }],
    ['connection.watch', { limit: 1000 }, -32602, { field: 'limit' }],
    ['watch.stop', { watch: 'x' }, -32602, { field: 'watch' }],
    ['token.renew', { token: 'x' }, -32000, { code: 'unauthorized' }],
    ['token.renew', {}, -32602, { field: 'token' }],
  ])('%s %j', async (method, params, code, data) => {
    expect(await channel.ask(method, params)).toMatchObject({ error: { code, data } });
  });

  test('of errors are in the language of the upgrade', async () => {
    const english = await channel.ask('user.get', { user: '77' });
    expect(english).toMatchObject({ error: { message: 'no user 77. Add one first: chatd user add NAME' } });
    const chinese = await openChannel(chatd);
    expect(await chinese.ask('no.method')).toMatchObject({ error: { message: '没有此方法' } });
    await chinese.close();
  });

  test('are answered in a batch, but notifications, which are done all the same', async () => {
    const call = { jsonrpc: '2.0', method: 'user.list' };
    channel.send([
      call,
      { ...call, id: 'a' },
      7,
      { jsonrpc: '2.0', method: 'watch.stop', params: { watch: 'x' } },
    ]);
    expect(await channel.next(Array.isArray)).toMatchObject([
      { id: 'a', result: { total: 2 } },
      { id: null, error: { code: -32600 } },
    ]);
    channel.send({ jsonrpc: '2.0', method: 'user.add', params: { name: 'quietly', password: 'secret 1' } });
    const found = async () => {
      const answer = await channel.ask('user.list', { name: 'quietly' });
      return 'result' in answer && (answer.result as { total: number }).total === 1;
    };
    while (!(await found())) {
      // Until it has been done, which nobody is told.
    }
    channel.send([{ jsonrpc: '2.0', method: 'user.list' }]);
    await channel.ask('user.list');
    expect(channel.received).toEqual([]);
  });

  test('that are no JSON are answered, and binary or too many bytes end the channel', async () => {
    channel.send('{');
    expect(await channel.next()).toMatchObject({ id: null, error: { code: -32700 } });
    const binary = await openChannel(chatd);
    binary.socket.send(Buffer.from('{}'), { binary: true });
    expect((await binary.closed).code).toBe(1003);
    const large = await openChannel(chatd);
    large.send(' '.repeat(64 * 1024 + 1));
    expect((await large.closed).code).toBe(1009);
  });

  test('that change something are audited as who opened the channel', async () => {
    const night = await openChannel(chatd, { token: operator(chatd, Date.now(), 'night@srv') });
    await night.ask('user.disable', { user: '@quietly' });
    const audit = await night.ask('audit.list', { actor: 'night@srv' });
    expect(audit).toMatchObject({
      result: { items: [{ action: 'user.disable', address: '127.0.0.1', result: 'ok' }] },
    });
    await night.close();
  });

  test('have an entry in the audit for each of many targets', async () => {
    const many = await openChannel(chatd, { token: operator(chatd, Date.now(), 'many@srv') });
    const users = Array.from({ length: 120 }, (_, at) => String(1000 + at));
    await many.ask('user.kick', { users });
    const audit = await many.ask('audit.list', { actor: 'many@srv', limit: 200 });
    const { items } = (audit as { result: { items: readonly { target: string; result: string }[] } }).result;
    expect(items.map(({ target }) => target).toSorted()).toEqual(users.map((id) => `user:${id}`).toSorted());
    expect(items.every(({ result }) => result === 'not_found')).toBe(true);
    await many.close();
  });
});

describe('the token', () => {
  test('is renewed by one of the same operator, and by no other', async () => {
    const channel = await openChannel(chatd, { token: operator(chatd, Date.now() - 58_000) });
    const renew = (token: string) => channel.ask('token.renew', { token });
    expect(await renew(operator(chatd, Date.now(), 'other@srv'))).toMatchObject({
      error: { data: { code: 'permission_denied' } },
    });
    expect(await renew(alice.token)).toMatchObject({ error: { data: { code: 'permission_denied' } } });
    expect(await renew(operator(chatd))).toMatchObject({ result: null });
    // The first token runs out within two seconds, and what it let in would end within one more.
    const ticks = [];
    await channel.ask('stats.watch');
    while (ticks.length < 5) ticks.push(await channel.tick('stats.watch'));
    expect(await channel.ask('user.list')).toMatchObject({ result: {} });
    await channel.close();
  });
});

describe('watches', () => {
  test('tell at once and then on a clock, with new settings when they are asked again, until they are stopped', async () => {
    const channel = await openChannel(chatd);
    const client = await alice.connect({ v1: true });
    expect(await channel.ask('connection.watch', { filter: 'alice' })).toMatchObject({ result: null });
    expect(await channel.tick('connection.watch')).toMatchObject({
      total: 1,
      items: [{ name: 'alice', client: 'v1' }],
    });
    expect(await channel.ask('connection.watch', { filter: '!alice' })).toMatchObject({ result: null });
    expect(await channel.tick('connection.watch')).toMatchObject({ total: 0, all: 1 });
    await channel.ask('watch.stop', { watch: 'connection.watch' });
    const already = channel.received.length;
    await channel.ask('stats.watch');
    for (let count = 0; count < 2; count += 1) await channel.tick('stats.watch');
    expect(channel.received.length).toBe(already);
    await client.close();
    await channel.close();
  });

  test('of messages show their text only to who asks for it, and that is audited once, and who was refused', async () => {
    const channel = await openChannel(chatd, { token: operator(chatd, Date.now(), 'reader@srv') });
    const send = () =>
      request(chatd, 'POST /v1/admin/messages', {
        token: operator(chatd),
        body: { to: '@alice', content: 'between us' },
      });
    type Tick = { readonly messages: readonly { readonly content?: string; readonly bytes: number }[] };
    await channel.ask('message.watch', { user: '@alice' });
    await send();
    const [closed] = (await channel.tick<Tick>('message.watch')).messages;
    expect(closed).toMatchObject({ bytes: 10 });
    expect(closed?.content).toBeUndefined();
    for (let count = 0; count < 3; count += 1) {
      await channel.ask('message.watch', { user: '@alice', content: true });
    }
    await send();
    expect(await channel.tick<Tick>('message.watch')).toMatchObject({
      messages: [{ content: 'between us' }],
    });
    await channel.ask('message.watch', { user: '@nobody', content: true });
    const audit = await channel.ask('audit.list', { actor: 'reader@srv' });
    expect(audit).toMatchObject({
      result: {
        items: [
          { action: 'message.watch', target: 'user:@nobody', result: 'not_found' },
          { action: 'message.watch', target: 'user:@alice', result: 'ok' },
        ],
      },
    });
    await channel.close();
  });

  test('of messages, and lists of them, fit through the channel whatever users write', async () => {
    const channel = await openChannel(chatd);
    // Six bytes each on their way to the tool: all of it would be more than is kept for one that does not read.
    const content = '\u0001'.repeat(10_000);
    type Tick = { readonly messages: readonly object[]; readonly skipped: number };
    await channel.ask('message.watch', { content: true });
    await Promise.all(
      Array.from({ length: 75 }, () => channel.ask('message.send', { to: '@alice', content })),
    );
    for (let seen = 0; seen < 75; ) {
      const { messages, skipped } = await channel.tick<Tick>('message.watch');
      expect(messages.length).toBeLessThan(20);
      seen += messages.length + skipped;
    }
    type Page = { readonly items: readonly { readonly id: string }[]; readonly next?: string };
    const ask = async (before?: string) => {
      const answer = await channel.ask('message.list', { content: true, before, limit: 75 });
      return 'result' in answer ? (answer.result as Page) : { items: [] };
    };
    const first = await ask();
    expect(first.items.length).toBeLessThan(20);
    const second = await ask(first.next);
    expect(Number(second.items[0]?.id)).toBe(Number(first.items.at(-1)?.id) - 1);
    await channel.close();
  });
});

describe('what a tool may cost', () => {
  test('one that asks too fast is slowed, and answered all the same', async () => {
    const channel = await openChannel(chatd);
    const since = performance.now();
    const answers = await Promise.all(
      Array.from({ length: 260 }, () => channel.ask('user.list', { count: 1 })),
    );
    expect(answers.every((answer) => 'result' in answer)).toBe(true);
    expect(performance.now() - since).toBeGreaterThan(1000);
    await channel.close();
  });

  test('one that floods is refused what does not fit', async () => {
    const channel = await openChannel(chatd);
    // As one write, so that one read of the server brings more than it holds; masked with zeros.
    const text = Buffer.from('{"jsonrpc":"2.0","id":"x","method":"x"}');
    const frame = Buffer.concat([Buffer.from([0x81, 0x80 + text.length, 0, 0, 0, 0]), text]);
    const { _socket: raw } = channel.socket as unknown as { readonly _socket: Socket };
    raw.write(Buffer.concat(Array.from({ length: 1400 }, () => frame)));
    expect(
      await channel.next<{ error?: object }>((message) => JSON.stringify(message).includes('rate_limited')),
    ).toMatchObject({
      error: { data: { code: 'rate_limited', retryAfterMs: 1000 } },
    });
    channel.socket.terminate();
    await channel.closed;
  });

  test('one that is not read from is dropped, and the server holds little for it', async () => {
    const channel = await openChannel(chatd, { token: operator(chatd, Date.now(), 'stuck@srv') });
    const before = memoryOf(chatd);
    // Others of this file may just be leaving.
    const closed = logged(chatd, 'admin_disconnected', 'stuck@srv');
    channel.socket.pause();
    for (let count = 0; count < 150; count += 1) {
      channel.send({ jsonrpc: '2.0', id: 'x', method: 'stats.get' });
      channel.send({ jsonrpc: '2.0', id: 'x', method: 'stats.watch' });
    }
    expect(await closed).toMatch(/"code":40(08|12)/);
    expect(memoryOf(chatd) - before).toBeLessThan(48 * 1024 * 1024);
    channel.socket.terminate();
  });

  test('one that goes in the middle of everything leaves nothing behind', async () => {
    for (let round = 0; round < 5; round += 1) {
      const channel = await openChannel(chatd);
      for (const watch of ['stats.watch', 'event.watch', 'message.watch', 'connection.watch']) {
        channel.send({ jsonrpc: '2.0', id: 'x', method: watch, params: {} });
      }
      channel.socket.terminate();
      await channel.closed;
    }
    const channel = await openChannel(chatd);
    expect(chatd.isAlive()).toBe(true);
    const consoles = async () => {
      const answer = await channel.ask('stats.get');
      return 'result' in answer
        ? (answer.result as { connections: { consoles: number } }).connections.consoles
        : 0;
    };
    while ((await consoles()) > 2) {
      // Until the server has noticed: those of this test, and the one of the words.
    }
    await channel.close();
  });
});

/** Resident, bytes. */
function memoryOf({ pid }: Chatd): number {
  const pages = readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1];
  return Number(pages) * 4096;
}

/** The next line of the log that tells this event, of this operator. */
async function logged(server: Chatd, event: string, actor = ''): Promise<string> {
  const from = server.output.text.length;
  const find = (text: string) =>
    text
      .slice(from)
      .split('\n')
      .find((line) => line.includes(`"event":"${event}"`) && line.includes(actor) && line.endsWith('}'));
  await server.output.until((text) => find(text) !== undefined, 15_000);
  return find(server.output.text) ?? '';
}
