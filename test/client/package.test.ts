import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { register } from '../support/api.ts';
import { cleanEnvironment, REPOSITORY, startChatd } from '../support/chatd.ts';

const run = promisify(execFile);

/** What `npm pack` makes, unpacked as npm would: `chatd/client` in somebody else's project. */
describe('chatd/client as a package', () => {
  let project: string;

  beforeAll(async () => {
    project = mkdtempSync(join(tmpdir(), 'chatd-package-'));
    const { stdout } = await run(
      'npm',
      ['pack', '--json', '--ignore-scripts', '--pack-destination', project],
      {
        cwd: REPOSITORY,
      },
    );
    const [packed] = Object.values(JSON.parse(stdout) as Record<string, { filename: string }>);
    const modules = join(project, 'node_modules');
    mkdirSync(join(modules, 'chatd'), { recursive: true });
    const archive = join(project, packed?.filename ?? '');
    await run('tar', ['-xzf', archive, '--strip-components=1', '-C', join(modules, 'chatd')]);
    symlinkSync(join(REPOSITORY, 'node_modules/partysocket'), join(modules, 'partysocket'));
    writeFileSync(join(project, 'package.json'), '{"type":"module"}');
  });

  afterAll(() => rmSync(project, { recursive: true, force: true }));

  test('runs in plain Node', async () => {
    const chatd = await startChatd();
    const ann = await register(chatd, 'ann');
    writeFileSync(
      join(project, 'say.js'),
      `import { createWebSocket } from 'chatd/client';
       const client = createWebSocket(process.env.TOKEN, { url: process.env.URL });
       client.onMessage(({ content }) => console.log('heard', content));
       await client.connect();
       const { seq } = await client.send({ chatType: 1, conversationId: 'all', content: '大家好' });
       client.close();
       console.log('stored as', seq);`,
    );
    const env = cleanEnvironment({ TOKEN: ann.token, URL: chatd.ws });
    // It ends by itself: nothing of the client keeps Node alive after close().
    const { stdout } = await run(process.execPath, ['say.js'], { cwd: project, env, timeout: 10_000 });
    expect(stdout).toContain('stored as 1\n');
    await chatd.dispose();
  });

  test.each([
    ['Node', { module: 'nodenext', lib: ['es2022'] }],
    ['a bundler', { module: 'esnext', moduleResolution: 'bundler', lib: ['es2022', 'dom'] }],
  ])('has types in a strict project for %s, without those of Node', async (_, options) => {
    writeFileSync(
      join(project, 'typed.ts'),
      `import { type Ack, ClientError, createWebSocket, type ClientStatus } from 'chatd/client';
       const client = createWebSocket('token', { since: { all: { seq: 1, id: '1' } }, history: 20 });
       const stop: () => void = client.on('recall', ({ conversationId, seq, by }) => void [conversationId, seq, by]);
       const ack: Promise<Ack> = client.send({ chatType: 2, recvId: '2', content: 'x' });
       ack.catch((error: unknown) => error instanceof ClientError && error.code === 'not_member');
       const said = (status: ClientStatus) => (status.state === 'ended' ? status.why.name : undefined);
       export { said, stop };`,
    );
    const compilerOptions = { ...options, strict: true, noEmit: true, types: [], skipLibCheck: false };
    writeFileSync(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['typed.ts'] }));
    const tsc = join(REPOSITORY, 'node_modules/.bin/tsc');
    const said = await run(tsc, ['-p', '.'], { cwd: project }).catch((error: { stdout: string }) => error);
    expect(said.stdout).toBe('');
  });
});
