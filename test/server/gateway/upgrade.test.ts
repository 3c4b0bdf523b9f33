import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { pathOf } from '../../../src/server/gateway/handshake.ts';
import {
  dial,
  type Door,
  type DoorOptions,
  identify,
  join,
  openDoor,
  refused,
  upgradeRequest,
} from './door.ts';

let door: Door;
const open = async (options?: DoorOptions): Promise<Door> => (door = await openDoor(options));
afterEach(() => door?.close());

describe('what a request line points at', () => {
  it.each([
    ['/ws', '/ws'],
    ['/ws?token=a?b#c', '/ws'],
    ['/', '/'],
    ['/admin', '/admin'],
    ['/ws/', '/ws/'],
    ['/%77s', '/%77s'],
    ['http://host:9000/ws?token=x', '/ws'],
    ['ws://host/ws', '/ws'],
    ['//', undefined],
    ['//host/ws', undefined],
    ['http://[::1', undefined],
    ['ftp://host/ws', undefined],
    ['*', undefined],
    ['host:9000', undefined],
    ['', undefined],
    [undefined, undefined],
  ])('%s', (target, path) => expect(pathOf(target)).toBe(path));
});

describe('requests that are none', () => {
  const plain = (line: string): string => `${line}\r\nHost: x\r\n\r\n`;
  const noUpgrade = { Upgrade: 'h2c' };
  const table: [name: string, text: string, status: number][] = [
    ['an unclosed bracket', plain('GET http://[::1 HTTP/1.1'), 400],
    ['two slashes', plain('GET // HTTP/1.1'), 400],
    ['an unclosed bracket, upgraded', upgradeRequest('http://[::1'), 400],
    ['two slashes, upgraded', upgradeRequest('//'), 400],
    ['a star', plain('OPTIONS * HTTP/1.1'), 400],
    ['no HTTP at all', '\u0016\u0003\u0001\u0002\r\n\r\n', 400],
    ['an unknown method', plain('BREW /ws HTTP/1.1'), 400],
    ['no Host', 'GET /ws HTTP/1.1\r\n\r\n', 400],
    ['a broken header', 'GET /ws HTTP/1.1\r\nHost: x\r\nno colon\r\n\r\n', 400],
    ['headers without end', `GET /ws HTTP/1.1\r\nHost: x\r\nX: ${'y'.repeat(20_000)}\r\n\r\n`, 431],
    ['a plain GET of /ws', plain('GET /ws?token=1.1 HTTP/1.1'), 426],
    ['a plain GET of elsewhere', plain('GET /metrics HTTP/1.1'), 404],
    ['a POST to /ws', 'POST /ws HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}', 426],
    ['another path, upgraded', upgradeRequest('/wss?token=1.1'), 404],
    ['the admin channel, which is not there yet', upgradeRequest('/admin?token=1.1'), 404],
    ['another protocol', upgradeRequest('/ws?token=1.1', noUpgrade), 426],
    ['another version', upgradeRequest('/ws?token=1.1', { 'Sec-WebSocket-Version': '12' }), 426],
    ['no key', upgradeRequest('/ws?token=1.1', { 'Sec-WebSocket-Key': '' }), 400],
    ['a short key', upgradeRequest('/ws?token=1.1', { 'Sec-WebSocket-Key': 'abc' }), 400],
    ['a POST, upgraded', upgradeRequest('/ws?token=1.1').replace('GET', 'POST'), 400],
    ['an offer twice', upgradeRequest('/ws', { 'Sec-WebSocket-Protocol': 'chatd.v1, chatd.v1' }), 400],
    ['an offer with a hole', upgradeRequest('/ws', { 'Sec-WebSocket-Protocol': 'chatd.v1,,' }), 400],
    ['a v1 client elsewhere', upgradeRequest('/x', { 'Sec-WebSocket-Protocol': 'chatd.v1' }), 404],
    ['no token', upgradeRequest('/ws'), 401],
    ['a bad token', upgradeRequest('/ws?token=nobody'), 401],
    ['a page of another host', upgradeRequest('/ws?token=1.1', { Origin: 'http://evil.com' }), 403],
  ];

  it('are answered with their status, while two others chat', async () => {
    await open();
    const alice = await join(door, '1.1');
    const bob = await join(door, '2.1');
    const answers: [string, number][] = [];
    for (const [name, text] of table) {
      const wire = await dial(door);
      wire.socket.write(text);
      answers.push([name, Number(/^HTTP\/1\.1 (\d+)/.exec(await wire.ended)?.[1])]);
      alice.send({ chatType: 2, recvId: '2', content: name, clientMsgId: 'a' });
      bob.send({ chatType: 2, recvId: '1', content: name, clientMsgId: 'b' });
    }
    expect(answers).toEqual(table.map(([name, , status]) => [name, status]));
    await Promise.all([alice.received(table.length), bob.received(table.length)]);
    expect(door.sessions.count).toBe(2);
  });

  it('never echo the token, and log none', async () => {
    await open();
    const wire = await dial(door);
    wire.socket.write(upgradeRequest('/ws?token=secret-token'));
    expect(await wire.ended).not.toContain('secret-token');
    expect(JSON.stringify(door.log)).not.toContain('secret-token');
    expect(door.log).toEqual([
      { event: 'connection_refused', fields: expect.objectContaining({ reason: 'bad_token', status: 401 }) },
    ]);
  });

  it('that say nothing are let go', async () => {
    await open();
    door.server.headersTimeout = 50;
    const wire = await dial(door);
    wire.socket.write('GET /ws HTTP/1.1\r\nHost: x\r\n');
    expect(await wire.ended).toMatch(/^HTTP\/1\.1 408 /);
  });

  it('that go away in the middle do no harm', async () => {
    let tell: () => void = () => {};
    const asked = new Promise<void>((resolve) => (tell = resolve)).then(() => identify('1.1'));
    await open({ identify: () => asked });
    const wire = await dial(door);
    wire.socket.write(upgradeRequest('/ws?token=1.1'));
    await once(door.server, 'upgrade');
    wire.socket.resetAndDestroy();
    await wire.ended;
    tell();
    await asked;
    expect([door.sessions.count, door.opened]).toEqual([0, []]);
  });
});

