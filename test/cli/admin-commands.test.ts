import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Actor, register, request, signInRoot } from '../support/api.ts';
import { type Chatd, type CliResult, runCli, startChatd } from '../support/chatd.ts';
import { freePort } from '../support/free-port.ts';

/** Operators' commands as they are typed: `bin/chatd` as a process, at a real server and at none. */

describe('with a server', () => {
  let chatd: Chatd;
  let alice: Actor;

  beforeAll(async () => {
    chatd = await startChatd();
    alice = await register(chatd, 'alice');
  });

  afterAll(() => chatd.dispose());

  test('send: the line says id, seq, from, to, and whether it is read now', async () => {
    expect(await chatd.cli('send', '--to', '2', '你好')).toEqual({
      code: 0,
      stdout: 'stored  id 1  seq 1  1 root → 2 alice (offline: gets it at the next sync)\n',
      stderr: '',
    });
    const client = await alice.connect();
    const { stdout } = await chatd.cli('send', '--to', '@alice', '--type', 'image', 'http://127.0.0.1/x.png');
    expect(stdout).toBe('stored  id 2  seq 2  1 root → 2 alice (online)\n');
    expect(await client.nextMessage()).toMatchObject({ sendId: '1', contentType: 2, seq: 2 });
    await client.close();
  });

  test('send: to a group, as somebody, from stdin to its last line, as JSON; to oneself reaches nobody else', async () => {
    const [group, own] = await Promise.all([
      input('一\n二\n', 'send', '--group', 'all', '--as', '@alice', '-', '--json'),
      chatd.cli('send', '--as', '@alice', '--to', '@alice', 'milk'),
    ]);
    expect(own.stdout).toMatch(/^stored  id \d+  seq 1  2 alice → 2 alice\n$/);
    expect(JSON.parse(group.stdout)).toMatchObject({
      conversationId: 'all',
      group: 'all',
      from: { id: '2', name: 'alice' },
      audience: { online: 0 },
    });
    const history = await alice.request<{ list: { content: string }[] }>(
      'GET /v1/chat/messages?conversationId=all&chatType=1',
    );
    expect(history.data.list.at(-1)?.content).toBe('一\n二');
  });

  test('send: an unknown user, in either language', async () => {
    const [zh, en, json] = await Promise.all([
      chatd.cli('send', '--to', '77', 'x', '--lang', 'zh'),
      chatd.cli('send', '--to', '@nobody', 'x'),
      chatd.cli('send', '--to', '77', 'x', '--json'),
    ]);
    expect(zh).toEqual({
      code: 1,
      stdout: '',
      stderr: '没有用户 77。先建一个: chatd user add NAME\n',
    });
    expect(en).toEqual({
      code: 1,
      stdout: '',
      stderr: 'no user @nobody. Add one first: chatd user add NAME\n',
    });
    expect(JSON.parse(json.stderr)).toEqual({
      code: 'not_found',
      error: 'no user 77. Add one first: chatd user add NAME',
    });
  });

  test('wrong usage ends with 2, and one line (more of it: wrong-usage.test.ts)', async () => {
    const lines = [
      ['send', 'x'],
      ['user', 'passwd', '2'],
      ['user', 'disable', '2'],
      ['user', 'demote', '2'],
      ['kick', '-'],
      ['token', 'check'],
      ['login', '--url', chatd.http],
    ];
    const results = await Promise.all(lines.map(async (args) => ({ args, ...(await chatd.cli(...args)) })));
    expect(results).toEqual(
      lines.map((args) => ({ args, code: 2, stdout: '', stderr: expect.stringMatching(/^[^\n]+\n$/) })),
    );
  });

  test('user add: makes up a password and shows it once, and it is the password', async () => {
    const { stdout } = await chatd.cli('user', 'add', 'bob');
    expect(stdout).toMatch(/^added {2}\d+ bob {2}password [a-z2-9]{16}\n$/);
    const password = stdout.trim().split(' ').at(-1);
    const [login, again] = await Promise.all([
      request(chatd, 'POST /v1/user/login', { body: { name: 'bob', password } }),
      chatd.cli('user', 'add', 'BOB'),
    ]);
    expect(login).toMatchObject({ code: 200 });
    expect(again).toMatchObject({ code: 1, stdout: '' });
  });

  test('user add and passwd: the password from a file, or from stdin', async () => {
    writeFileSync(join(chatd.directory, 'password'), 'from a file\nsecond line\n');
    const { stdout } = await chatd.cli('user', 'add', 'carol', '--password-file', 'password');
    expect(stdout).toMatch(/^added {2}\d+ carol\n$/);
    const login = (password: string) =>
      request(chatd, 'POST /v1/user/login', { body: { name: 'carol', password } });
    expect((await login('from a file')).code).toBe(200);
    const [changed, tooShort] = await Promise.all([
      input('from stdin\n', 'user', 'passwd', '@carol', '--password-file', '-'),
      input('short', 'user', 'passwd', '@carol', '--password-file', '-'),
    ]);
    expect(changed.stdout).toMatch(/^password set {2}\d+ carol\n$/);
    expect(tooShort).toMatchObject({ code: 1 });
    expect([(await login('from a file')).code, (await login('from stdin')).code]).toEqual([400, 200]);
  });

  test('user disable and enable: several at once, one a line from stdin, each with its answer', async () => {
    await Promise.all(['dora', 'emil'].map((name) => register(chatd, name)));
    const off = await input('@dora\n\n @emil \n', 'user', 'disable', '--yes', '-');
    expect(off.stdout).toMatch(/^disabled {2}\d+ dora\ndisabled {2}\d+ emil\n$/);
    const on = await chatd.cli('user', 'enable', '@dora', '@nobody', '@emil');
    expect(on.code).toBe(1);
    expect(on.stdout).toMatch(/^enabled {2}\d+ dora\nenabled {2}\d+ emil\n$/);
    expect(on.stderr).toBe('no user @nobody. Add one first: chatd user add NAME\n1 of 3 failed\n');
  });

  test('user promote and demote; the last administrator stays', async () => {
    expect((await chatd.cli('user', 'demote', '1', '--yes')).stderr).toContain('last enabled administrator');
    expect((await chatd.cli('user', 'promote', '@alice')).stdout).toBe('promoted  2 alice\n');
    const [, , role] = (await listed('alice'))[0] ?? [];
    expect(role).toBe('admin');
    expect((await chatd.cli('user', 'demote', '@alice', '-y')).stdout).toBe('demoted  2 alice\n');
  });

  test('user list: tab-separated, by part of a name, page after page, an object a line', async () => {
    const [byName, { stdout }] = await Promise.all([listed('ALIC'), chatd.cli('user', 'list', '--json')]);
    expect(byName).toEqual([
      ['2', 'alice', 'user', 'enabled', 'offline', expect.stringMatching(/^\d{4}-.*Z$/)],
    ]);
    const users = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { id: string });
    expect(users[0]).toMatchObject({ id: '1', name: 'root', role: 'admin', enabled: true, online: false });
  });

  test('groups: created, joined, left, listed', async () => {
    expect((await chatd.cli('group', 'create', 'dev', '@alice', '--name', '研发')).stdout).toBe(
      'created  dev 研发  2 members\n',
    );
    expect((await chatd.cli('group', 'add', 'dev', '2', '@bob')).stdout).toMatch(
      /^added {2}dev {2}\d+ bob\n$/,
    );
    expect((await chatd.cli('group', 'remove', 'dev', '@bob', '@alice')).stdout).toMatch(
      /^removed {2}dev {2}\d+ bob\nremoved {2}dev {2}2 alice\n$/,
    );
    const [again, list, taken, outside] = await Promise.all([
      chatd.cli('group', 'remove', 'dev', '@bob'),
      chatd.cli('group', 'list'),
      chatd.cli('group', 'create', 'dev'),
      chatd.cli('send', '--group', 'dev', '--as', '2', 'x'),
    ]);
    expect(again.stderr).toBe('nothing to do: no members\n');
    expect(list.stdout).toBe('dev\t研发\t1\t0\t1\n');
    expect(taken.code).toBe(1);
    expect(outside.stderr).toContain('2 alice is not in it');
  });

  test('token create: the token alone; token check: whose it is, and that it ended', async () => {
    const { stdout } = await chatd.cli('token', 'create', '@alice', '--expire', '1h');
    expect(stdout).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+\n$/);
    await (await alice.connect({ token: stdout.trim() })).close();
    const check = () => input(stdout, 'token', 'check');
    expect((await check()).stdout).toMatch(/^valid {2}2 alice {2}user {2}until .*Z \((59m|1h0m)\)\n$/);
    await (await alice.signIn()).request('POST /v1/user/logout');
    const [ended, rubbish] = await Promise.all([check(), chatd.cli('token', 'check', 'rubbish')]);
    expect(ended).toMatchObject({ code: 1, stdout: '' });
    expect(rubbish).toMatchObject({ code: 1, stdout: '' });
  });

  test('elsewhere: --url with CHATD_TOKEN, of an administrator', async () => {
    const elsewhere = mkdtempSync(join(tmpdir(), 'chatd-elsewhere-'));
    const [{ token }, { token: users }, port] = await Promise.all([
      signInRoot(chatd),
      register(chatd, 'mallory'),
      freePort(),
    ]);
    const run = (env: NodeJS.ProcessEnv, ...more: string[]) =>
      runCli(['user', 'list', '--name', 'root', ...more], elsewhere, { env });
    try {
      const [byOption, byVariable, without, aUser, nobody] = await Promise.all([
        run({ CHATD_TOKEN: token }, '--url', chatd.http),
        run({ CHATD_TOKEN: token, CHATD_URL: `${chatd.http}/` }),
        run({}, '--url', chatd.http),
        run({ CHATD_TOKEN: users }, '--url', chatd.http),
        run({ CHATD_TOKEN: token }, '--url', `http://127.0.0.1:${port}`),
      ]);
      expect(byOption.stdout).toMatch(/^1\troot\tadmin/);
      expect(byVariable.stdout).toMatch(/^1\troot\tadmin/);
      expect(without).toMatchObject({ code: 4, stdout: '' });
      expect(aUser).toMatchObject({ code: 4, stderr: 'not allowed\n' });
      expect(nobody).toMatchObject({ code: 3, stdout: '' });
      expect(existsSync(join(elsewhere, 'data'))).toBe(false);
    } finally {
      rmSync(elsewhere, { recursive: true });
    }
  });

  test('what users are called reaches no terminal as it is', async () => {
    const [{ stdout }, { stderr }] = await Promise.all([
      chatd.cli('group', 'create', 'evil', '--name', '‮dev', '--owner', '@alice'),
      chatd.cli('send', '--to', '@\u001b[31mred\u0007', 'x'),
    ]);
    expect(stdout).toBe('');
    expect(stderr).toBe('no user @␛[31mred␇. Add one first: chatd user add NAME\n');
  });

  test('a server that does not answer: exit 5 after --timeout', async () => {
    chatd.signal('SIGSTOP');
    try {
      const result = await chatd.cli('user', 'list', '--timeout', '300ms');
      expect(result).toMatchObject({ code: 5, stdout: '' });
    } finally {
      chatd.signal('SIGCONT');
    }
  });

  async function listed(name: string): Promise<string[][]> {
    const { stdout } = await chatd.cli('user', 'list', '--name', name);
    return stdout
      .trimEnd()
      .split('\n')
      .map((line) => line.split('\t'));
  }

  function input(text: string, ...args: string[]): Promise<CliResult> {
    return runCli([...args, '-f', chatd.configFile], chatd.directory, { input: text });
  }
});

