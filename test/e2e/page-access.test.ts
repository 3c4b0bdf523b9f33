import { afterAll, beforeAll, expect, test } from 'vitest';
import { en } from '../../src/web/text/en.ts';
import { zh } from '../../src/web/text/zh.ts';
import { register, type Actor } from '../support/api.ts';
import { PHONE, useWindows } from '../support/browser.ts';
import { startChatd, type Chatd } from '../support/chatd.ts';
import { describeWithBrowser } from '../support/needs.ts';
import { passwordOf, toVisitor, type Visitor } from '../support/visitor.ts';

/** The page for everybody: with the keyboard alone, to a screen reader, in Chinese, in the dark, on a small phone. */

describeWithBrowser('the page for everybody', (chromiumPath) => {
  const windows = useWindows(chromiumPath);
  let chatd: Chatd;
  let bob: Actor;
  let alice: Visitor;

  beforeAll(async () => {
    chatd = await startChatd();
    bob = await register(chatd, 'bob');
    alice = toVisitor(await windows.open(), chatd.http, 'alice');
  });

  afterAll(() => chatd.dispose());

  test('the keyboard alone: an account, somebody to talk to, a message, taking it back, another chat', async () => {
    const { page } = alice;
    const { keyboard } = page;
    await page.goto(chatd.http);
    await tabTo(alice, en.register);
    await keyboard.press('Enter');
    await page.getByRole('heading', { name: en.registerTitle }).waitFor();
    await page.getByLabel(en.name, { exact: true }).and(page.locator(':focus')).waitFor();
    await keyboard.type('alice');
    await keyboard.press('Tab');
    await keyboard.type(passwordOf('alice'));
    await keyboard.press('Enter');
    await page.getByRole('navigation', { name: en.chats }).waitFor();

    await keyboard.press('Control+k');
    await page.getByRole('dialog').waitFor();
    await keyboard.type('bob');
    await page.getByRole('dialog').getByRole('button', { name: 'bob', exact: true }).waitFor();
    await tabTo(alice, 'bob');
    await keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'bob' }).waitFor();
    await page.locator('#composer:focus').waitFor();
    await keyboard.type('first line');
    await keyboard.press('Shift+Enter');
    await keyboard.type('second line');
    await keyboard.press('Enter');
    await alice.reads(['first line\nsecond line']);
    await alice.message('first line').getByRole('img', { name: en.sent }).waitFor();

    // Up from where one writes: the thread, then its newest message.
    await tabTo(alice, en.messagesOf('bob'), 'Shift+Tab');
    await keyboard.press('ArrowUp');
    await keyboard.press('Enter');
    await page.getByRole('menu').waitFor();
    await keyboard.press('Escape');
    await page.getByRole('menu').waitFor({ state: 'detached' });
    await keyboard.press('Enter');
    await pressUntil(alice, en.recall, 'ArrowDown');
    await keyboard.press('Enter');
    await page.getByText(en.recalledByMe).first().waitFor();

    await keyboard.press('Alt+ArrowDown');
    await page.getByRole('heading', { level: 1, name: en.lobby }).waitFor();
  });

  test('a dialog keeps the focus, closes on Escape, and gives it back', async () => {
    const { page } = alice;
    const opener = page.getByRole('button', { name: en.newGroup });
    await opener.focus();
    await page.keyboard.press('Enter');
    await page.getByRole('dialog', { name: en.newGroup }).waitFor();
    for (let presses = 0; presses < 12; presses += 1) {
      await page.keyboard.press('Tab');
      expect(
        await page.evaluate(
          `document.activeElement === document.body || document.activeElement.closest('dialog') !== null`,
        ),
      ).toBe(true);
    }
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(await opener.and(page.locator(':focus')).count()).toBe(1);
  });

  test('a screen reader is told of places, controls, and messages as they come', async () => {
    const { page } = alice;
    await alice.openChat('bob');
    await bob.request('POST /v1/chat/messages', {
      chatType: 2,
      recvId: '3',
      content: 'can you hear me',
      contentType: 1,
    });
    await page.getByRole('log').getByText('bob: can you hear me').waitFor({ state: 'attached' });
    const tree = await page.locator('body').ariaSnapshot();
    expect(tree).toMatch(/navigation "Chats"/);
    expect(tree).toMatch(/heading "bob" \[level=1\]/);
    expect(tree).toMatch(/"Messages with bob"/);
    expect(tree).toMatch(/textbox "Message bob"/);
    expect(tree).toMatch(/- log/);
    // What can be used has a name.
    expect(tree).not.toMatch(/- (?:button|link|textbox|searchbox|checkbox|img|dialog)(?: \[[^\]]*\])*:?$/m);
    expect(await page.evaluate('document.documentElement.lang')).toMatch(/^en/);
    expect(alice.troubles).toEqual([]);
  });

  test('all that is new is in sight and read when a chat is opened, if there is room for it; names stand in a line', async () => {
    const { page } = alice;
    const omar = await register(chatd, 'عمر');
    const me = (await page.evaluate(`JSON.parse(localStorage['chatd.sign-in']).id`)) as string;
    const say = async (content: string) =>
      omar.request('POST /v1/chat/messages', { chatType: 2, recvId: me, content, contentType: 1 });
    for (let line = 1; line <= 8; line += 1) await say(`before ${line}`);
    await alice.openChat(omar.name);
    await alice.chat(omar.name).locator('.badge').waitFor({ state: 'detached' });
    await alice.openChat('bob');
    for (let line = 1; line <= 13; line += 1) await say(`after ${line}`);
    await alice.chat(omar.name).getByText(en.unread('13')).waitFor({ state: 'attached' });
    await alice.openChat(omar.name);
    await page.locator('.unread-line').waitFor();
    await alice.chat(omar.name).locator('.badge').waitFor({ state: 'detached' });
    const lefts = await page.evaluate(
      `[...document.querySelectorAll('.chat-title')].map((title) => getComputedStyle(title).textAlign)`,
    );
    expect(new Set(lefts as string[])).toEqual(new Set(['left']));
    await alice.openChat('bob');
  });

  test.each(['light', 'dark'] as const)(
    'text stands out from what is behind it (%s)',
    async (colorScheme) => {
      await alice.page.emulateMedia({ colorScheme });
      expect(await alice.page.evaluate(CONTRAST)).toEqual([]);
    },
  );

  test('in Chinese for who reads Chinese, and with what he chose the next time', async () => {
    const { page } = await windows.open({ locale: 'zh-CN', viewport: PHONE });
    await page.goto(chatd.http);
    await page.getByRole('heading', { name: zh.signInTitle }).waitFor();
    expect(await page.evaluate('document.documentElement.lang')).toBe('zh-CN');
    await page.getByRole('radio', { name: 'English' }).check();
    await page.getByRole('heading', { name: en.signInTitle }).waitFor();
    await page.reload();
    await page.getByRole('heading', { name: en.signInTitle }).waitFor();
  });

  test('on the smallest phone nothing hangs over, and fingers find their target', async () => {
    const small = toVisitor(
      await windows.open({ viewport: { width: 320, height: 568 }, hasTouch: true, isMobile: true }),
      chatd.http,
      'carol',
    );
    const { page } = small;
    await small.register();
    expect(await page.evaluate(HANGS_OVER)).toEqual([]);
    await small.openChat(en.lobby);
    await small.say('hello from a small phone, with a line that is longer than the screen is wide');
    await small.sees('small phone');
    expect(await page.evaluate(HANGS_OVER)).toEqual([]);
    const tooSmall = await page.evaluate(`[...document.querySelectorAll('button')]
      .filter((button) => button.checkVisibility({ opacityProperty: true, visibilityProperty: true }) && !button.matches('.sr, .link'))
      .map((button) => [button.ariaLabel ?? button.textContent, button.getBoundingClientRect()])
      .filter(([, { width, height }]) => width > 0 && Math.min(width, height) < 40)
      .map(([name, { width, height }]) => name + ' ' + width + 'x' + height)`);
    expect(tooSmall).toEqual([]);
    await page.getByRole('button', { name: en.back }).click();
    await small.chat(en.lobby).waitFor();
  });
});

