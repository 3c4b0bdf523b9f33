import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { type Actor, register } from '../support/api.ts';
import { ADMIN_PASSWORD, BIN, type Chatd, cleanEnvironment, runCli, startChatd } from '../support/chatd.ts';
import { freePort } from '../support/free-port.ts';
import { Transcript } from '../support/transcript.ts';

/** Watching and steering a server by script: `bin/chatd` as a process, one server for all. */

let chatd: Chatd;
let alice: Actor;
let bob: Actor;
let mallory: Actor;

beforeAll(async () => {
  chatd = await startChatd();
  alice = await register(chatd, 'alice');
  bob = await register(chatd, 'bob');
  mallory = await register(chatd, 'mallory');
});

afterAll(() => chatd.dispose());

const jsonLines = (text: string) =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

describe('who is connected', () => {
  test('is listed, looked at, sent away, kept out, let in again; history says why', async () => {
    const atAlice = await alice.connect({ v1: true, tokenIn: 'subprotocol' });
    const atBob = await bob.connect();
    const [table, filtered] = await Promise.all([
      chatd.cli('connection', 'list', '--sort', '-name'),
      chatd.cli('connection', 'list', 'client:v1', 'alice', '--json'),
    ]);
    expect(
      table.stdout
        .trimEnd()
        .split('\n')
        .map((line) => line.split('\t').slice(1, 4)),
    ).toEqual([
      ['3', 'bob', '127.0.0.1'],
      ['2', 'alice', '127.0.0.1'],
    ]);
    const [item, ...others] = jsonLines(filtered.stdout);
    expect({ item, others }).toMatchObject({ item: { userId: '2', client: 'v1', in: 0 }, others: [] });

    const id = String(item?.['id']);
    const details = await chatd.cli('connection', 'get', id, 'c-none');
    expect(details.code).toBe(1);
    expect(details.stdout).toContain(`connection\t${id}\nuser\t2 alice\naddress\t127.0.0.1 `);
    expect(details.stdout).toContain('\ntoken\tsubprotocol, until ');
    expect(details.stderr).toContain('c-none');

    const kicked = await chatd.cli('kick', id, '--reason', '维护', '--for', '10m');
    expect(kicked).toEqual({
      code: 0,
      stdout: expect.stringMatching(
        /^kicked {2}2 alice {2}1 connection {2}kept out until \S+Z \((10m|9m)\)\n$/,
      ),
      stderr: '',
    });
    expect(await atAlice.closed).toMatchObject({ code: 4503, reason: expect.stringContaining('维护') });
    const [keptOut, user, history] = await Promise.all([
      chatd.cli('user', 'list', '--kept-out'),
      chatd.cli('user', 'get', '@alice', '--json'),
      chatd.cli('connection', 'history', '@alice'),
    ]);
    expect(keptOut.stdout).toMatch(/^2\talice\t\S+Z\t\S+Z\t\S+@\S+\t维护\n$/);
    expect(jsonLines(user.stdout)).toMatchObject([{ id: '2', online: false, keepOut: { reason: '维护' } }]);
    expect(history.stdout).toMatch(new RegExp(`^${id}\\t.*\\tv1\\t4503 kicked by \\S+@\\S+: 维护\\n`));
    expect((await chatd.cli('unban', '@alice')).stdout).toBe('let in  2 alice\n');
    await (await alice.connect()).close();
    await atBob.close();
  });

  test('several at once: an answer each, one line a failure, exit 1', async () => {
    const atBob = await bob.connect();
    const { code, stdout, stderr } = await chatd.cli('kick', '@bob', '@nobody', '--for', '0', '--lang', 'zh');
    expect({ code, stdout }).toEqual({ code: 1, stdout: '已断开  3 bob  1 个连接\n' });
    expect(stderr).toMatch(/^.*@nobody.*\n2 个中有 1 个失败\n$/);
    expect((await atBob.closed).code).toBe(4503);
    await (await bob.connect()).close();
  });

  test('what is dangerous needs a yes: a ban, and a kick of more than twenty', async () => {
    const many = Array.from({ length: 21 }, (_, at) => `${at + 100}`).join('\n');
    const [ban, crowd, forced] = await Promise.all([
      chatd.cli('ban', '@mallory'),
      runCli(['kick', '-', '-f', chatd.configFile], chatd.directory, { input: many }),
      runCli(['kick', '-', '-y', '-f', chatd.configFile], chatd.directory, { input: many }),
    ]);
    expect(ban).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('--yes') });
    expect(crowd).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('Disconnect 21?') });
    expect(forced).toMatchObject({ code: 1, stderr: expect.stringContaining('21 of 21 failed') });

    expect((await chatd.cli('ban', '@mallory', '--yes', '--reason', 'spam')).stdout).toBe(
      'banned  4 mallory  0 connections\n',
    );
    await expect(mallory.signIn()).rejects.toThrow('permission_denied');
    expect((await chatd.cli('ban', '1', '--yes')).code).toBe(1);
    expect((await chatd.cli('unban', '@mallory', '--json')).code).toBe(0);
    await mallory.signIn();
  });
});

