import { afterAll, beforeAll, expect, test } from 'vitest';
import { useWindows } from '../support/browser.ts';
import { startChatd, type Chatd } from '../support/chatd.ts';
import { describeWithBrowser } from '../support/needs.ts';

/** What the page's policy lets it do and what not, in a real browser: whatever gets into the page is no script. */

describeWithBrowser('the policy of the page', (chromiumPath) => {
  const windows = useWindows(chromiumPath);
  let chatd: Chatd;

  beforeAll(async () => {
    chatd = await startChatd();
  });

  afterAll(() => chatd.dispose());

  test('it starts without breaking it, loads the client, and reaches the WebSocket server', async () => {
    const { page, troubles } = await windows.open();
    await page.goto(chatd.http);
    const closing = await page.evaluate(`new Promise((resolve) => {
      const socket = new WebSocket('${chatd.ws}/ws', ['chatd.v1', 'bearer.none']);
      socket.onclose = ({ code }) => resolve(code);
    })`);
    expect(closing).toBe(4500);
    expect(
      await page.evaluate(`import('/sdk/chatd-client.js').then((sdk) => typeof sdk.createWebSocket)`),
    ).toBe('function');
    expect(troubles).toEqual([]);
  });

  test.each([
    ['markup made of text', `document.body.innerHTML = '<img src=x onerror="stolen = 1">'`],
    [
      'a script of its own',
      `document.head.append(Object.assign(document.createElement('script'), { text: 'stolen = 1' }))`,
    ],
    [
      'a script from elsewhere',
      `document.head.append(Object.assign(document.createElement('script'), { src: 'http://localhost:1/x.js' }))`,
    ],
    ['text that is run', `setTimeout("stolen = 1")`],
    ['a request elsewhere', `fetch('http://localhost:1/?stolen')`],
  ])('it stops %s', async (_what, attack) => {
    const { page, troubles, context } = await windows.open();
    await page.goto(chatd.http);
    const stopped = page.waitForEvent('console', { predicate: () => troubles.length > 0 });
    // In a function: an error is the page's answer, not the story's.
    await page.evaluate(`(async () => { ${attack} })().catch(() => undefined)`);
    await stopped;
    expect(troubles[0]).toContain('broke its policy');
    expect(await page.evaluate('typeof stolen')).toBe('undefined');
    await context.close();
  });

  test('no other page can show it in a frame', async () => {
    const { page } = await windows.open();
    await page.setContent(`<iframe src="${chatd.http}"></iframe>`);
    const [, frame] = page.frames();
    await frame?.waitForLoadState();
    expect(frame?.url()).toMatch(/^chrome-error:/);
  });
});
