import { readdirSync } from 'node:fs';
import { connect } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { ask, type Person, register, serve, type Served } from './served.ts';

const PNG = '\x89PNG\r\n\x1a\n\0\0\0\rIHDR';
const NAME = /^\/uploads\/[0-9a-f]{32}\.[a-z0-9]+$/;

let served: Served;
let alice: Person;

beforeAll(async () => {
  served = await serve({ env: { CHATD_UPLOAD_MAXSIZE: '4KiB', CHATD_UPLOAD_PERDAY: '64KiB' } });
  alice = await register(served, 'alice');
});

afterAll(async () => {
  expect(served.logged.filter(({ event }) => event === 'http_failed')).toEqual([]);
  await served.close();
});

const kept = (from = served): string[] => readdirSync(from.config.upload.savePath);
const PATIENT = { interval: 5, timeout: 10_000 };
// Whatever a test did, nothing half written stays behind: of who went in the middle, for no longer than it takes to find out.
afterEach(() => expect.poll(() => kept().filter((name) => name.endsWith('.part')), PATIENT).toEqual([]));

type File = readonly [name: string, content: string];

function form(field: string, ...files: readonly File[]): FormData {
  const made = new FormData();
  for (const [name, content] of files) made.append(field, new Blob([Buffer.from(content, 'latin1')]), name);
  return made;
}

const upload = (files: FormData, what = 'file', by = alice) =>
  ask(served, `POST /v1/upload/${what}`, { token: by.token, body: files });

test('a picture is shown as what it is, to pages of any origin', async () => {
  const { body } = await upload(form('file', ['照片.PNG', PNG]));
  expect(body).toEqual({
    code: 200,
    msg: '成功',
    data: { host: served.url, file: expect.stringMatching(NAME), filename: '照片.PNG' },
  });
  const picture = await ask(served, `GET ${body.data.file}`);
  expect(picture).toMatchObject({ status: 200, text: PNG });
  expect(Object.fromEntries(picture.headers)).toMatchObject({
    'content-type': 'image/png',
    'content-disposition': 'inline',
    'content-length': String(PNG.length),
    'x-content-type-options': 'nosniff',
    'cross-origin-resource-policy': 'cross-origin',
    'content-security-policy': expect.stringMatching(/^sandbox;/),
  });
});

describe('what a browser might run is saved, never shown', () => {
  test.each<[what: string, file: File]>([
    ['HTML', ['a.html', '<html><script>alert(1)</script>']],
    ['HTML that says it is a picture', ['a.png', '<html><script>alert(1)</script>']],
    ['SVG', ['a.svg', '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>']],
    ['XML', ['a.xml', '<?xml version="1.0"?><x:script xmlns:x="http://www.w3.org/1999/xhtml"/>']],
    ['a script', ['a.js', 'alert(1)']],
    ['a PDF', ['a.pdf', '%PDF-1.7 /JS (app.alert(1))']],
    ['nothing', ['a.txt', '']],
  ])('%s', async (_what, file) => {
    const { data } = (await upload(form('file', file))).body;
    const { status, headers, text } = await ask(served, `GET ${data.file}`);
    expect({ status, text }).toEqual({ status: 200, text: file[1] });
    expect(Object.fromEntries(headers)).toMatchObject({
      'content-type': 'application/octet-stream',
      'content-disposition': `attachment; filename="${data.file.split('/').at(-1)}"`,
      'content-security-policy': expect.stringMatching(/^sandbox;/),
      'x-content-type-options': 'nosniff',
    });
  });

  test.each<[what: string, head: string, type: string]>([
    ['a GIF that is a script too', 'GIF89a=1;/*', 'image/gif'],
    ['a JPEG with HTML in it', '\xff\xd8\xff\xfe\0\x1f<script>', 'image/jpeg'],
  ])('%s is a picture and nothing else', async (_what, head, type) => {
    const { data } = (await upload(form('file', ['a.html', `${head}alert(1)*/`]))).body;
    const { headers } = await ask(served, `GET ${data.file}`);
    expect(headers.get('content-type')).toBe(type);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('content-security-policy')).toMatch(/^sandbox;/);
  });
});

