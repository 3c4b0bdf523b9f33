import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { register } from '../support/api.ts';
import { BIN, cleanEnvironment, runCli, startChatd } from '../support/chatd.ts';
import { freePort } from '../support/free-port.ts';
import { Transcript } from '../support/transcript.ts';

/** Starting: with little, with the seed's own file, with what cannot work; and what a start leaves behind. */
describe('chatd serve', () => {
  test('with no configuration but two ports it serves, and leaves secret and first password to its owner alone', async () => {
    const [httpPort, wsPort] = [await freePort(), await freePort()];
    const folder = temporaryFolder({});
    const env = cleanEnvironment({ CHATD_PORT: `${httpPort}`, CHATD_WS_PORT: `${wsPort}` });
    const child = spawn(process.execPath, [BIN, 'serve'], {
      cwd: folder,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    const output = new Transcript([child.stdout, child.stderr]);
    await output.until((text) => text.includes('启动 WebSocket 服务'));
    expect(statSync(join(folder, 'data')).mode & 0o777).toBe(0o700);
    for (const file of ['auth.secret', 'admin.password']) {
      expect(statSync(join(folder, 'data', file)).mode & 0o777, file).toBe(0o600);
    }
    // Neither is ever in the log.
    const [secret, password] = ['auth.secret', 'admin.password'].map((file) =>
      readFileSync(join(folder, 'data', file), 'utf8').trim(),
    );
    expect(output.text).not.toContain(secret);
    expect(output.text).not.toContain(password);
    expect(output.text).toContain('admin.password');
    const exited = once(child, 'exit');
    child.kill('SIGTERM');
    expect(await exited).toEqual([0, null]);
  });

  test("the seed's own file loads, apart from its secret; with another secret it serves", async () => {
    const seeds = (secret: string) =>
      [
        'Name: backend-api',
        'Host: 127.0.0.1',
        'Port: 8889',
        'MySQL:',
        '  DSN: ""',
        'Auth:',
        `  Secret: ${secret}`,
        '  Expire: 86400',
        'WS:',
        '  Host: 127.0.0.1',
        '  Port: 9000',
        'Upload:',
        '  SavePath: ./uploads',
        '  Host: http://127.0.0.1:8889',
        '',
      ].join('\n');
    const folder = temporaryFolder({ 'etc/backend.yaml': seeds('imooc.com') });
    const refused = await runCli(['serve', '-f', 'etc/backend.yaml'], folder);
    expect(refused).toMatchObject({ code: 78, stdout: '' });
    expect(refused.stderr.trim().split('\n')).toHaveLength(1);
    expect(refused.stderr).toMatch(/etc\/backend\.yaml:7:\d+.*Auth\.Secret/);
    writeFileSync(join(folder, 'etc/backend.yaml'), seeds(randomBytes(32).toString('base64')));
    expect(await runCli(['config', 'check', '-f', 'etc/backend.yaml'], folder)).toMatchObject({ code: 0 });
  });

  test('a port that is taken: one line that names it, exit 1', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    onTestFinished(() => void taken.close());
    const { port } = taken.address() as AddressInfo;
    const folder = temporaryFolder({
      'etc/backend.yaml': `Port: ${await freePort()}\nWS: { Port: ${port} }\n`,
    });
    const { code, stderr } = await runCli(['serve'], folder);
    expect(code).toBe(1);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stderr).toContain(`${port}`);
  });

  test('a database that does not answer: one line without the password, exit 1', async () => {
    const dsn = `root:sesame@tcp(127.0.0.1:${await freePort()})/chatd`;
    const folder = temporaryFolder({ 'etc/backend.yaml': `MySQL: { DSN: "${dsn}" }\n` });
    const { code, stderr } = await runCli(['serve'], folder);
    expect(code).toBe(1);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stderr).not.toContain('sesame');
  });

  test('a second chatd on the same data is refused, and the first does not notice', async () => {
    const chatd = await startChatd();
    onTestFinished(() => chatd.dispose());
    const env = { CHATD_PORT: `${await freePort()}`, CHATD_WS_PORT: `${await freePort()}` };
    const second = await runCli(['serve', '-f', chatd.configFile], chatd.directory, { env });
    expect(second.code).toBe(1);
    expect(second.stderr.trim().split('\n')).toHaveLength(1);
    const alice = await register(chatd, 'alice');
    await (await alice.connect()).fence();
  });

  test('one host and port for both doors: one listener serves both', async () => {
    const chatd = await startChatd({ onePort: true });
    onTestFinished(() => chatd.dispose());
    const alice = await register(chatd, 'alice');
    const client = await alice.connect();
    await client.fence();
    const info = await fetch(`${chatd.http}/v1/info`);
    expect(await info.json()).toMatchObject({ data: { wsUrl: `${chatd.ws}/ws`, name: 'chatd-test' } });
    await client.close();
  });

  test('the log: a line for who came and why he went, never a token, password or text; names cannot forge one', async () => {
    const chatd = await startChatd();
    onTestFinished(() => chatd.dispose());
    const alice = await register(chatd, 'alice');
    const client = await alice.connect();
    await client.ask({ chatType: 1, content: 'nobody logs this', contentType: 1, clientMsgId: '1' });
    await client.close();
    await fetch(`${chatd.http}/v1/info?x=%0a{"event":"forged"}`, {
      headers: { 'user-agent': '\u0085forged\t' },
    });
    await chatd.output.until((text) => text.includes('connection_closed'));
    await chatd.stop();
    for (const secret of [alice.token, alice.password, 'nobody logs this', chatd.secret]) {
      expect(chatd.output.text).not.toContain(secret);
    }
    const events = chatd.output.lines.map((line) => (JSON.parse(line) as { event?: string }).event);
    expect(events).toEqual(expect.arrayContaining(['connection_opened', 'connection_closed']));
    expect(events).not.toContain('forged');
  });
});

function temporaryFolder(files: Record<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), 'chatd-start-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  mkdirSync(join(folder, 'etc'));
  for (const [path, text] of Object.entries(files)) writeFileSync(join(folder, path), text);
  return folder;
}
