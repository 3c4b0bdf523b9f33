import { afterAll, beforeAll, expect, test } from 'vitest';
import { en } from '../../src/web/text/en.ts';
import { DESKTOP, PHONE, useWindows, type WindowOptions } from '../support/browser.ts';
import { untilHolds } from '../support/chromium.ts';
import { startChatd, type Chatd } from '../support/chatd.ts';
import { openCuttingProxy, type CuttingProxy } from '../support/cutting-proxy.ts';
import { describeWithBrowser } from '../support/needs.ts';
import { toVisitor, type Visitor } from '../support/visitor.ts';

/** People who chat on the page, in real browsers: everything that is said arrives, once and in order. */

const PIXELS = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAIAAAD91JpzAAAAFElEQVR4nGP8z8Dwn4GBgYkBCgAbEQMDyT4dYQAAAABJRU5ErkJggg==',
  'base64',
);

describeWithBrowser('people on the page', (chromiumPath) => {
  const windows = useWindows(chromiumPath);
  const behind = { wsPort: 0 };
  let network: CuttingProxy;
  let chatd: Chatd;
  let alice: Visitor;
  let bob: Visitor;

  const arrive = async (name: string, options?: WindowOptions) => {
    const visitor = toVisitor(await windows.open(options), chatd.http, name);
    await visitor.register();
    return visitor;
  };

  beforeAll(async () => {
    network = await openCuttingProxy(behind);
    chatd = await startChatd({ config: { WS: { PublicUrl: `${network.ws}/ws` } } });
    behind.wsPort = chatd.wsPort;
    alice = await arrive('alice', { viewport: DESKTOP });
    bob = await arrive('bob', { viewport: PHONE, hasTouch: true, isMobile: true });
  });

  afterAll(async () => {
    await network.close();
    await chatd.dispose();
  });

  const SAID = [
    'hello bob',
    '你好，Bob！今天一起吃饭吗？',
    '🎉',
    'two\nlines  and   spaces',
    'see https://chat.example/a?b=c',
  ];

  test('text, Chinese, emoji: it arrives as it was written; who has read it, who is typing, who is there', async () => {
    await alice.talkTo('bob');
    await alice.say(...SAID);
    await alice.reads(SAID);
    await bob.chat('alice').getByText(en.unread('5')).waitFor();
    await bob.openChat('alice');
    await bob.reads(SAID);
    await alice.message('hello bob').getByRole('img', { name: en.read }).waitFor();
    await bob.composer.pressSequentially('好');
    await alice.page.getByText(en.typing(['bob'], 0)).waitFor();
    await bob.composer.press('Enter');
    await alice.sees('好');
    await alice.page.getByText(en.online, { exact: true }).waitFor();
    expect(await alice.message('see https').getByRole('link').getAttribute('rel')).toBe(
      'noopener noreferrer',
    );
  });

  test('an image is shown to both', async () => {
    await alice.page.locator('input[type=file]').setInputFiles({
      name: 'lunch.png',
      mimeType: 'image/png',
      buffer: PIXELS,
    });
    for (const { page } of [alice, bob]) {
      await untilHolds(
        page,
        `[...document.querySelectorAll('.message img')].some((image) => image.naturalWidth === 2)`,
      );
    }
    await alice.page.locator('.message .picture').click();
    await alice.page.getByRole('dialog').getByRole('img').first().waitFor();
    await alice.page.keyboard.press('Escape');
    await alice.page.getByRole('dialog').waitFor({ state: 'detached' });
  });

  test('a file that is dropped beside the chat does not take the place of the page', async () => {
    const drop = (where: string) =>
      alice.page.evaluate(`(() => {
        const dataTransfer = new DataTransfer();
        dataTransfer.items.add(new File(['x'], 'x.txt'));
        const drop = new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true });
        return !document.querySelector('${where}').dispatchEvent(drop);
      })()`);
    expect([await drop('.chat-list'), await drop('.thread-header')]).toEqual([true, true]);
  });

  test('a message that was taken back is gone for both', async () => {
    await alice.say('wrong chat');
    await bob.sees('wrong chat');
    await alice.message('wrong chat').click({ button: 'right' });
    await alice.page.getByRole('menuitem', { name: en.recall }).click();
    await alice.page.getByText(en.recalledByMe).first().waitFor();
    await bob.page.getByText(en.recalledBy('alice')).first().waitFor();
    expect(await bob.message('wrong chat').count()).toBe(0);
  });

  test('a group: made, written in, seen by its members with who has read it', async () => {
    await alice.makeGroup('Weekend hike', ['bob']);
    await alice.say('Saturday at nine?');
    await bob.page.getByRole('button', { name: en.back }).click();
    await bob.openChat('Weekend hike');
    await bob.say('九点见');
    await alice.reads(['Saturday at nine?', '九点见']);
    await alice
      .message('Saturday')
      .getByRole('button', { name: en.readBy(1) })
      .click();
    await alice.page.getByRole('dialog').getByText('bob').waitFor();
    await alice.page.keyboard.press('Escape');
  });

  test('who was offline comes back to everything once and in order, and what he wrote meanwhile is sent', async () => {
    await bob.context.setOffline(true);
    network.cutAll();
    await bob.page.getByText(en.connectionLost).waitFor();
    await bob.say('written offline');
    await bob.message('written offline').getByRole('img', { name: en.pending }).waitFor();
    const missed = Array.from({ length: 40 }, (_, at) => `missed ${at + 1}`);
    await alice.say(...missed);
    await alice.message('missed 40').getByRole('img', { name: en.sent }).waitFor();
    await bob.context.setOffline(false);
    const all = ['Saturday at nine?', '九点见', ...missed, 'written offline'];
    await alice.reads(all);
    await bob.reads(all);
    await bob.message('written offline').getByText(en.readBy(1)).waitFor();
  });

  test('nobody broke the policy, threw, or opened a dialog', () => {
    expect([...alice.troubles, ...bob.troubles]).toEqual([]);
  });
});
