import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { en } from '../../src/web/text/en.ts';
import { zh } from '../../src/web/text/zh.ts';
import { register, type Actor } from './api.ts';
import { REPOSITORY, startChatd, type Chatd } from './chatd.ts';
import { DESKTOP, launchBrowser, openWindow, PHONE, untilHolds } from './chromium.ts';
import type { WindowOptions } from './chromium.ts';
import { findTool } from './debian-tool.ts';
import { passwordOf, toVisitor } from './visitor.ts';

/**
 * The README's pictures of the page, taken anew: `npm run pictures`. A server of its own, four people who talk, and a
 * window a picture. On Debian, fonts-noto-cjk and fonts-noto-color-emoji are needed.
 */

const NAMES = ['mei', 'tom', 'ana', 'lin', 'jo', '小周'] as const;
type Name = (typeof NAMES)[number];

const CONVERSATION: readonly (readonly [who: Name, text: string])[] = [
  ['mei', '周六天气不错，去香山走走？'],
  ['tom', 'Yes please! Which trail do we take?'],
  ['ana', 'The short one up, the long one down. Map: https://hike.example/hills'],
  ['lin', '我带水果 🍊 和热茶'],
  ['lin', 'And this is where we had lunch last time:'],
  ['lin', 'PICTURE'],
  ['mei', '好美！早上九点，地铁站 A 口见'],
  ['tom', '👍'],
];

