import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
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

test.each([
  ['README.md', '## The first two minutes', 'C.UTF-8'],
  ['README.zh-CN.md', '## 最初两分钟', 'zh_CN.UTF-8'],
])('the transcript of %s is true', async (readme, heading, language) => {
  const [httpPort, wsPort] = [await freePort(), await freePort()];
  const onFreePorts = (text: string) =>
    text.replaceAll('8889', `${httpPort}`).replaceAll('9000', `${wsPort}`);
  const text = onFreePorts(readFileSync(join(REPOSITORY, readme), 'utf8'));
  const terminals = transcriptsAfter(text, heading);
  expect(terminals).toHaveLength(3);
  const env = cleanEnvironment({
    LANG: language,
    CHATD_PORT: `${httpPort}`,
    CHATD_WS_PORT: `${wsPort}`,
    npm_config_update_notifier: 'false',
  });
  rmSync(join(folder, 'data'), { recursive: true, force: true });
  const shells: Shell[] = [];
  for (const steps of terminals) {
    const shell = await openShell(folder, env);
    onTestFinished(() => shell.kill());
    shells.push(shell);
    await follow(shell, steps);
  }
  for (const shell of shells.toReversed()) {
    await shell.interrupt();
    await shell.exit();
  }
});

async function follow(shell: Shell, steps: readonly Step[]): Promise<void> {
  for (const { command, prints } of steps) {
    shell.type(command.replace('npm ci && ', ''));
    for (const line of prints) {
      if (line.startsWith('> ')) shell.type(line.slice(2));
      else await shell.shows(line);
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
