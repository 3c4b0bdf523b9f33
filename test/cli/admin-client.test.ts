import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { afterEach, describe, expect, onTestFinished, test } from 'vitest';
import { type AdminCall, createAdminClient, isServerThere } from '../../src/cli/admin-client.ts';
import { localUrl, parseServerUrl } from '../../src/cli/server-url.ts';

/** What a command makes of what answers it, or does not. The real server is in test/e2e and admin-commands.test.ts. */

const servers: Server[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  }
});

describe('an operator command over HTTP', () => {
  test('asks in its own language, as JSON, with a token made for it', async () => {
    const requests: string[] = [];
    const url = await serve((request, response) => {
      const { authorization, 'accept-language': language } = request.headers;
      requests.push(`${request.method} ${request.url} ${authorization} ${language}`);
      response.end(JSON.stringify({ code: 200, msg: 'ok', data: { users: [], total: 0 } }));
    });
    let tokens = 0;
    const call = createAdminClient(access(url, 'en'), () => `t${(tokens += 1)}`);
    await call('user.list', { name: '王 & 李', page: undefined });
    await call('user.enable', { user: '@alice' });
    await call('connection.history', { user: '@a/../b', limit: 5 });
    expect(requests).toEqual([
      'GET /v1/admin/users?name=%E7%8E%8B%20%26%20%E6%9D%8E Bearer t1 en',
      'POST /v1/admin/users/enable Bearer t2 en',
      'GET /v1/admin/users/%40a%2F..%2Fb/connections?limit=5 Bearer t3 en',
    ]);
  });

  test.each([
    ['unauthorized', 401, 4],
    ['token_expired', 401, 4],
    ['permission_denied', 403, 4],
    ['wrong_password', 400, 4],
    ['conflict', 409, 1],
    ['rate_limited', 429, 1],
    ['storage_unavailable', 503, 1],
    ['internal', 500, 1],
  ])('refused with %s ends with what the server says', async (error, status, exitCode) => {
    const call = await answering(status, { code: status, error, msg: 'so', message: 'so', data: null });
    await expect(call('user.list', {})).rejects.toMatchObject({
      code: error,
      exitCode,
      text: { en: 'so', zh: 'so' },
    });
  });

  test.each([
    {
      answer: { error: 'wrong_password', msg: '用户名或密码错误' },
      text: { en: 'wrong name or password', zh: '用户名或密码错误' },
    },
    {
      answer: { error: 'invalid_field', msg: 'a field is missing or wrong', field: 'before' },
      text: { en: 'before is missing or wrong', zh: 'before 缺失或有误' },
    },
    {
      answer: { error: 'invalid_field', msg: 'so', field: 'filter' },
      text: { en: 'so', zh: 'so' },
    },
  ])(
    'says $answer.error in the language of who asks, and which field: $text.en',
    async ({ answer, text }) => {
      const call = await answering(400, { code: 400, ...answer, message: answer.msg, data: null });
      await expect(call('user.list', {})).rejects.toMatchObject({ code: answer.error, text });
    },
  );

  test('knows a user that is not there from a door that is not', async () => {
    const notFound = { code: 404, error: 'not_found', msg: '没有用户 7', message: '', data: null };
    const there = await answering(404, { ...notFound, field: 'user' });
    await expect(there('user.enable', { user: '7' })).rejects.toMatchObject({
      exitCode: 1,
      code: 'not_found',
    });
    const closed = await answering(404, notFound);
    await expect(closed('user.enable', { user: '7' })).rejects.toMatchObject({
      exitCode: 4,
      text: { en: expect.stringContaining('Admin.AllowFrom') },
    });
  });

  test.each([
    ['a page', 200, '<html>It works!</html>'],
    ['nothing', 204, ''],
    ['JSON of somebody else', 200, '{"ok":true}'],
    ['a proxy without its server', 502, 'Bad Gateway'],
    ['null', 200, 'null'],
  ])('takes %s for no chatd', async (_what, status, body) => {
    const call = await answering(status, body);
    await expect(call('user.list', {})).rejects.toMatchObject({ exitCode: 3, code: 'no_server' });
  });

  test('does not carry its token where the server points', async () => {
    let followed = false;
    const elsewhere = await serve((_request, response) => {
      followed = true;
      response.end('{}');
    });
    const url = await serve((_request, response) => {
      response.writeHead(307, { location: `${elsewhere}/v1/admin/users` }).end();
    });
    await expect(client(url)('user.list', {})).rejects.toMatchObject({ exitCode: 3 });
    expect(followed).toBe(false);
  });

  test('waits no longer than it was told to', async () => {
    const url = await serve(() => undefined);
    const call = createAdminClient({ ...access(url, 'en'), timeoutMs: 50 }, () => 't');
    await expect(call('user.list', {})).rejects.toMatchObject({ exitCode: 5, code: 'timed_out' });
  });

  test('waits no longer for the rest of an answer', async () => {
    const url = await serve((_request, response) => response.write('{"code":'));
    const call = createAdminClient({ ...access(url, 'en'), timeoutMs: 200 }, () => 't');
    await expect(call('user.list', {})).rejects.toMatchObject({ exitCode: 5 });
  });

  test('finds nobody, and says where it looked', async () => {
    const url = await unusedUrl();
    await expect(client(url)('user.list', {})).rejects.toMatchObject({
      exitCode: 3,
      text: { en: `no chatd answers at ${url} (ECONNREFUSED)` },
    });
    expect(await isServerThere(access(url, 'en'))).toBe(false);
  });

  test('says what is odd about an answer that is not HTTP', async () => {
    const tcp = createTcpServer((socket) => socket.end('220 mail.example\r\n').destroySoon()).listen(
      0,
      '127.0.0.1',
    );
    onTestFinished(() => void tcp.close());
    await once(tcp, 'listening');
    const { port } = tcp.address() as AddressInfo;
    await expect(client(`http://127.0.0.1:${port}`)('user.list', {})).rejects.toMatchObject({
      exitCode: 3,
      text: { en: expect.stringMatching(/^no chatd answers at \S+ \((?!undefined).+\)$/) },
    });
  });

  test('knows a chatd by what it says to everybody, and gives it no token', async () => {
    const url = await serve((request, response) => {
      const data = { name: 'chatd', authorization: request.headers.authorization };
      expect(data.authorization).toBeUndefined();
      response.end(JSON.stringify({ code: 200, msg: 'ok', data }));
    });
    expect(await isServerThere(access(url, 'en'))).toBe(true);
    const other = await serve((_request, response) => response.end('hello'));
    await expect(isServerThere(access(other, 'en'))).rejects.toMatchObject({ exitCode: 3 });
  });
});