describe('a refusal', () => {
  const cases: [
    string,
    DoorOptions,
    string,
    { status: number; error: string; msg: string },
    number,
    string,
  ][] = [
    [
      'no such user',
      {},
      'nobody',
      { status: 401, error: 'unauthorized', msg: '未登录或登录已失效' },
      4500,
      'invalid_token',
    ],
    [
      'expired',
      {},
      '1.1.expired',
      { status: 401, error: 'token_expired', msg: '登录已过期,请重新登录' },
      4500,
      'invalid_token',
    ],
    [
      'disabled',
      {},
      '1.1.disabled',
      { status: 403, error: 'permission_denied', msg: '账号已被禁用' },
      4512,
      'account_disabled',
    ],
    [
      'database down',
      {},
      '1.1.down',
      { status: 503, error: 'storage_unavailable', msg: '服务暂时不可用,请稍后再试' },
      1013,
      'overloaded retry=5000',
    ],
    [
      'full',
      { ws: { maxConnections: 0 } },
      '1.1',
      { status: 503, error: 'limit_exceeded', msg: '连接数已满,请稍后再试' },
      1013,
      'overloaded retry=10000',
    ],
  ];

  it.each(cases)(
    '%s: HTTP for the seed, a close code for chatd.v1',
    async (...[, options, token, http, code, reason]) => {
      await open(options);
      const { status, body, headers } = await refused(door, token);
      expect({ status, ...body }).toEqual({ ...http, code: http.status });
      expect(headers['content-type']).toBe('application/json; charset=utf-8');
      expect(headers['retry-after'] === undefined).toBe(status !== 503);

      const client = await join(door, token, { v1: true });
      expect(client.socket.protocol).toBe('chatd.v1');
      const end = await client.closed;
      expect(end.code).toBe(code);
      expect(end.reason).toBe(`${reason};${http.msg}`);
      expect(client.frames).toEqual([]);
    },
  );

  it('is English for a chatd.v1 client that prefers it, never for a seed client', async () => {
    await open();
    const headers = { 'accept-language': 'en-GB,en;q=0.9' };
    const client = await join(door, 'nobody', { v1: true, headers });
    expect((await client.closed).reason).toBe('invalid_token;not signed in');
    expect((await refused(door, 'nobody', { headers })).body['msg']).toBe('未登录或登录已失效');
  });

  it('of a foreign page comes before its token is looked at', async () => {
    await open();
    expect((await refused(door, '1.1', { origin: 'http://evil.com' })).status).toBe(403);
    const client = await join(door, '1.1', { v1: true, origin: 'http://evil.com' });
    expect((await client.closed).code).toBe(4507);
    const own = await join(door, '1.1', { origin: 'http://127.0.0.1:8889' });
    own.send({ chatType: 1, content: 'x' });
    await own.received(1);
  });

  it('of the connection too many from one address; a replaced one makes room', async () => {
    await open({ ws: { maxConnectionsPerIp: 2 } });
    await join(door, '1.1');
    await join(door, '2.1');
    const { status, headers, body } = await refused(door, '3.1');
    expect([status, headers['retry-after'], body['error']]).toEqual([429, '30', 'limit_exceeded']);
    expect((await (await join(door, '3.1', { v1: true })).closed).code).toBe(4504);
    await join(door, '2.2');
    expect(door.sessions.count).toBe(2);
  });

  it('counts the addresses a trusted proxy names', async () => {
    await open({ ws: { maxConnectionsPerIp: 1 }, settings: { trustedProxies: ['127.0.0.1'] } });
    await join(door, '1.1', { headers: { 'x-forwarded-for': '192.0.2.1' } });
    await join(door, '2.1', { headers: { 'x-forwarded-for': '192.0.2.2' } });
    expect((await refused(door, '3.1', { headers: { 'x-forwarded-for': '192.0.2.2' } })).status).toBe(429);
    expect(door.opened.map(({ address }) => address)).toEqual(['192.0.2.1', '192.0.2.2']);
  });
});