describe('what is sent', () => {
  test('--wait delivered: who answered; exit 5 with what is stored when nobody is there', async () => {
    const atAlice = await alice.connect();
    const [there, json, away] = await Promise.all([
      chatd.cli('send', '--to', '@alice', '--wait', 'delivered', '一'),
      chatd.cli('send', '--to', '@alice', '--wait', 'delivered', '--json', '二'),
      chatd.cli('send', '--to', '@mallory', '--wait', 'delivered', '三'),
    ]);
    expect(there).toMatchObject({ code: 0, stderr: '' });
    expect(there.stdout).toMatch(
      /^stored {2}id \d+ {2}seq \d+ {2}1 root → 2 alice \(online\)\ndelivered {2}2 alice on c-\w+ \(seed, pong after [\d.]+ ms\)\n$/,
    );
    expect(jsonLines(json.stdout)).toMatchObject([
      { to: { id: '2' }, delivery: { delivered: 1, missed: 0 } },
    ]);
    expect(away.code).toBe(5);
    expect(away.stdout).toMatch(/^stored .*1 root → 4 mallory \(offline: gets it at the next sync\)\n$/);
    expect(away.stderr).toBe('stored, but not delivered: nobody it is for is online\n');
    await atAlice.close();
  });

  test('--wait delivered: a connection that does not answer is waited for as long as --timeout, and named', async () => {
    const atBob = await bob.connect({ autoPong: false });
    const patience = ['--wait', 'delivered', '--timeout', '300ms'];
    const { code, stdout, stderr } = await chatd.cli('send', '--to', '@bob', ...patience, 'x');
    expect(code).toBe(5);
    expect(stdout).toMatch(/^stored .* 3 bob \(online\)\nmissed {5}3 bob on c-\w+ \(seed, no pong\)\n$/);
    expect(stderr).toBe('stored, but 1 of 1 connection did not answer in time\n');
    await atBob.close();
  });

  test('is listed without its text; with it, that is in the audit', async () => {
    await chatd.cli('send', '--to', '@bob', '悄悄话');
    const [bare, full] = await Promise.all([
      chatd.cli('message', 'list', '--user', '@bob', '--limit', '1'),
      chatd.cli('message', 'list', '--user', '3', '--content', '--json'),
    ]);
    expect(bare.stdout).toMatch(/^\d+\t\S+Z\t1 root → 3 bob\t\d+\ttext\t9\n$/);
    expect(jsonLines(full.stdout)[0]).toMatchObject({
      content: '悄悄话',
      from: { id: '1' },
      to: { id: '3' },
    });
    const audit = await chatd.cli('audit', 'list', '--action', 'message', '--limit', '3');
    const lines = audit.stdout.trimEnd().split('\n');
    expect(lines).toHaveLength(3);
    expect(lines.some((line) => /\tmessage\.(list|read)\t\S*3\S*\t127\.0\.0\.1\tok$/.test(line))).toBe(true);
  });

  test('to a group, which is looked at with its members', async () => {
    expect((await chatd.cli('group', 'create', 'dev', '@alice', '--owner', '@bob')).code).toBe(0);
    const [group, none] = await Promise.all([
      chatd.cli('group', 'get', 'dev'),
      chatd.cli('group', 'get', 'nope'),
    ]);
    expect(group.stdout).toContain(
      '\nmembers\t2\nmember\t2 alice (member, offline)\nmember\t3 bob (owner, offline)\n',
    );
    expect(none).toMatchObject({ code: 1, stdout: '' });
  });
});