describe('the address of a server', () => {
  test.each([
    ['http://127.0.0.1:8889', 'http://127.0.0.1:8889'],
    ['http://127.0.0.1:8889/', 'http://127.0.0.1:8889'],
    ['https://chat.example.com/chatd/', 'https://chat.example.com/chatd'],
    ['HTTP://Chat.Example.com', 'http://chat.example.com'],
  ])('is %s', (text, url) => {
    expect(parseServerUrl(text)).toBe(url);
  });

  test.each([
    '',
    'chat.example.com',
    'ws://127.0.0.1:9000',
    'http://a:b@host',
    'http://host/?x=1',
    'file:///etc',
  ])('is not %j', (text) => {
    expect(() => parseServerUrl(text)).toThrow(expect.objectContaining({ exitCode: 2 }));
  });

  test.each([
    ['127.0.0.1', 'http://127.0.0.1:8889'],
    ['0.0.0.0', 'http://127.0.0.1:8889'],
    ['::', 'http://[::1]:8889'],
    ['fd00::7', 'http://[fd00::7]:8889'],
    ['localhost', 'http://localhost:8889'],
  ])('that listens on %s is, from its own machine, %s', (host, url) => {
    expect(localUrl({ host, port: 8889 })).toBe(url);
  });
});

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** An address at which somebody listened a moment ago. */
async function unusedUrl(): Promise<string> {
  const url = await serve(() => undefined);
  const server = servers.pop();
  server?.close();
  if (server !== undefined) await once(server, 'close');
  return url;
}

async function answering(status: number, body: object | string): Promise<AdminCall> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return client(await serve((_request, response) => response.writeHead(status).end(text)));
}

function client(url: string): AdminCall {
  return createAdminClient(access(url, 'en'), () => 't');
}

function access(url: string, language: 'en' | 'zh') {
  return { url, language, timeoutMs: 5000, signal: new AbortController().signal };
}
