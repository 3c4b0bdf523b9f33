import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { BIN, cleanEnvironment, runCli } from '../support/chatd.ts';
import { Transcript } from '../support/transcript.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'chatd-serve-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** `chatd serve` on free ports, in a folder of its own. */
function serve(env: NodeJS.ProcessEnv = {}, program: readonly string[] = [process.execPath, BIN, 'serve']) {
  const [command = '', ...args] = program;
  const child = spawn(command, args, {
    cwd: folder,
    env: cleanEnvironment({ CHATD_PORT: '0', CHATD_WS_PORT: '0', ...env }),
    stdio: 'pipe',
  });
  const [stdout, stderr] = [new Transcript([child.stdout]), new Transcript([child.stderr])];
  const closed = once(child, 'close') as Promise<[number | null, string | null]>;
  return { child, stdout, stderr, closed };
}

const isReady = (text: string) => text.includes('chatd user add alice');

const portIn = (text: string) => Number(/API server at 127\.0\.0\.1:(\d+)/.exec(text)?.[1]);

const OLD_NODE =
  "data:text/javascript,Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.20.2' } })";

describe('a start', () => {
  test('in JSON: every line an object, the start lines their msg; the password only in a file of mode 0600', async () => {
    const { child, stdout, stderr, closed } = serve({ CHATD_WS_PROT: '1' });
    await stdout.until(isReady);
    child.kill('SIGTERM');
    expect(await closed).toEqual([0, null]);
    const lines = stdout.lines.map(
      (line) => JSON.parse(line) as { event: string; msg: string; server: string },
    );
    expect(lines.every(({ server }) => server === 'chatd')).toBe(true);
    const said = new Map(lines.map(({ event, msg }) => [event, msg]));
    expect(said.get('http_listening')).toMatch(/^Starting HTTP API server at 127\.0\.0\.1:\d+\.\.\.$/);
    expect(said.get('swagger_ui')).toMatch(/^Swagger UI: http:\/\/127\.0\.0\.1:\d+\/swagger\/index\.html$/);
    expect(said.get('ws_listening')).toMatch(/^启动 WebSocket 服务: 127\.0\.0\.1:\d+$/);
    expect(said.get('ready')).toMatch(/^Ready in \d+ ms; database: SQLite /);
    expect(said.get('first_administrator_made')).toContain(join(folder, 'data/admin.password'));
    expect([...said.keys()].slice(-2)).toEqual(['stopping', 'stopped']);
    const passwordFile = join(folder, 'data/admin.password');
    expect(statSync(passwordFile).mode & 0o777).toBe(0o600);
    expect(stdout.text).not.toContain(readFileSync(passwordFile, 'utf8').trim());
    expect(said.get('config_warning')).toBe('CHATD_WS_PROT: no such setting; did you mean CHATD_WS_PORT?');
    expect(stderr.text).toBe('');
  });

  test.each([
    ['this Node', ''],
    // The terminal's Ctrl-C reaches both processes; a second one would end the server where it stands.
    ['an old Node that hands over to another', `--import "${OLD_NODE}"`],
  ])('on a terminal, with %s: plain lines, the password once, Ctrl-C drains', async (_what, nodeArgs) => {
    // exec: a shell in between (dash, where SHELL is not set) would itself end by the Ctrl-C and hide our exit code.
    const command = `exec "${process.execPath}" ${nodeArgs} "${BIN}" serve`;
    const { child, stdout, closed } = serve({}, ['script', '-qec', command, '/dev/null']);
    const text = await stdout.until(isReady);
    expect(text).toMatch(/^Starting HTTP API server at 127\.0\.0\.1:\d+\.\.\.\r$/m);
    expect(text).toMatch(/password \(shown this once\): \S{12,}/);
    expect(existsSync(join(folder, 'data/admin.password'))).toBe(false);
    child.stdin.write('\x03');
    expect(await closed).toEqual([0, null]);
    expect(stdout.lines.at(-1)).toMatch(/INFO.* stopped/);
  });

  test('a reader that leaves takes the log with it, not the server', async () => {
    const { child, stdout, closed } = serve();
    const port = portIn(await stdout.until(isReady));
    child.stdout.destroy();
    for (let i = 0; i < 5; i++) {
      expect((await fetch(`http://127.0.0.1:${port}/ping`)).status).toBe(200);
    }
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([0, null]);
    void closed;
  });
});

