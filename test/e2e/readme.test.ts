import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cleanEnvironment, REPOSITORY } from '../support/chatd.ts';
import { freePort } from '../support/free-port.ts';
import { openShell, type Shell } from '../support/shell.ts';
import { transcriptsAfter, type Step } from '../support/transcript-of.ts';

/**
 * The README's first two minutes, typed as they stand there into terminals, line by line, on a fresh copy; what is
 * printed is what the README says. Only the ports are others, and `npm ci` is left out: CI begins with it.
 */

let folder = '';

// What changed since the last build is built here, where there is time for it.
beforeAll(async () => {
  folder = freshCopy();
  const options = { cwd: folder, env: cleanEnvironment() };
  await promisify(execFile)('npm', ['run', '--silent', 'build:node'], options);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.each([
  ['README.md', '## The first two minutes', 'C.UTF-8'],
  ['README.zh-CN.md', '## 最初两分钟', 'zh_CN.UTF-8'],
])('the transcript of %s is true', (readme, heading, language) => {
  const shells: Shell[] = [];
  let terminals: readonly (readonly Step[])[];
  let env: NodeJS.ProcessEnv;

  beforeAll(async () => {
    const [httpPort, wsPort] = [await freePort(), await freePort()];
    const onFreePorts = (text: string) =>
      text.replaceAll('8889', `${httpPort}`).replaceAll('9000', `${wsPort}`);
    terminals = transcriptsAfter(onFreePorts(readFileSync(join(REPOSITORY, readme), 'utf8')), heading);
    env = cleanEnvironment({
      LANG: language,
      CHATD_PORT: `${httpPort}`,
      CHATD_WS_PORT: `${wsPort}`,
      npm_config_update_notifier: 'false',
    });
    rmSync(join(folder, 'data'), { recursive: true, force: true });
    // The server: it is built before.
    await followIn(0, 50_000);
  });

  afterAll(() => shells.forEach((shell) => shell.kill()));

  async function followIn(terminal: number, timeoutMs = 10_000): Promise<void> {
    const shell = await openShell(folder, env);
    shells.push(shell);
    await follow(shell, terminals[terminal] ?? [], timeoutMs);
  }

  test('there are three terminals', () => {
    expect(terminals).toHaveLength(3);
  });

  test('one who writes', () => followIn(1));

  test('an operator; and the end of all three', async () => {
    await followIn(2);
    for (const shell of shells.toReversed()) {
      await shell.interrupt();
      await shell.exit();
    }
  });
});

async function follow(shell: Shell, steps: readonly Step[], timeoutMs: number): Promise<void> {
  for (const { command, prints } of steps) {
    shell.type(command.replace('npm ci && ', ''));
    for (const line of prints) {
      if (line.startsWith('> ')) shell.type(line.slice(2));
      else await shell.shows(line, timeoutMs);
    }
  }
}

/** What a clone has, with what is installed and built here: its builds find that nothing is left to do. */
function freshCopy(): string {
  const copy = mkdtempSync(join(tmpdir(), 'chatd-readme-'));
  for (const path of ['package.json', 'tsconfig.json', 'bin', 'dist', 'etc', 'src']) {
    cpSync(join(REPOSITORY, path), join(copy, path), { recursive: true });
  }
  symlinkSync(join(REPOSITORY, 'node_modules'), join(copy, 'node_modules'));
  return copy;
}