describe('the name a file had chooses nothing but what it is called', () => {
  test.each<[name: string, filename: string]>([
    ['../../../etc/passwd', 'passwd'],
    ['..\\..\\windows\\win.ini', 'win.ini'],
    ['/etc/cron.d/x', 'x'],
    ['..', 'file'],
    ['', 'file'],
    ['\u202egpj.exe', 'gpj.exe'],
    ['a\u0007b\u001b[2J.txt', 'ab[2J.txt'],
    ['e\u0301.txt', 'é.txt'],
    ['👨‍👩‍👧.png', '👨‍👩‍👧.png'],
    [`${'长'.repeat(300)}.docx`, `${'长'.repeat(95)}.docx`],
    ['.htaccess', '.htaccess'],
    ['a.php;.png', 'a.php;.png'],
  ])('%j is called %j', async (name, filename) => {
    // By hand: FormData would not send such names as they are.
    const head = `Content-Disposition: form-data; name="file"; filename="${name}"\r\nContent-Type: image/png`;
    const body = Buffer.from(`--b\r\n${head}\r\n\r\nx\r\n--b--\r\n`);
    const headers = { 'content-type': 'multipart/form-data; boundary=b' };
    const answer = await ask(served, 'POST /v1/upload/file', { token: alice.token, body, headers });
    expect(answer.body.data).toMatchObject({ file: expect.stringMatching(NAME), filename });
  });

  test.each([
    '/uploads/../auth.secret',
    '/uploads/..%2f..%2fauth.secret',
    '/uploads/%2e%2e%2fauth.secret',
    '/uploads/..%5cauth.secret',
    '/uploads/.part',
    '/uploads/',
    '/uploads/%00',
    `/uploads/${'0'.repeat(32)}.png`,
    `/uploads/${'0'.repeat(32)}.png%00.html`,
    `/uploads/${'0'.repeat(32)}.part`,
  ])('%s is not there', async (path) => {
    expect(await ask(served, `GET ${path}`)).toMatchObject({ status: 404, body: { error: 'not_found' } });
  });
});

describe('several files', () => {
  test('are kept together', async () => {
    const { data } = (await upload(form('files', ['a.png', PNG], ['b.txt', 'b']), 'multiplefiles')).body;
    expect(data).toEqual([
      { host: served.url, file: expect.stringMatching(/\.png$/), filename: 'a.png' },
      { host: served.url, file: expect.stringMatching(/\.txt$/), filename: 'b.txt' },
    ]);
  });

  test.each<[what: string, files: FormData, error: string]>([
    ['one of them too large', form('files', ['a', 'a'], ['b', 'x'.repeat(5_000)]), 'content_too_large'],
    [
      'too many',
      form('files', ...Array.from({ length: 11 }, (_, n): File => [`${n}`, 'x'])),
      'limit_exceeded',
    ],
    [
      'one under another field',
      ((made) => (made.append('file', new Blob(['x']), 'x'), made))(form('files', ['a', 'a'])),
      'invalid_field',
    ],
    ['none', new FormData(), 'invalid_field'],
  ])('%s: none is kept', async (_what, files, error) => {
    const before = kept();
    const answer = await upload(files, 'multiplefiles');
    expect(answer).toMatchObject({ status: 200, body: { error } });
    expect(kept()).toEqual(before);
  });
});

