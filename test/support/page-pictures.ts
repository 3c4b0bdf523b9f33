import { join } from 'node:path';
import { en } from '../../src/web/text/en.ts';
import { zh } from '../../src/web/text/zh.ts';
import { register, type Actor } from './api.ts';
import { REPOSITORY, startChatd, type Chatd } from './chatd.ts';
import { DESKTOP, launchBrowser, openWindow, PHONE } from './chromium.ts';
import type { WindowOptions } from './chromium.ts';
import { findTool } from './debian-tool.ts';
import { passwordOf, toVisitor } from './visitor.ts';

/**
 * The README's pictures of the page, taken anew: `npm run pictures`. A server of its own, four people who talk, and a
 * window a picture. On Debian, fonts-noto-cjk and fonts-noto-color-emoji are needed.
 */

const CONVERSATION: readonly (readonly [who: 'mei' | 'tom' | 'ana' | 'lin', text: string])[] = [
  ['mei', '周六天气不错，去香山走走？'],
  ['tom', 'Yes please! Which trail do we take?'],
  ['ana', 'The short one up, the long one down. Map: https://hike.example/fragrant-hills'],
  ['lin', '我带水果 🍊 和热茶'],
  ['mei', '早上九点，地铁站 A 口见'],
  ['tom', '👍'],
];

async function takePictures(): Promise<void> {
  const chromiumPath = findTool('chromium', 'chromium');
  if (chromiumPath === undefined) throw new Error('there is no chromium');
  const chatd = await startChatd({ config: { Name: 'Hill Street', Message: { RecallWindow: '2m' } } });
  const browser = await launchBrowser(chromiumPath);
  try {
    const talk = await startTalk(chatd);
    for (const shot of SHOTS) {
      const window = await openWindow(browser, { ...shot.window, deviceScaleFactor: shot.scale });
      const { page } = window;
      await page.goto(chatd.http);
      const text = shot.window.locale === 'zh-CN' ? zh : en;
      await page.getByLabel(text.name, { exact: true }).fill(talk.lin.name);
      await page.getByLabel(text.password, { exact: true }).fill(passwordOf(talk.lin.name));
      await page.keyboard.press('Enter');
      await page.getByRole('navigation', { name: text.chats }).waitFor();
      const lin = toVisitor(window, chatd.http, talk.lin.name);
      if (shot.opens !== undefined) {
        await lin.openChat(shot.opens);
        await page.waitForFunction(
          `() => [...document.querySelectorAll('.message img')].every((image) => image.complete)`,
        );
      }
      await talk.typing();
      await page.getByText(shot.waitsFor).first().waitFor();
      await page.screenshot({ path: join(REPOSITORY, 'docs/images', `${shot.name}.png`), scale: 'device' });
      await window.context.close();
    }
    await talk.end();
  } finally {
    await browser.close();
    await chatd.dispose();
  }
}

interface Shot {
  readonly name: string;
  readonly window: WindowOptions;
  readonly scale: number;
  readonly opens: string | undefined;
  readonly waitsFor: string;
}

const GROUP = '周末徒步 Weekend hike';

const SHOTS: readonly Shot[] = [
  {
    name: 'page-desktop-light',
    window: { viewport: DESKTOP, colorScheme: 'light' },
    scale: 1,
    opens: GROUP,
    waitsFor: en.typing(['mei'], 0),
  },
  {
    name: 'page-desktop-dark',
    window: { viewport: DESKTOP, colorScheme: 'dark', locale: 'zh-CN' },
    scale: 1,
    opens: GROUP,
    waitsFor: zh.typing(['mei'], 0),
  },
  {
    name: 'page-phone-light',
    window: { viewport: PHONE, colorScheme: 'light', isMobile: true, hasTouch: true, locale: 'zh-CN' },
    scale: 1,
    opens: GROUP,
    waitsFor: zh.typing(['mei'], 0),
  },
  {
    name: 'page-phone-dark',
    window: { viewport: PHONE, colorScheme: 'dark', isMobile: true, hasTouch: true },
    scale: 1,
    opens: undefined,
    waitsFor: en.typingShort,
  },
];

interface Talk {
  readonly lin: Actor;
  /** mei begins to type in the group. */
  typing(): Promise<void>;
  end(): Promise<void>;
}

async function startTalk(chatd: Chatd): Promise<Talk> {
  const [mei, tom, ana, lin] = [
    await register(chatd, 'mei'),
    await register(chatd, 'tom'),
    await register(chatd, 'ana'),
    await register(chatd, 'lin'),
  ];
  const people = { mei, tom, ana, lin };
  const conversationId = 'weekend-hike';
  const memberIds = Object.values(people).map(({ id }) => id);
  await mei.request('POST /v1/group/create', { groupId: conversationId, groupName: GROUP, memberIds });
  const say = async (who: Actor, message: object) => {
    const { code, error } = await who.request('POST /v1/chat/messages', { contentType: 1, ...message });
    if (code !== 200) throw new Error(`${who.name} could not say it: ${error}`);
  };
  const toLin = { chatType: 2, recvId: lin.id };
  await say(tom, { chatType: 1, conversationId: 'all', content: '大家好，我是 Tom 👋' });
  await say(ana, { ...toLin, content: 'Did you see the photos from last week?' });
  await say(lin, { chatType: 2, recvId: ana.id, content: '看到了，太美了！' });
  await say(ana, { ...toLin, content: 'I will print the one with the red leaves 🍁' });
  for (const [who, content] of CONVERSATION) await say(people[who], { chatType: 1, conversationId, content });
  await say(tom, { ...toLin, content: 'Can I borrow your tent in May?' });
  await say(tom, { ...toLin, content: 'The small one is enough.' });
  const live = await Promise.all([mei, ana].map((who) => who.connect({ v1: true })));
  return {
    lin,
    async typing() {
      live[0]?.send({ type: 'typing', conversationId });
      await live[0]?.fence();
    },
    async end() {
      for (const client of live) await client.close();
    },
  };
}

await takePictures();
