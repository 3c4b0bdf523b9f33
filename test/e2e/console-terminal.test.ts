import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startChatd, type Chatd } from '../support/chatd.ts';
import { describeWithTool } from '../support/needs.ts';
import { BEFORE, closeConsoles, openConsole, startTmux, type TmuxConsole } from '../support/tmux.ts';

afterAll(closeConsoles);

/** The terminal is given back as it was, on every way out; and what is said where there is no console to see. */

describeWithTool('tmux', 'tmux', { title: 'the terminal of a console', tests: terminalTests });

type WayOut = (console: TmuxConsole) => Promise<void>;

function terminalTests() {
  let chatd: Chatd;
  beforeAll(async () => {
    chatd = await startChatd();
  });
  afterAll(() => chatd.dispose());

  /** A program that makes the console throw where nobody catches, when it is told to. */
  const thrower = () => {
    const file = join(chatd.directory, 'throw.mjs');
    writeFileSync(file, "process.on('SIGUSR2', () => { throw new Error('thrown for a test'); });\n");
    return ['--import', file];
  };
  const signal = (name: NodeJS.Signals): WayOut => {
    return async ({ pid }) => void process.kill(pid, name);
  };
  const ways: readonly [string, number, WayOut][] = [
    ['q', 0, (console) => console.keys('q')],
    [':quit in a text field of the console', 0, (console) => console.keys(':', 'q', 'u', 'i', 'Enter')],
    ['ctrl-c', 130, (console) => console.keys('C-c')],
    ['SIGTERM', 143, signal('SIGTERM')],
    ['SIGHUP', 129, signal('SIGHUP')],
    ['an error nobody caught', 1, signal('SIGUSR2')],
  ];

  test.concurrent.each(ways)('after %s (exit code %i) it is as before', async (_way, code, leave) => {
    const console = await openConsole(chatd, { nodeArgs: thrower() });
    expect(await console.terminal()).toMatchObject({ isAlternate: true, isCursorShown: false });
    await leave(console);
    const end = await console.ended();
    expect(end.code).toBe(code);
    expect(end.after).toBe(end.before);
    expect(await console.terminal()).toMatchObject({ isAlternate: false, isCursorShown: true });
    const screen = await console.screen();
    expect(screen.split('\n')[0]).toBe(BEFORE);
    expect(screen).not.toContain('Conns');
    if (code === 1) expect(screen).toContain('the console failed: thrown for a test');
    expect(modesLeftOn(console.raw.text)).toEqual([]);
    await console.dispose();
  });

  test('a console that finds nobody says how to start one, in one line, and ends with 3', async () => {
    const stopped = await startChatd();
    await stopped.stop();
    const console = await startTmux(stopped);
    const end = await console.ended();
    expect(end.code).toBe(3);
    const lines = (await console.screen()).split('\n').filter((line) => line !== '');
    expect(lines.slice(1, -1).join('')).toBe(
      `No chatd answers at ${stopped.ws}/admin. Start it: chatd serve -f ${stopped.configFile}`,
    );
    expect(console.raw.text).not.toContain('\u001B[?1049h');
    await console.dispose();
    await stopped.dispose();
  });

  test('without a terminal it is one line and 2, or one snapshot', async () => {
    const refused = await chatd.cli('console');
    expect(refused).toMatchObject({ code: 2, stdout: '' });
    expect(refused.stderr).toContain('--once');
    const once = await chatd.cli('console', '--once');
    expect(once).toMatchObject({ code: 0, stderr: '' });
    expect(once.stdout).toMatch(/^ chatd chatd-test {2}127\.0\.0\.1:\d+ .*● live/);
    expect(once.stdout).not.toContain('\u001B');
    const json = await chatd.cli('console', '--once', '--json');
    expect(JSON.parse(json.stdout)).toMatchObject({
      ready: { name: 'chatd-test' },
      stats: { connections: { open: 0 } },
      connections: { items: [], total: 0 },
    });
  });
}

/** DEC modes that were switched on and not off again, or off and not on: the cursor is on at first. */
function modesLeftOn(raw: string): readonly string[] {
  const last = new Map<string, string>();
  for (const [, mode = '', state = ''] of raw.matchAll(/\u001B\[\?(\d+)([hl])/g)) last.set(mode, state);
  return [...last].filter(([mode, state]) => state !== (mode === '25' ? 'h' : 'l')).map(([mode]) => mode);
}