async function takePictures(): Promise<void> {
  const chromiumPath = findTool('chromium', 'chromium');
  if (chromiumPath === undefined) throw new Error('there is no chromium');
  const chatd = await startChatd({ config: { Name: 'Hill Street' } });
  const browser = await launchBrowser(chromiumPath);
  try {
    const talk = await startTalk(chatd, await drawHills(browser));
    for (const shot of SHOTS) {
      const window = await openWindow(browser, { ...shot.window, reducedMotion: 'reduce' });
      const { page } = window;
      await page.goto(chatd.http);
      const text = shot.window.locale === 'zh-CN' ? zh : en;
      await page.getByLabel(text.name, { exact: true }).fill(talk.lin.name);
      await page.getByLabel(text.password, { exact: true }).fill(passwordOf(talk.lin.name));
      await page.keyboard.press('Enter');
      await page.getByRole('navigation', { name: text.chats }).waitFor();
      const lin = toVisitor(window, chatd.http, talk.lin.name);
      // Told over the connection: it stands.
      await page.locator('.chat-row').getByRole('img', { name: text.online }).first().waitFor();
      if (shot.opens !== undefined) {
        await lin.openChat(shot.opens);
        await page.getByText(text.readBy(3)).first().waitFor();
        await untilHolds(
          page,
          `[...document.querySelectorAll('.picture')].every(({ className }) => className.includes('shown'))`,
        );
      }
      await talk.typing(shot.opens === undefined ? 'privately' : 'in the group');
      await page.getByText(shot.waitsFor).filter({ visible: true }).first().waitFor();
      await page.screenshot({ path: join(REPOSITORY, 'docs/images', `${shot.name}.png`) });
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
  readonly opens: string | undefined;
  readonly waitsFor: string;
}

const GROUP = '周末徒步 Weekend hike';

const SHOTS: readonly Shot[] = [
  {
    name: 'page-desktop-light',
    window: { viewport: DESKTOP, colorScheme: 'light' },
    opens: GROUP,
    waitsFor: en.typing(['mei'], 0),
  },
  {
    name: 'page-desktop-dark',
    window: { viewport: DESKTOP, colorScheme: 'dark', locale: 'zh-CN' },
    opens: GROUP,
    waitsFor: zh.typing(['mei'], 0),
  },
  {
    name: 'page-phone-light',
    window: { viewport: PHONE, colorScheme: 'light', isMobile: true, hasTouch: true, locale: 'zh-CN' },
    opens: GROUP,
    waitsFor: zh.typing(['mei'], 0),
  },
  {
    name: 'page-phone-dark',
    window: { viewport: PHONE, colorScheme: 'dark', isMobile: true, hasTouch: true },
    opens: undefined,
    waitsFor: en.typingShort,
  },
];

interface Talk {
  readonly lin: Actor;
  /** mei begins to type in the group, or ana to lin: the server passes on one a second of each. */
  typing(where: 'in the group' | 'privately'): Promise<void>;
  end(): Promise<void>;
}

async function startTalk(chatd: Chatd, picture: Uint8Array<ArrayBuffer>): Promise<Talk> {
  const people = {} as Record<Name, Actor>;
  for (const name of NAMES) people[name] = await register(chatd, name);
  const { mei, tom, ana, lin, jo } = people;
  const conversationId = 'weekend-hike';
  const say = async (who: Actor, message: object) => {
    const { code, error } = await who.request('POST /v1/chat/messages', { contentType: 1, ...message });
    if (code !== 200) throw new Error(`${who.name} could not say it: ${error}`);
  };
  const makeGroup = (groupId: string, groupName: string, members: readonly Actor[]) =>
    mei.request('POST /v1/group/create', { groupId, groupName, memberIds: members.map(({ id }) => id) });
  const toLin = { chatType: 2, recvId: lin.id };
  await say(tom, { chatType: 1, conversationId: 'all', content: '大家好，我是 Tom 👋' });
  await makeGroup('books', '读书会 Book club', Object.values(people));
  await say(jo, { chatType: 1, conversationId: 'books', content: 'Chapter four by Thursday?' });
  await say(people['小周'], { ...toLin, content: '到家了，谢谢！' });
  await say(lin, { chatType: 2, recvId: people['小周'].id, content: '早点休息 🌙' });
  await say(ana, { ...toLin, content: 'Did you see the photos from last week?' });
  await say(lin, { chatType: 2, recvId: ana.id, content: '看到了，太美了！' });
  await say(ana, { ...toLin, content: 'I will print the one with the red leaves 🍁' });
  await makeGroup(conversationId, GROUP, [mei, tom, ana, lin]);
  const address = await upload(chatd, lin, picture);
  for (const [who, text] of CONVERSATION) {
    const content = text === 'PICTURE' ? { content: address, contentType: 2 } : { content: text };
    await say(people[who], { chatType: 1, conversationId, ...content });
  }
  for (const who of [mei, tom, ana])
    await who.request('POST /v1/chat/read', { conversationId, seq: CONVERSATION.length });
  await say(tom, { ...toLin, content: 'Can I borrow your tent in May?' });
  await say(tom, { ...toLin, content: 'The small one is enough.' });
  const live = await Promise.all([mei, ana].map((who) => who.connect({ v1: true })));
  return {
    lin,
    async typing(where) {
      const [who, to] =
        where === 'in the group' ? [live[0], { conversationId }] : [live[1], { recvId: lin.id }];
      who?.send({ type: 'typing', ...to });
      await who?.fence();
    },
    async end() {
      for (const client of live) await client.close();
    },
  };
}

async function upload(chatd: Chatd, { token }: Actor, picture: Uint8Array<ArrayBuffer>): Promise<string> {
  const form = new FormData();
  form.set('file', new Blob([picture], { type: 'image/png' }), 'hills.png');
  const headers = { authorization: `Bearer ${token}` };
  const response = await fetch(`${chatd.http}/v1/upload/file`, { method: 'POST', headers, body: form });
  const { data } = (await response.json()) as {
    readonly data: { readonly host: string; readonly file: string };
  };
  return data.host + data.file;
}

/** A landscape, so that the repository need not keep a photograph. */
async function drawHills(browser: Browser): Promise<Uint8Array<ArrayBuffer>> {
  const { page, context } = await openWindow(browser);
  const address = (await page.evaluate(HILLS)) as string;
  await context.close();
  return new Uint8Array(Buffer.from(address.slice(address.indexOf(',') + 1), 'base64'));
}

const HILLS = `(() => {
  const canvas = Object.assign(document.createElement('canvas'), { width: 960, height: 600 });
  const paint = canvas.getContext('2d');
  const shade = (from, to, top, bottom) => {
    const colours = paint.createLinearGradient(0, top, 0, bottom);
    colours.addColorStop(0, from);
    colours.addColorStop(1, to);
    paint.fillStyle = colours;
  };
  shade('#f7c59f', '#fdf0d5', 0, 420);
  paint.fillRect(0, 0, 960, 600);
  paint.fillStyle = '#f4845f';
  paint.beginPath();
  paint.arc(690, 210, 58, 0, 7);
  paint.fill();
  const hills = [['#b08ea2', '#cdb4c0', 300, 70, 190, 1], ['#7d8ca3', '#a3afbf', 365, 55, 150, 2.6], ['#4c7a6d', '#6d9c8a', 440, 48, 230, 4], ['#2d5a4a', '#3f7560', 515, 34, 170, 5.2]];
  for (const [from, to, height, swing, length, phase] of hills) {
    shade(from, to, height - swing, 600);
    paint.beginPath();
    paint.moveTo(0, 600);
    for (let x = 0; x <= 960; x += 4) {
      paint.lineTo(x, height + Math.sin(x / length + phase) * swing + Math.sin(x / (length / 3.1) + phase * 2) * (swing / 4));
    }
    paint.lineTo(960, 600);
    paint.fill();
  }
  return canvas.toDataURL('image/png');
})()`;

await takePictures();