describe('what is refused leaves nothing behind', () => {
  const headers = { 'content-type': 'multipart/form-data; boundary=b' };

  test('one byte too many', async () => {
    const before = kept();
    expect(await upload(form('file', ['a', 'x'.repeat(4_096)]))).toMatchObject({ body: { code: 200 } });
    expect(kept()).toHaveLength(before.length + 1);
    const answer = await upload(form('file', ['a', 'x'.repeat(4_097)]));
    expect(answer).toMatchObject({
      status: 200,
      body: { code: 413, error: 'content_too_large', msg: '文件过大' },
    });
    expect(kept()).toHaveLength(before.length + 1);
  });

  test.each<[what: string, body: string | Buffer, more?: Record<string, string>]>([
    ['no form', '{}', { 'content-type': 'application/json' }],
    ['a form without a boundary', 'x', { 'content-type': 'multipart/form-data' }],
    ['an empty form', '--b--\r\n'],
    ['no form inside', 'hello'],
    ['a form that breaks off', '--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nx'],
    ['a field, no file', '--b\r\nContent-Disposition: form-data; name="file"\r\n\r\nx\r\n--b--\r\n'],
    [
      'a field of the prototype',
      '--b\r\nContent-Disposition: form-data; name="__proto__"; filename="a"\r\n\r\nx\r\n--b--\r\n',
    ],
    ['nothing at all', ''],
  ])('%s', async (_what, body, more = {}) => {
    const before = kept();
    const sent = { token: alice.token, body, headers: { ...headers, ...more } };
    const answer = await ask(served, 'POST /v1/upload/file', sent);
    expect(answer).toMatchObject({ status: 200, body: { code: 400, msg: expect.any(String) } });
    expect(kept()).toEqual(before);
  });

  test('a sender who goes away in the middle', async () => {
    const before = kept();
    const socket = connect(served.port, '127.0.0.1');
    const part = '--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nhalf';
    socket.write(
      `POST /v1/upload/file HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${alice.token}\r\n` +
        `Content-Type: ${headers['content-type']}\r\nContent-Length: 4000\r\n\r\n${part}`,
    );
    await expect.poll(() => kept(), { timeout: 5_000 }).toHaveLength(before.length + 1);
    socket.destroy();
    await expect.poll(() => kept(), { timeout: 5_000 }).toEqual(before);
  });

  test('no room on the disk', async () => {
    const full = await serve({ parts: { freeBytes: async () => 1024 ** 3 - 1 } });
    const bob = await register(full, 'bob');
    const answer = await ask(full, 'POST /v1/upload/file', {
      token: bob.token,
      body: form('file', ['a', 'x']),
    });
    expect(answer).toMatchObject({ status: 200, body: { code: 503, error: 'storage_full' } });
    expect(kept(full)).toEqual([]);
    await full.close();
  });
});

test('a day’s allowance is used up by one user, not by another', async () => {
  const [carol, dave] = [await register(served, 'carol'), await register(served, 'dave')];
  const file = (): FormData => form('file', ['a', 'x'.repeat(4_096)]);
  for (let n = 0; n < 16; n += 1) expect((await upload(file(), 'file', carol)).body.code).toBe(200);
  expect(await upload(form('file', ['a', 'x']), 'file', carol)).toMatchObject({
    body: { code: 403, error: 'limit_exceeded', msg: '今日上传额度已用完' },
  });
  expect((await upload(file(), 'file', dave)).body.code).toBe(200);
});

test('what was refused does not count', async () => {
  const erin = await register(served, 'erin');
  for (let n = 0; n < 20; n += 1) await upload(form('file', ['a', 'x'.repeat(5_000)]), 'file', erin);
  expect((await upload(form('file', ['a', 'x']), 'file', erin)).body.code).toBe(200);
});

test('the answer names the host that was configured', async () => {
  const elsewhere = await serve({ env: { CHATD_UPLOAD_HOST: 'https://files.example.com' } });
  const bob = await register(elsewhere, 'bob');
  const { body } = await ask(elsewhere, 'POST /v1/upload/file', {
    token: bob.token,
    body: form('file', ['a', 'x']),
  });
  expect(body.data.host).toBe('https://files.example.com');
  await elsewhere.close();
});

test('HEAD says how large a file is', async () => {
  const { data } = (await upload(form('file', ['a.png', PNG]))).body;
  const { status, headers, text } = await ask(served, `HEAD ${data.file}`);
  expect({ status, text }).toEqual({ status: 200, text: '' });
  expect(headers.get('content-type')).toBe('image/png');
});