const HANGS_OVER = `[...document.querySelectorAll('body *')]
  .filter((element) => element.getBoundingClientRect().right > innerWidth + 1 && element.checkVisibility())
  .map((element) => element.className || element.tagName)`;

async function tabTo({ page }: Visitor, name: string, key = 'Tab'): Promise<void> {
  await pressUntil({ page }, name, key);
}

/** Presses a key until what has the focus is called so; a person would give up after thirty. */
async function pressUntil({ page }: Pick<Visitor, 'page'>, name: string, key: string): Promise<void> {
  const focused = `(document.activeElement?.ariaLabel ?? document.activeElement?.textContent ?? '')`;
  for (let presses = 0; presses < 30; presses += 1) {
    const at = (await page.evaluate(focused)) as string;
    if (at.includes(name) && at.length < name.length + 40) return;
    await page.keyboard.press(key);
  }
  throw new Error(`${key} does not lead to "${name}"`);
}

/** Texts under the contrast WCAG AA asks for: 4.5, and 3 for large ones. */
const CONTRAST = `(() => {
  const canvas = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true });
  const rgba = (color) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = color;
    canvas.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
    return { rgb: [r, g, b], alpha: a / 255 };
  };
  const over = (top, below) => top.rgb.map((value, i) => value * top.alpha + below[i] * (1 - top.alpha));
  const behind = (element) => {
    if (element === null) return rgba(getComputedStyle(document.documentElement).getPropertyValue('background-color')).alpha > 0
      ? over(rgba(getComputedStyle(document.documentElement).backgroundColor), [255, 255, 255]) : [255, 255, 255];
    const own = rgba(getComputedStyle(element).backgroundColor);
    return own.alpha === 1 ? own.rgb : over(own, behind(element.parentElement));
  };
  const light = (rgb) => {
    const [r, g, b] = rgb.map((value) => value / 255).map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ratio = (one, other) => {
    const [low, high] = [light(one), light(other)].sort((a, b) => a - b);
    return (high + 0.05) / (low + 0.05);
  };
  const poor = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    const text = walker.currentNode.data.trim();
    if (text === '' || !element.checkVisibility({ opacityProperty: true, visibilityProperty: true }) || element.closest('.sr, [disabled], svg')) continue;
    const style = getComputedStyle(element);
    const below = behind(element);
    const found = ratio(over(rgba(style.color), below), below);
    const isLarge = parseFloat(style.fontSize) >= 24 || (parseFloat(style.fontSize) >= 18.66 && Number(style.fontWeight) >= 700);
    if (found < (isLarge ? 3 : 4.5)) poor.push(text.slice(0, 30) + ' ' + found.toFixed(2));
  }
  return poor;
})()`;