describe('an upgrade', () => {
  it('echoes no subprotocol but chatd.v1', async () => {
    await open();
    const wire = await dial(door);
    wire.socket.write(upgradeRequest('/ws', { 'Sec-WebSocket-Protocol': 'bearer.1.1, chatd.v1' }));
    await once(wire.socket, 'data');
    expect(wire.text()).toMatch(/^HTTP\/1\.1 101 /);
    expect(wire.text()).toMatch(/sec-websocket-protocol: chatd\.v1\r\n/i);
    const seed = await dial(door);
    seed.socket.write(upgradeRequest('/ws', { 'Sec-WebSocket-Protocol': 'bearer.2.1' }));
    await once(seed.socket, 'data');
    expect(seed.text()).toMatch(/^HTTP\/1\.1 101 /);
    expect(seed.text()).not.toMatch(/sec-websocket-protocol/i);
    wire.socket.destroy();
    seed.socket.destroy();
  });

  it('waits for who it is, and reads what came with the request afterwards', async () => {
    let tell: () => void = () => {};
    const known = new Promise<void>((resolve) => (tell = resolve));
    await open({
      identify: async (token) => {
        await known;
        return identify(token);
      },
    });
    const joining = join(door, '1.1');
    await once(door.server, 'upgrade');
    expect(door.sessions.count).toBe(0);
    tell();
    const client = await joining;
    client.send({ type: 'ping', id: 7 });
    expect(await client.received(1)).toEqual([{ type: 'pong', id: 7 }]);
  });

  it('is logged, with the connection and never the token', async () => {
    await open();
    const client = await join(door, '17.1', { headers: { 'user-agent': 'x'.repeat(1000) } });
    client.socket.close();
    await client.closed;
    const [row] = door.opened;
    expect(row).toMatchObject({
      userId: 17,
      client: 'seed',
      address: '127.0.0.1',
      userAgent: 'x'.repeat(256),
    });
    expect(row?.id).toMatch(/^c-[0-9a-z]{3,9}$/);
    expect(door.closed).toEqual([
      { id: row?.id, code: 1005, cause: 'client_left', closedAt: expect.any(Number) },
    ]);
    expect(door.log.map(({ event }) => event)).toEqual(['connection_opened', 'connection_closed']);
    expect(JSON.stringify(door.log)).not.toContain('17.1');
  });

  it('is taken on a listener that serves other things too', async () => {
    await open();
    const shared = createServer((_request, response) => response.end('a page'));
    shared.on('upgrade', door.gateway.handleUpgrade).listen(0, '127.0.0.1');
    await once(shared, 'listening');
    const { port } = shared.address() as AddressInfo;
    expect(await (await fetch(`http://127.0.0.1:${port}/`)).text()).toBe('a page');
    const client = await join({ ...door, port }, '1.1');
    client.send({ type: 'ping', id: 'x' });
    await client.received(1);
    expect((await refused({ ...door, port }, 'nobody')).status).toBe(401);
    door.gateway.close();
    shared.closeAllConnections();
    shared.close();
    await once(shared, 'close');
  });

  it('answers a plain request in the language asked for', async () => {
    await open();
    const ask = request({ port: door.port, path: '/ws', headers: { 'accept-language': 'en' } }).end();
    const [response] = await once(ask, 'response');
    const [body] = await once(response, 'data');
    expect(JSON.parse(body)).toEqual({
      code: 426,
      msg: 'this is a WebSocket address',
      error: 'invalid_field',
    });
    expect(response.headers.upgrade).toBe('websocket');
  });
});
