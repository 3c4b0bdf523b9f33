import { afterAll, beforeAll, expect, test } from 'vitest';
import { en } from '../../src/web/text/en.ts';
import { register, type Actor } from '../support/api.ts';
import { PHONE, useWindows } from '../support/browser.ts';
import { startChatd, type Chatd } from '../support/chatd.ts';
import { HOSTILE_TEXTS } from '../support/hostile-texts.ts';
import { describeWithBrowser } from '../support/needs.ts';
import { toVisitor, type Visitor } from '../support/visitor.ts';

/** What people may write to harm who reads it: on the page it stays what it is, text. */

const MARKUP: readonly string[] = [
  '<script>stolen = 1</script>',
  '<img src=x onerror="stolen = 1">',
  '<svg onload=alert(1)><style>*{display:none}</style>',
  '"><iframe srcdoc="<script>parent.stolen = 1</script>">',
  '</span></div></body><h1>gone</h1>',
  '&lt;b&gt;bold&lt;/b&gt; &#60;script&#62;',
  '[click](javascript:alert(1)) **bold** `code`',
  'javascript:alert(1) data:text/html,<script>alert(1)</script> file:///etc/passwd',
  'https://chat.example/"onmouseover="stolen=1 http://a.example/<script>',
  '{{7*7}} ${7*7} __proto__ constructor',
  'W'.repeat(2000),
];

describeWithBrowser('hostile texts on the page', (chromiumPath) => {
  const windows = useWindows(chromiumPath);
  let chatd: Chatd;
  let victim: Visitor;
  let mallory: Actor;

  beforeAll(async () => {
    chatd = await startChatd();
    mallory = await register(chatd, '<img src=x onerror=alert(1)>');
    victim = toVisitor(await windows.open({ viewport: PHONE }), chatd.http, 'victim');
    await victim.register();
  });

  afterAll(() => chatd.dispose());

  const send = async (message: object) => {
    const answer = await mallory.request('POST /v1/chat/messages', { contentType: 1, ...message });
    expect(answer.code).toBe(200);
  };
  const everything = [...MARKUP, ...HOSTILE_TEXTS.map(([, text]) => text)];

  test('a message is shown letter for letter, with no element in it but links of the web', async () => {
    for (const content of everything) await send({ chatType: 1, conversationId: 'all', content });
    await victim.openChat(en.lobby);
    await victim.reads(everything);
    const elements = await victim.page.evaluate(
      `[...new Set([...document.querySelectorAll('.said *, .only-emoji *')].map(({ tagName }) => tagName))]`,
    );
    expect(elements).toEqual(['A']);
    const links = await victim.page.evaluate(
      `[...document.querySelectorAll('.said a')].map(({ href, protocol }) => protocol)`,
    );
    expect(new Set(links as string[])).toEqual(new Set(['http:', 'https:']));
    expect(await victim.page.evaluate(`document.querySelectorAll('script, iframe, h1').length`)).toBe(2);
  });

  test('none widens the page or covers what is beside it', async () => {
    const { page } = victim;
    expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
    const widest = `Math.max(...[...document.querySelectorAll('.bubble')].map((bubble) => bubble.getBoundingClientRect().right))`;
    expect(await page.evaluate(widest)).toBeLessThanOrEqual(PHONE.width);
  });

  test.each([2, 3, 4])('an address of kind %i that is none of the web is text', async (contentType) => {
    const contents = [
      'javascript:stolen=1',
      'data:text/html,<script>stolen=1</script>',
      'x" onerror="stolen=1',
      '//',
    ];
    for (const content of contents) await send({ chatType: 1, conversationId: 'all', content, contentType });
    await victim.sees(contents.at(-1) ?? '');
    const bad = `[...document.querySelectorAll('.message a, .message img')].filter(({ href, src }) => !/^https?:/.test(href ?? src)).length`;
    expect(await victim.page.evaluate(bad)).toBe(0);
  });

  test('neither are names: of a person, of a group, in the list, in a dialog, in the title', async () => {
    const groupName = '<b>bold</b><script>stolen = 1</script>';
    const group = { groupId: 'hostile', groupName, memberIds: ['3'] };
    expect((await mallory.request('POST /v1/group/create', group)).code).toBe(200);
    await send({ chatType: 2, recvId: '3', content: '<u>hi</u>' });
    await victim.page.getByRole('button', { name: en.back }).click();
    await victim.openChat(mallory.name);
    await victim.reads(['<u>hi</u>']);
    await victim.page.getByRole('button', { name: en.back }).click();
    await victim.openChat(groupName);
    await victim.page.getByRole('button', { name: en.members }).click();
    await victim.page.getByRole('dialog').getByText(mallory.name).waitFor();
    expect(await victim.page.evaluate(`document.querySelectorAll('b, u, [onerror]').length`)).toBe(0);
  });

  test('and nothing of it ran', async () => {
    expect(await victim.page.evaluate('typeof stolen')).toBe('undefined');
    expect(victim.troubles).toEqual([]);
  });
});