describe('without a server', () => {
  let folder = '';
  let port = 0;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'chatd-offline-'));
    mkdirSync(join(folder, 'etc'));
    port = await freePort();
    writeFileSync(join(folder, 'etc/backend.yaml'), `Port: ${port}\n`);
  });

  afterAll(() => rmSync(folder, { recursive: true }));

  const run = (...args: string[]) => runCli(args, folder);

  test('a question leaves no database behind: exit 3, and what to start', async () => {
    const results = await Promise.all([
      run('user', 'list'),
      run('send', '--to', '2', 'x'),
      run('token', 'create', '1'),
    ]);
    const refusal = {
      code: 3,
      stdout: '',
      stderr: `No chatd answers at http://127.0.0.1:${port}. Start it: chatd serve -f etc/backend.yaml\n`,
    };
    expect(results).toEqual([refusal, refusal, refusal]);
    expect(existsSync(join(folder, 'data'))).toBe(false);
  });

  test('user add makes the database, its first administrator, and the user after him', async () => {
    const { code, stdout, stderr } = await run('user', 'add', 'alice');
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: expect.stringMatching(/^added {2}2 alice {2}password \w{16}\n$/),
    });
    const file = join(folder, 'data/admin.password');
    expect(stderr).toBe(`First administrator: root (user 1), password in ${file}\n`);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readFileSync(file, 'utf8')).toMatch(/^\w{16}\n$/);
  });

  test('the other commands work on it', async () => {
    expect((await run('group', 'create', 'dev', '@alice')).stdout).toBe('created  dev dev  2 members\n');
    expect((await run('user', 'disable', '2', '--yes')).stdout).toBe('disabled  2 alice\n');
    expect((await run('user', 'list', '--name', 'alice')).stdout).toMatch(
      /^2\talice\tuser\tdisabled\toffline\t/,
    );
    expect(await run('token', 'create', '2')).toMatchObject({ code: 4, stderr: 'the account is disabled\n' });
    expect((await run('user', 'enable', '2')).code).toBe(0);
  });

  test('a token of it is valid; what needs somebody to deliver is refused', async () => {
    const { stdout: token } = await run('token', 'create', '2');
    const [check, send] = await Promise.all([
      runCli(['token', 'check'], folder, { input: token }),
      run('send', '--to', '2', 'x'),
    ]);
    expect(check.stdout).toMatch(/^valid {2}2 alice/);
    expect(send).toMatchObject({ code: 3 });
  });

  test('db status and db migrate', async () => {
    const status = await run('db', 'status');
    expect(status.stdout).toMatch(/^0001-first-tables\t\d{4}-.*Z\n/);
    expect(status.stderr).toMatch(/^not in use: SQLite /);
    expect(await run('db', 'migrate')).toMatchObject({ code: 0, stdout: '' });
  });

  test('another program at that port is no chatd, and gets no database opened behind its back', async () => {
    const { createServer } = await import('node:http');
    const other = createServer((_request, response) => response.end('hello')).listen(port, '127.0.0.1');
    try {
      expect(await run('user', 'list')).toMatchObject({ code: 3, stdout: '' });
    } finally {
      other.close();
    }
  });
});

test('a server at another port holds the database: exit 3, and why', async () => {
  const chatd = await startChatd();
  try {
    const port = await freePort();
    const [result, migrate, status] = await Promise.all([
      runCli(['user', 'list', '-f', chatd.configFile], chatd.directory, {
        env: { CHATD_PORT: String(port) },
      }),
      chatd.cli('db', 'migrate'),
      chatd.cli('db', 'status'),
    ]);
    expect(result).toMatchObject({
      code: 3,
      stdout: '',
      stderr: expect.stringContaining('the database is not free'),
    });
    expect(migrate.code).toBe(1);
    expect(status.stderr).toMatch(/^in use: SQLite /);
  } finally {
    await chatd.dispose();
  }
});
