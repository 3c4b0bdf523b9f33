import { afterAll, beforeAll, expect, test } from 'vitest';
import { register } from '../support/api.ts';
import { startChatd, type Chatd } from '../support/chatd.ts';
import { describeWithTool } from '../support/needs.ts';
import { BEFORE, closeConsoles, openConsole } from '../support/tmux.ts';

afterAll(closeConsoles);

/** A console whose server goes and comes back; terminals of all sizes. */

describeWithTool('tmux', 'tmux', { title: 'a console over time and at every size', tests: linkTests });

function linkTests() {
  let chatd: Chatd;
  beforeAll(async () => {
    chatd = await startChatd();
  });
  afterAll(() => chatd.dispose());

  test('a lost server leaves the last picture, says so, does nothing, and is found again', async () => {
    const alice = await register(chatd, 'alice');
    const session = await alice.connect();
    const console = await openConsole(chatd, { columns: 100 });
    await console.until(/> 2 +alice/);
    await chatd.stop('SIGKILL');
    const gone = await console.until(/● gone \d+ s, next try \d+ s/);
    expect(gone).toMatch(/> 2 +alice/);
    await console.keys('C-d');
    expect(await console.until('not connected')).not.toContain('Disconnect');
    chatd = await chatd.restart();
    await console.keys('r');
    const back = await console.until('● live');
    expect(back).toContain('chatd-test');
    await console.until('nobody is connected');
    await console.keys('q');
    expect((await console.ended()).code).toBe(0);
    await session.close();
    await console.dispose();
  });

  test('every size shows what fits, and what does not fit is not broken', async () => {
    const console = await openConsole(chatd);
    for (const [columns, rows] of [
      [40, 10],
      [120, 40],
      [20, 5],
      [60, 12],
      [80, 24],
      [200, 50],
    ] as const) {
      await console.resize(columns, rows);
      const screen = await console.until((shown) => {
        const lines = shown.trimEnd().split('\n');
        return columns < 36
          ? shown.startsWith('20x5 is too sma')
          : lines.length === rows && shown.trimEnd().endsWith('quit');
      });
      expect(screen.match(/q quit/g)?.length ?? 0).toBe(columns < 36 ? 0 : 1);
      expect(screen.match(/─ Connections/g)?.length ?? 0).toBe(columns < 36 ? 0 : 1);
    }
    await console.keys('?', 'C-c');
    await console.ended();
    const screen = (await console.screen()).trimEnd().split('\n');
    expect(screen).toEqual([BEFORE, 'ended 130']);
    await console.dispose();
  });

  test('an ASCII console in Chinese draws nothing that is two columns wide but Chinese', async () => {
    const console = await openConsole(chatd, { args: ['--ascii'], env: { LANG: 'zh_CN.UTF-8' } });
    const screen = await console.until('[1 连接]');
    expect(screen.match(/[^\p{Script=Han}\p{ASCII}]/gu) ?? []).toEqual([]);
    await console.keys('q');
    await console.ended();
    await console.dispose();
  });

  test('a read-only console has no keys that act', async () => {
    const console = await openConsole(chatd, { args: ['--readonly'], columns: 120 });
    expect(await console.screen()).not.toMatch(/disconnect|ban/);
    await console.keys('m', ':');
    await console.type('send 1');
    await console.keys('Enter');
    expect(await console.until('this console is read-only')).not.toContain('Send a message');
    await console.keys('?');
    expect(await console.until('─ Keys')).not.toMatch(/\^d|disconnect/);
    await console.keys('q');
    await console.ended();
    await console.dispose();
  });
}
