import { once } from 'node:events';
import { connect as connectTcp } from 'node:net';
import { promisify } from 'node:util';
import jsonwebtoken from 'jsonwebtoken';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { register, request, type Actor } from '../support/api.ts';
import { startChatd, type Chatd } from '../support/chatd.ts';
import { connect, type Client } from '../support/client.ts';

/** Tables of what nobody should send, each with its answer; while two other users go on chatting with the same process. */
describe('malformed input', () => {
  let chatd: Chatd;
  let mallory: Actor;
  let chatter: Chatter;

  beforeAll(async () => {
    chatd = await startChatd();
    const [alice, bob] = [await register(chatd, 'alice'), await register(chatd, 'bob')];
    mallory = await register(chatd, 'mallory');
    chatter = startChatting(await alice.connect(), await bob.connect(), bob.id);
  });

  afterAll(async () => {
    const { sent, received } = await chatter.stop();
    const alive = chatd.isAlive();
    await chatd.dispose();
    expect(alive).toBe(true);
    // As many as the disk takes meanwhile, one after the other.
    expect(sent).toBeGreaterThan(10);
    expect(received).toEqual(Array.from({ length: sent }, (_, n) => `${n + 1}`));
  });

  describe('frames', () => {
    let client: Client;
    const chat = (more: object) => ({ chatType: 2, recvId: '1', content: 'x', contentType: 1, ...more });
    const frames: [what: string, frame: string | object, code: string, field?: string][] = [
      ['nothing', '', 'invalid_json'],
      ['no JSON', '{"chatType":', 'invalid_json'],
      ['empty content', chat({ content: '' }), 'invalid_field', 'content'],
      ['an array', '[]', 'invalid_json'],
      ['null', 'null', 'invalid_json'],
      ['a number', '7', 'invalid_json'],
      ['a string', '"hello"', 'invalid_json'],
      ['deep nesting', `${'['.repeat(20_000)}${']'.repeat(20_000)}`, 'invalid_json'],
      ['an unknown type', { type: 'launch' }, 'unknown_type'],
      ['a type that is no text', { type: 7 }, 'invalid_field', 'type'],
      ['a type from the prototype', { type: 'constructor' }, 'unknown_type'],
      ['no chatType', { recvId: '1', content: 'x' }, 'unsupported_chat_type'],
      ['chatType 3', chat({ chatType: 3 }), 'unsupported_chat_type'],
      ['chatType 99, the notices of the server', chat({ chatType: 99 }), 'unsupported_chat_type'],
      ['chatType as text', chat({ chatType: '2' }), 'invalid_field', 'chatType'],
      ['no recipient', { chatType: 2, content: 'x' }, 'invalid_field', 'recvId'],
      ['a recipient that is no id', chat({ recvId: 'bob' }), 'no_such_recipient'],
      ['a recipient beyond 2^53', chat({ recvId: '99999999999999999999' }), 'no_such_recipient'],
      ['a recipient that is an object', chat({ recvId: {} }), 'invalid_field', 'recvId'],
      ['a recipient that is not there', chat({ recvId: '424242' }), 'no_such_recipient'],
      ['a group that is not there', { chatType: 1, conversationId: 'nowhere', content: 'x' }, 'not_member'],
      ['a group id that is none', { chatType: 1, conversationId: '../etc', content: 'x' }, 'not_member'],
      ['no content', { chatType: 2, recvId: '1' }, 'invalid_field', 'content'],
      ['content that is no text', chat({ content: { a: 1 } }), 'invalid_field', 'content'],
      ['too much content', chat({ content: 'x'.repeat(16 * 1024 + 1) }), 'content_too_large'],
      ['too much content in UTF-8', chat({ content: '好'.repeat(6_000) }), 'content_too_large'],
      ['contentType 5', chat({ contentType: 5 }), 'bad_content_type'],
      ['contentType as text', chat({ contentType: '1' }), 'invalid_field', 'contentType'],
      ['an empty clientMsgId', chat({ clientMsgId: '' }), 'invalid_field', 'clientMsgId'],
      ['a long clientMsgId', chat({ clientMsgId: 'x'.repeat(65) }), 'invalid_field', 'clientMsgId'],
      ['a clientMsgId that is not printable', chat({ clientMsgId: 'a\nb' }), 'invalid_field', 'clientMsgId'],
      ['a clientMsgId that is a number', chat({ clientMsgId: 7 }), 'invalid_field', 'clientMsgId'],
      ['a ping id that is an object', { type: 'ping', id: {} }, 'invalid_field', 'id'],
    ];

    beforeAll(async () => {
      client = await mallory.connect();
    });

    afterAll(() => client.close());

    test.each(frames)('%s', async (_what, frame, code, field) => {
      client.send(frame);
      const answer = await client.next();
      expect(answer).toMatchObject({ type: 'error', code, error: expect.any(String) });
      if (field !== undefined) expect(answer).toMatchObject({ field });
      expect(JSON.stringify(answer)).not.toMatch(/\/(src|dist|node_modules)\/|at \w+ \(|SQL|Error:/);
    });
  });

  describe('WebSocket messages that end the connection', () => {
    test.each<[what: string, send: (client: Client) => void, code: number]>([
      ['a binary frame', ({ socket }) => socket.send(Buffer.from('{}')), 1003],
      ['more than WS.MaxFrame', ({ socket }) => socket.send('x'.repeat(64 * 1024 + 1)), 1009],
      [
        'text that is not UTF-8',
        ({ socket }) => socket.send(Buffer.from([0xff, 0xfe]), { binary: false }),
        1007,
      ],
    ])('%s', async (_what, send, code) => {
      const client = await mallory.connect();
      send(client);
      expect((await client.closed).code).toBe(code);
    });

    test('a hundred wrong frames in a row: too_many_errors', async () => {
      const client = await mallory.connect({ v1: true });
      for (let n = 0; n < 2_000; n += 1) client.send('wrong');
      expect(await client.closed).toMatchObject({
        code: 4509,
        reason: expect.stringMatching(/^too_many_errors/),
      });
    });
  });

  describe('tokens', () => {
    const now = () => Math.floor(Date.now() / 1000);
    const claims = (more: object = {}) => ({ uid: Number(mallory.id), iat: now(), exp: now() + 60, ...more });
    const sign = (payload: object, secret: string, header: object = {}) =>
      jsonwebtoken.sign(JSON.stringify(payload), secret, {
        algorithm: 'HS256',
        header: { alg: 'HS256', ...header },
      });
    const tokens: [what: string, make: (secret: string) => string][] = [
      ['no token at all', () => ''],
      ['not a token', () => 'abc'],
      ['three dots', () => '...'],
      ['a token of another secret', () => sign(claims(), 'another secret that is long enough!')],
      ['a token signed with nothing', () => jsonwebtoken.sign(claims(), '', { algorithm: 'none' })],
      ['HS512', (secret) => jsonwebtoken.sign(claims(), secret, { algorithm: 'HS512' })],
      ['an unknown critical header', (secret) => sign(claims(), secret, { crit: ['x'], x: 1 })],
      ['expired', (secret) => sign(claims({ iat: now() - 100, exp: now() - 50 }), secret)],
      ['no exp', (secret) => sign(claims({ exp: undefined }), secret)],
      ['exp without end', (secret) => rawToken(`{"uid":${mallory.id},"iat":${now()},"exp":1e400}`, secret)],
      ['no iat', (secret) => rawToken(`{"uid":${mallory.id},"exp":${now() + 60}}`, secret)],
      [
        'iat in a year',
        (secret) => sign(claims({ iat: now() + 31_536_000, exp: now() + 31_536_060 }), secret),
      ],
      ['no uid', (secret) => sign(claims({ uid: undefined }), secret)],
      ['uid as an object', (secret) => sign(claims({ uid: { $gt: 0 } }), secret)],
      ['uid as a list', (secret) => sign(claims({ uid: [Number(mallory.id)] }), secret)],
      ['uid 0', (secret) => sign(claims({ uid: 0 }), secret)],
      ['uid 1.5', (secret) => sign(claims({ uid: 1.5 }), secret)],
      ['uid true', (secret) => sign(claims({ uid: true }), secret)],
      ['uid with a space', (secret) => sign(claims({ uid: ` ${mallory.id}` }), secret)],
      ['uid of nobody', (secret) => sign(claims({ uid: 424242 }), secret)],
      ['an operator token', (secret) => sign(claims({ aud: 'chatd-operator', sub: 'mallory@host' }), secret)],
      ['a very long one', (secret) => sign(claims({ junk: 'x'.repeat(5_000) }), secret)],
    ];

    test.each(tokens)('%s', async (what, make) => {
      const token = make(chatd.secret);
      if (what === 'a very long one') return expect(await statusOfUpgrade(token)).toBeGreaterThanOrEqual(200);
      expect(await statusOfUpgrade(token)).toBe(401);
      const answer = await request(chatd, 'GET /v1/user/info', { token });
      expect(answer).toMatchObject({ status: 401, code: 401 });
      expect(['unauthorized', 'token_expired']).toContain(answer.error);
      return undefined;
    });

    test('a chatd.v1 client is told by a close code, which its browser can read', async () => {
      const client = await connect(chatd, { token: 'abc', v1: true });
      expect(await client.closed).toMatchObject({
        code: 4500,
        reason: expect.stringMatching(/^invalid_token/),
      });
    });

    async function statusOfUpgrade(token: string): Promise<number> {
      return connect(chatd, { token }).then(
        async (client) => {
          await client.close();
          return 101;
        },
        (error: { status?: number }) => error.status ?? 0,
      );
    }
  });

  describe('request lines', () => {
    const lines: [line: string, http: RegExp, ws: RegExp][] = [
      ['GET http://[::1 HTTP/1.1', /^HTTP\/1\.1 (400|404) /, /^HTTP\/1\.1 (400|404) /],
      ['GET // HTTP/1.1', /^HTTP\/1\.1 (200|400|404) /, /^HTTP\/1\.1 (400|404|426) /],
      ['GET //[ HTTP/1.1', /^HTTP\/1\.1 (400|404) /, /^HTTP\/1\.1 (400|404|426) /],
      ['GET /%zz HTTP/1.1', /^HTTP\/1\.1 (400|404) /, /^HTTP\/1\.1 (400|404|426) /],
      ['GET /ws?token=%ff%zz HTTP/1.1', /^HTTP\/1\.1 (400|404) /, /^HTTP\/1\.1 (400|401|426) /],
      ['GET /%00 HTTP/1.1', /^HTTP\/1\.1 (400|404) /, /^HTTP\/1\.1 (400|404|426) /],
      ['GET /../../etc/passwd HTTP/1.1', /^HTTP\/1\.1 (400|404) /, /^HTTP\/1\.1 (400|404|426) /],
      ['GET * HTTP/1.1', /^HTTP\/1\.1 (400|404) /, /^HTTP\/1\.1 (400|404|426) /],
      ['GET\u0000/ HTTP/1.1', /^HTTP\/1\.1 400 /, /^HTTP\/1\.1 400 /],
      ['GET /ws HTTP/9.9', /^HTTP\/1\.1 (400|505) /, /^HTTP\/1\.1 (400|505) /],
      ['hello', /^HTTP\/1\.1 400 /, /^HTTP\/1\.1 400 /],
      [
        `GET /${'x'.repeat(20_000)} HTTP/1.1`,
        /^HTTP\/1\.1 (400|404|414|431) /,
        /^HTTP\/1\.1 (400|404|414|426|431) /,
      ],
    ];

    test.each(lines)('%.40s', async (line, http, ws) => {
      const plain = `${line}\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n`;
      expect(await answerTo(chatd.httpPort, plain)).toMatch(http);
      expect(await answerTo(chatd.wsPort, plain)).toMatch(ws);
      const upgrade =
        `${line}\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
        'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n';
      expect(await answerTo(chatd.wsPort, upgrade)).toMatch(/^HTTP\/1\.1 4\d\d /);
    });

    test.each<[what: string, headers: string, answer: RegExp]>([
      ['an upgrade to something else', 'Connection: Upgrade\r\nUpgrade: h2c', /^HTTP\/1\.1 (400|426) /],
      [
        'no key',
        'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13',
        /^HTTP\/1\.1 400 /,
      ],
      [
        'version 99',
        'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 99\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
        /^HTTP\/1\.1 (400|426) /,
      ],
    ])('upgrades: %s', async (_what, headers, answer) => {
      const text = `GET /ws?token=${mallory.token} HTTP/1.1\r\nHost: 127.0.0.1\r\n${headers}\r\n\r\n`;
      expect(await answerTo(chatd.wsPort, text)).toMatch(answer);
    });
  });

  describe('bodies', () => {
    const bodies: [what: string, route: string, body: unknown, code: number][] = [
      ['no JSON', 'POST /v1/user/login', '{"name":', 400],
      ['nothing', 'POST /v1/user/login', '', 400],
      ['a list', 'POST /v1/user/login', [], 400],
      ['null', 'POST /v1/user/login', 'null', 400],
      ['a name that is an object', 'POST /v1/user/login', { name: { $ne: '' }, password: 'x' }, 400],
      ['a name that is 0', 'POST /v1/user/login', { name: 0, password: 'x' }, 400],
      ['no password', 'POST /v1/user/register', { name: 'dave' }, 400],
      [
        'a name of control characters',
        'POST /v1/user/register',
        { name: 'a\u001b[2Jb', password: 'long enough' },
        400,
      ],
      [
        'a name that turns the line',
        'POST /v1/user/register',
        { name: 'a\u202eb', password: 'long enough' },
        400,
      ],
      ['an empty name', 'POST /v1/user/register', { name: '', password: 'long enough' }, 400],
      [
        'a name of 65 characters',
        'POST /v1/user/register',
        { name: 'x'.repeat(65), password: 'long enough' },
        400,
      ],
      [
        'a name that looks like another',
        'POST /v1/user/register',
        { name: 'ＡＬＩＣＥ', password: 'long enough' },
        409,
      ],
      ['__proto__', 'POST /v1/user/register', '{"__proto__":{"name":"x"},"password":"long enough"}', 400],
      ['a group of nobody', 'POST /v1/group/create', { groupId: 'g', groupName: 'g', memberIds: 'bob' }, 400],
      ['a group called all', 'POST /v1/group/create', { groupId: 'all', groupName: 'g', memberIds: [] }, 409],
      [
        'a group id of private form',
        'POST /v1/group/create',
        { groupId: 'x'.repeat(22), groupName: 'g', memberIds: [] },
        400,
      ],
      ['a message to nobody', 'POST /v1/chat/messages', { chatType: 2, content: 'x' }, 400],
    ];

    test.each(bodies)('%s', async (_what, route, body, code) => {
      // The seed's routes answer refusals at HTTP 200, for its front end reads `msg` only then.
      const status = route === 'POST /v1/chat/messages' ? code : 200;
      const answer = await request(chatd, route, { token: mallory.token, body });
      expect(answer).toMatchObject({ status, code, msg: expect.any(String), error: expect.any(String) });
    });

    test('a body that never ends is cut off', async () => {
      const body = JSON.stringify({ name: 'x'.repeat(3_000_000), password: 'x' });
      const answer = await request(chatd, 'POST /v1/user/login', { body });
      expect(answer).toMatchObject({ status: 200, code: 413 });
    });

    test.each([
      ['its length said before', (body: string) => [`Content-Length: ${body.length}`, body]],
      [
        'in one chunk',
        (body: string) => [
          'Transfer-Encoding: chunked',
          `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`,
        ],
      ],
    ])('whoever listens only when all of it is sent hears so too, %s', async (_, toRequest) => {
      const [header, body] = toRequest(JSON.stringify({ name: 'x'.repeat(3_000_000), password: 'x' }));
      const socket = connectTcp(chatd.httpPort, '127.0.0.1').pause();
      socket.write(
        `POST /v1/user/login HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n${header}\r\n\r\n`,
      );
      await promisify((text: string, done: (error?: Error | null) => void) => socket.write(text, done))(
        body ?? '',
      );
      const [answer] = (await once(socket.resume(), 'data')) as [Buffer];
      socket.destroy();
      expect(answer.toString()).toMatch(/^HTTP\/1\.1 200 [^]*"code":413/);
    });

    test.each(['text/plain', 'application/xml', 'application/x-www-form-urlencoded'])(
      'a body of %s',
      async (type) => {
        const answer = await request(chatd, 'POST /v1/user/login', {
          body: 'name=alice',
          headers: { 'content-type': type },
        });
        expect(answer).toMatchObject({ status: 200, code: 400 });
      },
    );

    test.each([
      'page=-1&count=0',
      'page=1e9&count=1e9',
      'page=abc&count=',
      'page=&count=&startTime=x&endTime=',
      'page[]=1&count[a]=2',
    ])('what is asked for is clamped: %s', async (query) => {
      const answer = await request(chatd, `GET /v1/chat/messages?conversationId=all&chatType=1&${query}`, {
        token: mallory.token,
      });
      expect(answer).toMatchObject({ status: 200, code: 200, data: { list: expect.any(Array) } });
    });
  });
});

/** A token of exactly this payload, signed right. */
function rawToken(payload: string, secret: string): string {
  return jsonwebtoken.sign(payload, secret, { algorithm: 'HS256', header: { alg: 'HS256', typ: 'JWT' } });
}

/** Sends bytes and gives the first line that comes back, once the server has ended the connection. */
function answerTo(port: number, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connectTcp(port, '127.0.0.1', () => socket.write(text));
    socket.setTimeout(10_000, () => socket.destroy(new Error(`no end after: ${answer.slice(0, 200)}`)));
    socket.on('data', (bytes) => {
      answer += bytes.toString('latin1');
      if (answer.includes('\r\n\r\n')) socket.end();
    });
    socket.on('error', reject);
    socket.on('close', () => resolve(answer));
  });
}

interface Chatter {
  stop(): Promise<{ sent: number; received: unknown[] }>;
}

/** Two users in a conversation that never stops: the next message goes out when the last one has arrived. */
function startChatting(from: Client, to: Client, recvId: string): Chatter {
  const stop = new AbortController();
  const received: unknown[] = [];
  const talk = async () => {
    let sent = 0;
    while (!stop.signal.aborted) {
      sent += 1;
      from.send({ chatType: 2, recvId, content: `${sent}`, contentType: 1 });
      received.push((await to.nextMessage())['content']);
    }
    return sent;
  };
  const talking = talk();
  return {
    async stop() {
      stop.abort();
      return { sent: await talking, received };
    },
  };
}
