import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { useWindows } from '../support/browser.ts';
import { untilHolds } from '../support/chromium.ts';
import { startChatd, type Chatd } from '../support/chatd.ts';
import { openCutScene, type StartTalker } from '../support/cut-scene.ts';
import { describeWithBrowser } from '../support/needs.ts';
import { registerAll } from '../support/people.ts';
import { seededRandom } from '../support/random.ts';
import { talk } from '../support/talk.ts';
import type { TalkReport } from '../support/talk-report.ts';

/** The file `/sdk/chatd-client.js` in a page of another origin, over the same network as the client in Node. */
describeWithBrowser('chatd-client.js in Chromium', (chromium) => {
  const windows = useWindows(chromium);
  let chatd: Chatd;
  let page: PageServer;

  beforeAll(async () => {
    chatd = await startChatd();
    page = await servePage(chatd);
  });

  afterAll(async () => {
    await page?.close();
    await chatd?.dispose();
  });

  test('25 cuts: every message once, in order; every send has its outcome', async () => {
    const people = await registerAll(chatd, ['ann', 'ben']);
    const troubles: (readonly string[])[] = [];
    const start: StartTalker = async (options) => {
      const window = await windows.open();
      troubles.push(window.troubles);
      await window.page.goto(page.url);
      await untilHolds(window.page, 'window.openTalk !== undefined');
      const run = <Result>(code: string): Promise<Result> => window.page.evaluate<Result>(code);
      await run(`(async () => { window.mine = await openTalk(${JSON.stringify(options)}); })()`);
      return {
        start: () => run('mine.start()'),
        finish: () => run('mine.finish()'),
        knows: (everything) => run(`mine.knows(${JSON.stringify(everything)})`),
        report: () => run<TalkReport>('mine.report()'),
        close: () => run('mine.client.close()'),
      };
    };
    const seed = Date.now() % 1e6;
    const scene = await openCutScene(chatd, people, { random: seededRandom(seed), start });
    const report = await scene.run(25).finally(() => scene.close());
    expect(report.faults, `seed ${seed}`).toEqual([]);
    expect(report.stored).toBeGreaterThan(20);
    expect(troubles.flat()).toEqual([]);
  });
});

interface PageServer {
  readonly url: string;
  close(): Promise<void>;
}

/** A page of its own origin, which takes the client from chatd. */
async function servePage(chatd: Chatd): Promise<PageServer> {
  const html = `<!doctype html><title>talk</title><script type="module">
    import { createWebSocket } from '${chatd.http}/sdk/chatd-client.js';
    const talk = ${talk.toString()};
    window.openTalk = (options) => talk({ ...options, createWebSocket });
  </script>`;
  const server = createServer((_, response) => response.setHeader('content-type', 'text/html').end(html));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
