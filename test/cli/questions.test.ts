import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BIN, cleanEnvironment } from '../support/chatd.ts';
import { freePort } from '../support/free-port.ts';
import { Transcript } from '../support/transcript.ts';

/** What commands ask at a terminal (a pseudo terminal of util-linux's script), on a database without a server. */

let folder = '';
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'chatd-questions-'));
  mkdirSync(join(folder, 'etc'));
  writeFileSync(join(folder, 'etc/backend.yaml'), `Port: ${await freePort()}\n`);
});
afterAll(() => rmSync(folder, { recursive: true }));

test('the first administrator is shown with his password, once; nothing is asked', async () => {
  const { code, screen } = await atTerminal('user add alice', []);
  expect(code).toBe(0);
  expect(screen).toMatch(/^First administrator: root \(user 1\), password \(shown this once\): \w{16}\n/);
  expect(screen).toMatch(/\nadded {2}2 alice {2}password \w{16}\n$/);
});

describe('a password', () => {
  test('is asked for twice and never shown', async () => {
    const answers = [
      ['New password for @alice:', 'hush hush'],
      ['Again:', 'hush hush'],
    ] as const;
    expect(await atTerminal('user passwd @alice', answers)).toEqual({
      code: 0,
      screen: 'New password for @alice: \nAgain: \npassword set  2 alice\n',
    });
  });

  test('is not taken when the two differ', async () => {
    const answers = [
      ['@alice:', 'hush hush'],
      ['Again:', 'hush hash'],
    ] as const;
    const { code, screen } = await atTerminal('user passwd @alice', answers);
    expect({ code, end: screen.endsWith('the two passwords differ\n') }).toEqual({ code: 2, end: true });
  });

  test('is not waited for after Ctrl-C', async () => {
    expect((await atTerminal('user passwd @alice', [['@alice:', '\u0003']])).code).toBe(130);
  });
});

describe('what is dangerous', () => {
  test('is done after a yes', async () => {
    const { code, screen } = await atTerminal('user disable @alice', [['[y/N]', 'y']]);
    expect(code).toBe(0);
    expect(screen).toContain('Disable @alice? Their connections end now. [y/N]');
    expect(screen).toMatch(/disabled {2}2 alice\n$/);
  });

  test.each(['', 'n', 'x'])('is not done after %j', async (answer) => {
    const { code, screen } = await atTerminal('user demote 1', [['[y/N]', answer]]);
    expect({ code, end: screen.endsWith('not done\n') }).toEqual({ code: 1, end: true });
  });
});

test('a list is a table with a head', async () => {
  const { screen } = await atTerminal('user list', []);
  expect(
    screen
      .split('\n')
      .slice(0, 3)
      .map((line) => line.trim().split(/ {2,}/).slice(0, 4)),
  ).toEqual([
    ['ID', 'NAME', 'ROLE', 'ACCOUNT'],
    ['1', 'root', 'admin', 'enabled'],
    ['2', 'alice', 'user', 'disabled'],
  ]);
});

/** Runs a command at a terminal; each answer is typed once its question is at the end of the screen. */
async function atTerminal(
  command: string,
  answers: readonly (readonly [question: string, answer: string])[],
) {
  const child = spawn('script', ['-qefc', `exec '${process.execPath}' '${BIN}' ${command}`, '/dev/null'], {
    cwd: folder,
    env: cleanEnvironment({ TERM: 'dumb' }),
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const closed = once(child, 'close');
  const output = new Transcript([child.stdout, child.stderr]);
  const plain = () => output.text.replaceAll(/\u001b\[[0-9;?]*[A-Za-z]/g, '').replaceAll('\r', '');
  for (const [question, answer] of answers) {
    await output.until(() => plain().trimEnd().endsWith(question), 15_000);
    child.stdin.write(`${answer}\r`);
  }
  const [code] = (await closed) as [number | null];
  return { code, screen: plain() };
}