test('tail follows events and messages, past a restart of the server, until Ctrl-C', async () => {
  const tail = spawn(process.execPath, [BIN, 'tail', '-f', chatd.configFile], {
    cwd: chatd.directory,
    env: cleanEnvironment(),
  });
  onTestFinished(() => void tail.kill('SIGKILL'));
  const [out, err] = [new Transcript([tail.stdout]), new Transcript([tail.stderr])];
  await err.until((text) => /^following ws:\/\/127\.0\.0\.1:\d+\/admin; Ctrl-C ends it\n/.test(text));
  const client = await alice.connect();
  client.send({ recvId: '3', chatType: 2, content: 'not shown' });
  await out.until((text) => /\tmessage\t2 alice → 3 bob\tid=\d+ type=text bytes=9\t\n/.test(text));
  await out.until((text) => /^\d{4}-\S+Z\tinfo\tconnection_opened\t.*\n/m.test(text));
  expect(out.text).not.toContain('not shown');

  await chatd.stop();
  await err.until((text) => text.includes('connection lost: '));
  chatd = await chatd.restart();
  await err.until((text) => text.includes('connected again\n'), 18_000);
  const again = await (await alice.signIn()).connect();
  again.send({ recvId: '3', chatType: 2, content: 'after the restart' });
  await out.until((text) => /bytes=17\t\n/.test(text));
  tail.kill('SIGINT');
  expect(await once(tail, 'close')).toEqual([130, null]);
  await again.close();
});

describe('from elsewhere', () => {
  test('login keeps a token for that server, for this user alone; logout ends it', async () => {
    const home = mkdtempSync(join(tmpdir(), 'chatd-home-'));
    onTestFinished(() => rmSync(home, { recursive: true }));
    const run = (input: string, ...args: string[]) =>
      runCli([...args, '--url', chatd.http], home, { input, env: { XDG_CONFIG_HOME: home } });
    const password = ['--password-file', '-'];
    const [wrong, user, before] = await Promise.all([
      run('wrong password', 'login', 'root', ...password),
      run(alice.password, 'login', 'alice', ...password),
      run('', 'connection', 'list'),
    ]);
    expect([wrong.code, user.code, before.code]).toEqual([4, 4, 4]);
    expect(user.stderr).toContain('alice may not command');
    expect(before.stderr).toContain(`chatd login --url ${chatd.http}`);
    expect(readdirSync(home)).toEqual([]);

    const { stdout } = await run(`${ADMIN_PASSWORD}\n`, 'login', 'root', ...password);
    expect(stdout).toMatch(/^signed in {2}root {2}http:\S+ {2}until \S+Z\n$/);
    const folder = join(home, 'chatd/sign-ins');
    const [file = ''] = readdirSync(folder);
    expect([statSync(folder).mode & 0o777, statSync(join(folder, file)).mode & 0o777]).toEqual([
      0o700, 0o600,
    ]);

    const [audit, snapshot] = await Promise.all([
      run('', 'user', 'get', '1', '--json'),
      run('', 'console', '--once'),
    ]);
    expect(audit).toMatchObject({ code: 0, stdout: expect.stringContaining('"name":"root"') });
    expect(snapshot).toMatchObject({ code: 0, stdout: expect.stringContaining('user:1') });
    expect((await run('', 'logout')).stdout).toMatch(/^signed out {2}root {2}/);
    expect(readdirSync(folder)).toEqual([]);
    const [after, twice] = await Promise.all([run('', 'user', 'list'), run('', 'logout')]);
    expect([after.code, twice.code]).toEqual([4, 1]);
  });
});

test('console: no terminal is wrong usage, no server is exit 3, --once needs neither screen nor keys', async () => {
  const nowhere = { CHATD_PORT: `${await freePort()}`, CHATD_WS_PORT: '2' };
  const [bare, gone, json] = await Promise.all([
    chatd.cli('console'),
    runCli(['console', '--once', '-f', chatd.configFile], chatd.directory, { env: nowhere }),
    chatd.cli('console', '--once', '--json'),
  ]);
  expect(bare).toMatchObject({
    code: 2,
    stdout: '',
    stderr: expect.stringMatching(/^[^\n]*--once[^\n]*\n$/),
  });
  expect(gone).toEqual({
    code: 3,
    stdout: '',
    stderr: `No chatd answers at ws://127.0.0.1:2/admin. Start it: chatd serve -f ${chatd.configFile}\n`,
  });
  expect(jsonLines(json.stdout)).toMatchObject([{ stats: { connections: { open: 0 } } }]);
});