describe('what keeps it from starting: one line on stderr', () => {
  let taken: Server;
  let port = 0;
  beforeAll(async () => {
    taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const address = taken.address();
    port = typeof address === 'object' && address ? address.port : 0;
  });
  afterAll(() => taken.close());

  async function failsWith(env: NodeJS.ProcessEnv, args: readonly string[] = []) {
    const { child, stderr, closed } = serve(env, [process.execPath, BIN, 'serve', ...args]);
    const [code] = await closed;
    expect(stderr.text.trimEnd().split('\n')).toHaveLength(1);
    expect(child.killed).toBe(false);
    return { code, line: stderr.text.trimEnd() };
  }

  test('a port in use: 1', async () => {
    const { code, line } = await failsWith({ CHATD_PORT: String(port) });
    expect(code).toBe(1);
    expect(line).toContain(`127.0.0.1:${port}: the port is in use`);
  });

  test('a port in use at the first start, on a terminal: the password nobody was shown is in its file', async () => {
    const command = `exec "${process.execPath}" "${BIN}" serve`;
    const { stdout, closed } = serve({ CHATD_PORT: String(port) }, ['script', '-qec', command, '/dev/null']);
    expect(await closed).toEqual([1, null]);
    const passwordFile = join(folder, 'data/admin.password');
    expect(statSync(passwordFile).mode & 0o777).toBe(0o600);
    expect(readFileSync(passwordFile, 'utf8')).toMatch(/^\w{16}\n$/);
    expect(stdout.text).toContain(passwordFile);
  });

  test('a configuration that is wrong: 78', async () => {
    writeFileSync(join(folder, 'b.yaml'), 'Auth: {Secret: imooc.com}\nPort: x\n');
    const { code, line } = await failsWith({}, ['-f', 'b.yaml']);
    expect(code).toBe(78);
    expect(line).toContain('b.yaml:1:16: Auth.Secret: expected at least 32 random bytes, got 9');
    expect((await failsWith({}, ['-f', 'nope.yaml'])).line).toBe('nope.yaml: no such file');
  });

  test('a database that does not answer: 1, without its password', async () => {
    const { code, line } = await failsWith({ CHATD_MYSQL_DSN: 'root:hunter2@tcp(127.0.0.1:1)/chatd' });
    expect(code).toBe(1);
    expect(line).not.toContain('hunter2');
    expect(line).toMatch(/database|127\.0\.0\.1:1/);
  });

  test('as JSON: one object', async () => {
    const { line } = await failsWith({ CHATD_PORT: 'x' }, ['--json']);
    expect(JSON.parse(line)).toMatchObject({ code: 'config' });
  });
});

test('a second signal does not wait for what the first one waits for', async () => {
  const { child, stdout, closed } = serve();
  const port = portIn(await stdout.until(isReady));
  // Half a request keeps the drain waiting.
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  socket.write(
    'POST /v1/user/login HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{',
  );
  const pinged = await fetch(`http://127.0.0.1:${port}/ping`);
  expect(pinged.status).toBe(200);
  child.kill('SIGTERM');
  await stdout.until((text) => text.includes('"stopping"'));
  child.kill('SIGTERM');
  expect(await closed).toEqual([null, 'SIGTERM']);
  expect(stdout.text).not.toContain('"stopped"');
  socket.destroy();
});

test('an error nobody caught is logged and ends it with 1', async () => {
  const crash = "data:text/javascript,process.on('SIGUSR2', () => { throw new Error('boom of the test') })";
  const { child, stdout, stderr, closed } = serve({}, [process.execPath, '--import', crash, BIN, 'serve']);
  await stdout.until(isReady);
  child.kill('SIGUSR2');
  expect(await closed).toEqual([1, null]);
  expect(stdout.text).toContain('boom of the test');
  expect(stderr.lines).toEqual(['crashed; the log says why']);
});

test('two on the same data: the second is refused, and a later one finds everything as it was', async () => {
  const first = serve();
  await first.stdout.until(isReady);
  const second = serve();
  expect((await second.closed)[0]).toBe(1);
  expect(second.stderr.lines).toHaveLength(1);
  first.child.kill('SIGINT');
  expect(await first.closed).toEqual([0, null]);
  const third = serve();
  await third.stdout.until(isReady);
  expect(third.stdout.text).not.toContain('first_administrator_made');
  third.child.kill('SIGTERM');
  expect(await third.closed).toEqual([0, null]);
});

test('chatd without a server says so where one is needed', async () => {
  const { code, stderr } = await runCli(['send', '--to', '2', 'x', '--url', 'http://127.0.0.1:1'], folder, {
    env: { CHATD_TOKEN: 'x' },
  });
  expect(code).toBe(3);
  expect(stderr.split('\n')).toHaveLength(2);
});
