import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ask, type Person, register, serve, type Served } from './served.ts';

/** What nobody should send, each with its answer; never a stack, a path, or the words of a library. */

let served: Served;
let alice: Person;

beforeAll(async () => {
  served = await serve();
  alice = await register(served, 'alice');
});

afterAll(async () => {
  expect(served.logged.filter(({ event }) => event === 'http_failed')).toEqual([]);
  await served.close();
});

const LOGIN = 'POST /v1/user/login';
const CREATE = 'POST /v1/group/create';
const SEND = 'POST /v1/chat/messages';

describe('bodies', () => {
  test.each<[what: string, line: string, body: unknown, error: string, field?: string]>([
    ['nothing', LOGIN, '', 'invalid_json'],
    ['half an object', LOGIN, '{"name":', 'invalid_json'],
    ['two objects', LOGIN, '{}{}', 'invalid_json'],
    ['a list', LOGIN, [], 'invalid_json'],
    ['null', LOGIN, 'null', 'invalid_json'],
    ['a number', LOGIN, '7', 'invalid_json'],
    ['text', LOGIN, '"x"', 'invalid_json'],
    ['NaN', LOGIN, '{"name":NaN}', 'invalid_json'],
    ['no UTF-8', LOGIN, Buffer.from('{"name":"\xff","password":"x"}', 'latin1'), 'invalid_json'],
    ['deep nesting', LOGIN, '['.repeat(100_000), 'invalid_json'],
    ['deep nesting, closed', LOGIN, `${'['.repeat(50_000)}${']'.repeat(50_000)}`, 'invalid_json'],
    ['an empty object', LOGIN, {}, 'invalid_field', 'name'],
    ['null for a name', LOGIN, { name: null, password: 'x' }, 'invalid_field', 'name'],
    ['a name that is an object', LOGIN, { name: { $ne: '' }, password: 'x' }, 'invalid_field', 'name'],
    ['a name that is a list', LOGIN, { name: ['alice'], password: 'x' }, 'invalid_field', 'name'],
    ['a password that is a number', LOGIN, { name: 'alice', password: 1e308 }, 'invalid_field', 'password'],
    ['__proto__', LOGIN, '{"__proto__":{"name":"alice","password":"x"}}', 'invalid_field', 'name'],
    ['constructor', LOGIN, '{"constructor":{"prototype":{"name":"alice"}}}', 'invalid_field', 'name'],
    ['too much', LOGIN, { name: 'x'.repeat(300_000), password: 'x' }, 'content_too_large'],
    [
      'members that are text',
      CREATE,
      { groupId: 'g', groupName: 'g', memberIds: '1' },
      'invalid_field',
      'memberIds',
    ],
    [
      'a member that is none',
      CREATE,
      { groupId: 'g', groupName: 'g', memberIds: ['1', 'x'] },
      'invalid_field',
      'memberIds',
    ],
    [
      'a member beyond 2^53',
      CREATE,
      { groupId: 'g', groupName: 'g', memberIds: [1e300] },
      'invalid_field',
      'memberIds',
    ],
    [
      'a member that does not exist',
      CREATE,
      { groupId: 'g', groupName: 'g', memberIds: [4242] },
      'not_found',
      'memberIds',
    ],
    ['a group id with a slash', CREATE, { groupId: '../x', groupName: 'g' }, 'invalid_field', 'groupId'],
    ['a group id that is a number', CREATE, { groupId: 7, groupName: 'g' }, 'invalid_field', 'groupId'],
    ['a send of nothing', SEND, '', 'invalid_json'],
    ['a send without a type', SEND, {}, 'unsupported_chat_type'],
    ['a send of type 3', SEND, { chatType: 3 }, 'unsupported_chat_type'],
    ['a send to no one', SEND, { chatType: 2, content: 'x' }, 'invalid_field', 'recvId'],
    ['a send to nobody', SEND, { chatType: 2, recvId: '4242', content: 'x' }, 'no_such_recipient'],
    ['a send of no text', SEND, { chatType: 1, content: 7 }, 'invalid_field', 'content'],
    ['a send of kind 9', SEND, { chatType: 1, content: 'x', contentType: 9 }, 'bad_content_type'],
    [
      'a send that is too long',
      SEND,
      { chatType: 1, content: '好'.repeat(6_000) },
      'content_too_large',
      'content',
    ],
    [
      'a send with a long key',
      SEND,
      { chatType: 1, content: 'x', clientMsgId: 'k'.repeat(65) },
      'invalid_field',
      'clientMsgId',
    ],
  ])('%s', async (...[, line, body, error, field]) => {
    const answer = await ask(served, line, { token: alice.token, body });
    expect(answer.body).toMatchObject({
      error,
      msg: expect.any(String),
      message: answer.body.msg,
      data: null,
    });
    expect(answer.body.field).toBe(field);
    expect(answer.status).toBe(line === SEND ? answer.body.code : 200);
    expect(answer.text).not.toMatch(/node_modules|Error:|\bat |zod|fastify/i);
  });

  test('the longest message passes, every byte of it escaped', async () => {
    const content = '\\u0001'.repeat(16 * 1024);
    const body = `{"chatType":1,"content":"${content}"}`;
    expect(await ask(served, SEND, { token: alice.token, body })).toMatchObject({ status: 200 });
  });

  test.each([
    'text/plain',
    'application/xml',
    'application/x-www-form-urlencoded',
    'multipart/form-data',
    'x',
    '',
  ])('a body of type "%s"', async (type) => {
    const headers = { 'content-type': type };
    const body = Buffer.from('{"name":"alice","password":"x"}');
    const answer = await ask(served, LOGIN, { body, headers });
    expect(answer).toMatchObject({ status: 200, body: { code: 400 } });
  });

  test('a content type without a body is no body', async () => {
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${alice.token}` };
    expect(await ask(served, 'DELETE /v1/group/all/members/1', { headers })).toMatchObject({
      body: { error: 'permission_denied' },
    });
  });
});

describe('queries', () => {
  test.each<[query: string, error: string, field: string]>([
    ['conversationId=all&conversationId=all', 'invalid_field', 'conversationId'],
    ['conversationId=all&beforeSeq=x', 'invalid_field', 'beforeSeq'],
    ['conversationId=all&afterSeq=-1', 'invalid_field', 'afterSeq'],
    ['conversationId=all&beforeSeq=99999999999999999999', 'invalid_field', 'beforeSeq'],
    ['targetUserId=x', 'invalid_field', 'targetUserId'],
    ['targetUserId=1&targetUserId=2', 'invalid_field', 'targetUserId'],
  ])('%s', async (query, error, field) => {
    const { status, body } = await ask(served, `GET /v1/chat/messages?${query}`, { token: alice.token });
    expect({ status, body }).toMatchObject({ status: 200, body: { code: 400, error, field } });
  });

  test.each([
    'page=1e308&count=1e308',
    'startTime=x&endTime=-1',
    'startTime=999999999999999',
    '__proto__=x',
    'page[]=1',
    '%zz',
  ])('not refused: %s', async (query) => {
    const line = `GET /v1/chat/messages?conversationId=all&${query}`;
    expect(await ask(served, line, { token: alice.token })).toMatchObject({ body: { code: 200 } });
  });
});

describe('paths and methods', () => {
  test.each<[line: string, status: number, error: string]>([
    ['GET /nowhere', 404, 'not_found'],
    ['GET /v1', 404, 'not_found'],
    ['POST /nowhere', 404, 'not_found'],
    ['PUT /v1/group/create', 404, 'not_found'],
    ['PATCH /v1/user/login', 404, 'not_found'],
    ['OPTIONS /v1/user/login', 404, 'not_found'],
    ['GET /%', 400, 'invalid_field'],
    ['GET /%zz', 400, 'invalid_field'],
    ['GET /v1/user/%ff', 400, 'invalid_field'],
    [`GET /v1/user/${'1'.repeat(500)}`, 404, 'not_found'],
    ['GET /constructor', 404, 'not_found'],
    ['GET /__proto__', 404, 'not_found'],
  ])('%s', async (line, status, error) => {
    const answer = await ask(served, line, { body: line.startsWith('POST') ? 'no JSON' : undefined });
    expect(answer).toMatchObject({ status, body: { code: status, error } });
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
  });

  test('slashes that repeat are one: host and file of an upload join either way', async () => {
    expect(await ask(served, 'GET //ping')).toMatchObject({ status: 200 });
  });
});

describe('bytes that are no request', () => {
  test.each<[what: string, text: string, answer: RegExp]>([
    ['words', 'hello\r\n\r\n', /^HTTP\/1\.1 400 Bad Request\r\n[^]*"code":400/],
    ['an open bracket', 'GET http://[::1 HTTP/1.1\r\nHost: x\r\n\r\n', /^HTTP\/1\.1 (400|404) /],
    ['two slashes', 'GET // HTTP/1.1\r\nHost: x\r\n\r\n', /^HTTP\/1\.1 (200|404) /],
    ['a star', 'GET * HTTP/1.1\r\nHost: x\r\n\r\n', /^HTTP\/1\.1 (400|404) /],
    ['a NUL', 'GET\0/ HTTP/1.1\r\nHost: x\r\n\r\n', /^HTTP\/1\.1 400 /],
    ['a NUL in the path', 'GET /%00 HTTP/1.1\r\nHost: x\r\n\r\n', /^HTTP\/1\.1 404 /],
    [
      'another host’s address',
      'GET http://other/ping HTTP/1.1\r\nHost: x\r\n\r\n',
      /^HTTP\/1\.1 (200|400|404) /,
    ],
    ['CONNECT', 'CONNECT other:80 HTTP/1.1\r\nHost: other:80\r\n\r\n', /^(HTTP\/1\.1 4\d\d |$)/],
    ['no Host', 'GET /ping HTTP/1.1\r\n\r\n', /^HTTP\/1\.1 400 /],
    ['a version to come', 'GET /ping HTTP/9.9\r\nHost: x\r\n\r\n', /^HTTP\/1\.1 (400|505) /],
    [
      'too many headers',
      `GET /ping HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`,
      /^HTTP\/1\.1 431 /,
    ],
    [
      'two lengths',
      'POST /ping HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx',
      /^HTTP\/1\.1 400 /,
    ],
    [
      'a length and chunks',
      'POST /ping HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      /^HTTP\/1\.1 400 /,
    ],
    [
      'an upgrade nobody offers here',
      'GET /ping HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n',
      /^HTTP\/1\.1 200 /,
    ],
  ])('%s', async (_what, text, answer) => {
    expect(await answerTo(text.replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n'))).toMatch(answer);
  });

  test('HTTP/1.0 is understood', async () => {
    expect(await answerTo('GET /ping HTTP/1.0\r\n\r\n')).toMatch(/^HTTP\/1\.1 200 [^]*\{"message":"pong"\}$/);
  });

  test('who expects 100-continue gets it', async () => {
    const text =
      'POST /v1/user/login HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nConnection: close\r\n' +
      'Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}';
    expect(await answerTo(text)).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 OK/);
  });

  test('what else is expected is not met', async () => {
    const text = 'GET /ping HTTP/1.1\r\nHost: x\r\nExpect: a-miracle\r\nConnection: close\r\n\r\n';
    expect(await answerTo(text)).toMatch(/^HTTP\/1\.1 417 /);
  });
});

/** Sends bytes; gives everything that came back when the server has ended the connection. */
function answerTo(text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(served.port, '127.0.0.1', () => socket.write(text, 'latin1'));
    socket.setTimeout(10_000, () => socket.destroy(new Error(`no end after: ${answer}`)));
    socket.on('data', (bytes) => {
      answer += bytes.toString('latin1');
    });
    socket.on('error', reject);
    socket.on('close', () => resolve(answer));
  });
}
