import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BIN, REPOSITORY } from '../support/chatd.ts';
import { Transcript } from '../support/transcript.ts';

/** bin/chatd beside a built main.js of our own, under a Node that says it is old, and under one that is. */

const MAIN = `
export function main([what, ...args]) {
  process.stdout.write('node ' + process.versions.node + ' args ' + JSON.stringify(args) + '\\n');
  if (what === 'exit') process.exit(Number(args[0]));
  if (what === 'die') process.kill(process.pid, args[0]);
  if (what === 'cat') process.stdin.pipe(process.stdout);
  if (what === 'wait') {
    setInterval(() => {}, 1000);
    for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => process.exit(signal === 'SIGINT' ? 41 : 42));
    process.stdout.write('waiting ' + process.pid + '\\n');
  }
}
`;

let folder = '';
let bin = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'chatd-bin-'));
  mkdirSync(join(folder, 'bin'));
  mkdirSync(join(folder, 'dist/program'), { recursive: true });
  mkdirSync(join(folder, 'node_modules'));
  bin = join(folder, 'bin/chatd');
  copyFileSync(BIN, bin);
  copyFileSync(join(REPOSITORY, 'bin/package.json'), join(folder, 'bin/package.json'));
  copyFileSync(join(REPOSITORY, 'package.json'), join(folder, 'package.json'));
  symlinkSync(join(REPOSITORY, 'node_modules/node'), join(folder, 'node_modules/node'));
  writeFileSync(join(folder, 'dist/program/main.js'), MAIN);
  writeFileSync(
    join(folder, 'old.cjs'),
    `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.20.2' } });
     Object.defineProperty(process, 'version', { value: 'v20.20.2' });`,
  );
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const OLD_NODES = oldNodes();
const NODES: readonly (readonly [name: string, command: () => readonly string[]])[] = [
  ['a Node that says it is 20', () => [process.execPath, '-r', join(folder, 'old.cjs')]],
  ...OLD_NODES.map((path) => [path, () => [path]] as const),
];

/** Those on PATH that are too old to run chatd. */
function oldNodes(): readonly string[] {
  const paths = spawnSync('which', ['-a', 'node'], { encoding: 'utf8' }).stdout.split('\n').filter(Boolean);
  return [...new Set(paths)].filter((path) =>
    /^v(?:\d|1\d|20|21)\./.test(execFileSync(path, ['-v'], { encoding: 'utf8' })),
  );
}

function start(command: readonly string[], args: readonly string[]): ChildProcess & { said: Transcript } {
  const [program = '', ...rest] = command;
  const child = spawn(program, [...rest, bin, ...args], { stdio: 'pipe' });
  return Object.assign(child, { said: new Transcript([child.stdout, child.stderr]) });
}

async function run(command: readonly string[], args: readonly string[], input = '') {
  const child = start(command, args);
  child.stdin?.end(input);
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
  return { code, signal, text: child.said.text };
}

describe.each(NODES)('under %s', (_name, command) => {
  test('runs itself again on the Node npm brought, arguments as they are', async () => {
    const { code, text } = await run(command(), ['exit', '5', 'a b', '--x', '你好']);
    expect(text).toBe(`node ${process.versions.node} args ["5","a b","--x","你好"]\n`);
    expect(code).toBe(5);
  });

  test('its stdin is ours', async () => {
    expect((await run(command(), ['cat'], 'hello\n')).text).toContain('hello\n');
  });

  test('its death by a signal is ours', async () => {
    expect(await run(command(), ['die', 'SIGKILL'])).toMatchObject({ code: null, signal: 'SIGKILL' });
  });

  test.each([
    ['SIGTERM', 42],
    ['SIGINT', 41],
  ] as const)('passes %s on and its answer back', async (signal, exitCode) => {
    const child = start(command(), ['wait']);
    await child.said.until((text) => text.includes('waiting'));
    child.kill(signal);
    expect(await once(child, 'exit')).toEqual([exitCode, null]);
  });

  test('killed outright, it leaves no orphan', async () => {
    const child = start(command(), ['wait']);
    const text = await child.said.until((said) => /waiting \d+\n/.test(said));
    const pid = Number(/waiting (\d+)/.exec(text)?.[1]);
    expect(pid).not.toBe(child.pid);
    child.kill('SIGKILL');
    // Its output ends when the last process that holds it is gone.
    await once(child, 'close');
  });
});

describe('one line that says what to do', () => {
  test('an old Node, and none that npm brought', async () => {
    const elsewhere = join(folder, 'bare');
    mkdirSync(join(elsewhere, 'bin'), { recursive: true });
    copyFileSync(BIN, join(elsewhere, 'bin/chatd'));
    copyFileSync(join(REPOSITORY, 'bin/package.json'), join(elsewhere, 'bin/package.json'));
    const old =
      OLD_NODES[0] === undefined ? [process.execPath, '-r', join(folder, 'old.cjs')] : [OLD_NODES[0]];
    const [program = '', ...args] = old;
    const { status, stderr } = spawnSync(program, [...args, join(elsewhere, 'bin/chatd'), 'serve'], {
      encoding: 'utf8',
    });
    expect(status).toBe(1);
    expect(stderr).toMatch(/^chatd needs Node 22\.18 or newer, and this is v\d+\.\d+\.\d+: .*"npm ci".*\n$/);
  });

  test('not built yet, in the language of the reader', () => {
    const elsewhere = join(folder, 'unbuilt');
    mkdirSync(join(elsewhere, 'bin'), { recursive: true });
    copyFileSync(BIN, join(elsewhere, 'bin/chatd'));
    copyFileSync(join(REPOSITORY, 'bin/package.json'), join(elsewhere, 'bin/package.json'));
    const inLanguage = (LANG: string) =>
      spawnSync(process.execPath, [join(elsewhere, 'bin/chatd')], { encoding: 'utf8', env: { LANG } });
    expect(inLanguage('C')).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/^chatd is not built yet: run ".*npm run build" in .*\n$/),
    });
    expect(inLanguage('zh_CN.UTF-8').stderr).toMatch(/^chatd 尚未构建.*npm run build.*\n$/);
  });
});

test('the real one answers', () => {
  expect(existsSync(join(REPOSITORY, 'dist/program/main.js'))).toBe(true);
  const { stdout } = spawnSync(process.execPath, [BIN, '--version'], { encoding: 'utf8' });
  expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
});
