import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { register, type Actor } from '../support/api.ts';
import { startChatd, type Chatd } from '../support/chatd.ts';
import { connect, UpgradeRefused, type Client } from '../support/client.ts';
import { closeConsoles, openConsole, type TmuxConsole } from '../support/tmux.ts';

afterAll(closeConsoles);

/** An operator at the console writes messages that people receive, sees them go by, and reads what was done. */

let chatd: Chatd;
let screen: TmuxConsole;
let alice: Actor;
let bob: Actor;
let alicesPage: Client;
let bobsPage: Client;

beforeAll(async () => {
  chatd = await startChatd();
  alice = await register(chatd, '王小明');
  bob = await register(chatd, 'bob');
  alicesPage = await alice.connect();
  bobsPage = await bob.connect({ v1: true });
  const body = { groupId: 'dev', groupName: '开发组', memberIds: [bob.id, '1'] };
  const created = await alice.request('POST /v1/group/create', body);
  expect(created.code).toBe(200);
  screen = await openConsole(chatd);
});

afterAll(async () => {
  await screen?.dispose();
  await Promise.all([alicesPage, bobsPage].map((page) => page?.close()));
  await chatd?.dispose();
});

describe('messages', () => {
  test('a private message, found by name, written, delivered for sure', async () => {
    await screen.keys('3');
    await screen.until(/> 1 +root/);
    await screen.keys('/');
    await screen.type('小明');
    await screen.keys('Enter');
    await screen.until(/─ Users 1 · \/小明[^]*> 2 +王小明/);
    await screen.keys('m');
    await screen.until(/2 王小明 +● online 127\.0\.0\.1, seed client/);
    await screen.type('你好, 这是一条测试消息');
    await screen.until('32 / 16,384 B');
    // The real cursor is where the text goes: a Chinese input method shows itself there.
    const { isCursorShown, column, row } = await screen.terminal();
    expect([isCursorShown, column, row]).toEqual([true, 34, 9]);
    await screen.keys('Enter');
    const shown = await screen.until(/✓ delivered .* 2 王小明 on c-\w+ \(pong after [\d.]+ ms\)/);
    expect(shown).toMatch(/✓ stored +\d\d:\d\d:\d\d\.\d{3} {2}id \d+ · seq 1 · [\d.]+ ms/);
    const got = await alicesPage.nextMessage();
    expect(got).toMatchObject({ sendId: '1', recvId: alice.id, content: '你好, 这是一条测试消息', seq: 1 });
  });

  test('the same again only when asked for; the draft is kept, and only for the same person', async () => {
    await screen.keys('Enter');
    await screen.until('ctrl-r sends it again');
    await screen.keys('C-r');
    expect(await alicesPage.nextMessage()).toMatchObject({ content: '你好, 这是一条测试消息', seq: 2 });
    await screen.until(/seq 2/);
    await screen.type(' draft');
    await screen.until('测试消息 draft');
    await screen.keys('Escape');
    await screen.until(/> 2 +王小明/);
    await screen.keys('m');
    await screen.until('测试消息 draft');
    await screen.keys('Escape', '/', 'C-u', 'Enter');
    await screen.until(/─ Users 3 ─[^]* 3 +bob/);
    await screen.keys('j', 'j');
    await screen.until(/> 3 +bob/);
    await screen.keys('m');
    await screen.until(/3 bob +● online[^]*  Text +0 \/ 16,384 B/);
    await screen.keys('Escape');
  });

  test('a group message, of two lines, to all who are in it', async () => {
    await screen.keys('4');
    await screen.until(/> dev +开发组 +2 +3/);
    await screen.keys('Enter');
    await screen.until(/> 1 +root +member[^]* 2 +王小明 +owner +● yes[^]* 3 +bob +member +● yes/);
    await screen.keys('m');
    await screen.until(/\( \) user +\(•\) group\n +dev +开发组 +3 members, 2 online/);
    await screen.type('第一行');
    await screen.keys('M-Enter');
    await screen.type('line two');
    await screen.keys('Enter');
    await screen.until(/✓ delivered +2 answered, 0 did not/);
    for (const page of [alicesPage, bobsPage]) {
      const got = await page.nextMessage();
      expect(got).toMatchObject({ chatType: 1, conversationId: 'dev', content: '第一行\nline two' });
    }
  });

  test('in another name; what is refused is said, and can be bettered', async () => {
    await screen.type(' too');
    await screen.keys('BTab', 'BTab', 'BTab', 'C-u');
    await screen.type('@nobody');
    await screen.keys('Enter');
    await screen.until(/✗ not sent .*nobody/);
    await screen.keys('C-u');
    await screen.type('@bob');
    await screen.keys('Enter');
    await screen.until(/✓ delivered .* 2 王小明 on c-/);
    for (const page of [alicesPage, bobsPage]) {
      expect(await page.nextMessage()).toMatchObject({ sendId: bob.id, content: '第一行\nline two too' });
    }
    await screen.keys('Escape');
    await screen.until(/─ Group dev /);
  });

  test('Messages shows them as they come, without their text until it is asked for', async () => {
    await screen.keys('2');
    const shown = await screen.until(/3 bob +# dev +2 text[^]*1 root +2 王小明 +2 text +32/);
    expect(shown).not.toContain('测试');
    alicesPage.send({ recvId: bob.id, chatType: 2, content: 'between us' });
    await screen.until(/2 王小明 +3 bob +1 text +10/);
    await screen.keys('v');
    await screen.until(/text shown \(audited\)[^]*between us[^]*第一行␊line two/);
    await screen.keys('/');
    await screen.type('dev');
    await screen.keys('Enter');
    await screen.until(
      (now) => now.includes('/dev') && now.includes('第一行') && !now.includes('between us'),
    );
    await screen.keys('j', 'Enter');
    await screen.until(/─ Message ─[^]*to +# dev[^]*第一行\n +line two/);
    await screen.keys('Escape', 'v', '/', 'C-u', 'Enter');
    await screen.until(/─ Messages ─+ live ─/);
  });

  test('a move holds it; p goes on with what came meanwhile', async () => {
    await screen.until(/2 王小明 +3 bob +1 text/);
    await screen.keys('j');
    await screen.until(' paused ');
    alicesPage.send({ recvId: bob.id, chatType: 2, content: 'while held' });
    await screen.until(/paused, 1 new/);
    expect(await screen.screen()).not.toMatch(/3 bob +2 text/);
    await screen.keys('p');
    await screen.until(/ live ─[^]*3 bob +2 text/);
  });
});

describe('what was done, and how it goes', () => {
  test('the audit has who did it to whom, the reading of texts too', async () => {
    await screen.keys('5', 'a');
    const shown = await screen.until(/message\.send +user:2/);
    expect(shown).toMatch(/Events: audit/);
    expect(shown).toMatch(/\S+@\S* +message\.send +group:dev as @\w+ +ok/);
    expect(shown).toMatch(/message\.read +all +ok/);
    expect(shown).toMatch(/message\.read +group:dev +ok/);
    await screen.keys('/');
    await screen.type('message.send group');
    await screen.keys('Enter');
    await screen.until((now) => !now.includes('message.read') && /message\.send +group:dev as/.test(now));
  });

  test('Events shows what happens as it happens; Metrics counts it', async () => {
    await screen.keys('a', '/');
    await screen.type('refused');
    await screen.keys('Enter');
    await screen.until(/Events · \/refused ─+ live ─[^]*no events/);
    await expect(connect(chatd, { token: 'nonsense' })).rejects.toThrow(UpgradeRefused);
    await screen.until(/(warn|info) +\w*refused/);
    await screen.keys('6');
    await screen.until(/connections +2 [^]*2 users · 1 seed · 1 v1 · 1 console ·/);
    await screen.until(/refused +\w*token \d/);
  });

  test('every screen is whole in every size of terminal', async () => {
    for (const [columns, rows] of [
      [40, 10],
      [200, 50],
      [80, 24],
    ] as const) {
      await screen.resize(columns, rows);
      for (const [key, title] of SCREENS) {
        await screen.keys(key);
        const shown = await screen.until(new RegExp(`^─ ${title} `, 'm'));
        expect(shown).toMatch(/^ chatd .*● live/);
        expect(shown.trimEnd().split('\n').length).toBeLessThanOrEqual(rows);
      }
    }
  });
});

const SCREENS = [
  ['1', 'Connections'],
  ['2', 'Messages'],
  ['3', 'Users'],
  ['4', 'Groups'],
  ['5', 'Events'],
  ['6', 'Metrics'],
] as const;
