import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { createWebSocket } from '../../src/client/index.ts';
import { register, type Actor } from '../support/api.ts';
import { startChatd, type Chatd } from '../support/chatd.ts';
import type { AnyFrame } from '../support/client.ts';
import {
  createSeedFrontEnd,
  type PageConnection,
  type PageConnectionOptions,
  type SeedFrontEnd,
} from '../support/seed-front-end.ts';

/**
 * The seed's front end with one line changed: `import { createWebSocket } from 'chatd/client'`. The story of
 * seed-front-end.test.ts, and what the line brings.
 */
const SPEED = 30;

describe("the seed's front end with chatd/client", () => {
  let chatd: Chatd;
  let alice: Actor;
  let bob: Actor;

  beforeAll(async () => {
    chatd = await startChatd();
    alice = await register(chatd, 'alice');
    bob = await register(chatd, 'bob');
  });

  afterAll(() => chatd?.dispose());

  test('shows every message once, and nothing that is none', async () => {
    const page = await openedBy(bob);
    const fromAlice = await alice.connect();
    const memberIds = [bob.id];
    await alice.request('POST /v1/group/create', { groupId: 'shown', groupName: 'g', memberIds });
    const say = async (frame: object, content: string) =>
      fromAlice.ask({ ...frame, content, contentType: 1, clientMsgId: content });
    await say({ chatType: 2, recvId: bob.id }, 'private');
    await say({ chatType: 2, recvId: bob.id }, 'private');
    await say({ chatType: 1, conversationId: 'shown' }, 'group');
    page.send({ type: 'ping' });
    page.send({ chatType: 2, recvId: '999999', content: 'to nobody', contentType: 1 });
    page.send({ chatType: 1, conversationId: 'shown', content: 'from the page', contentType: 1 });
    await page.until(({ shown }) => shown.some((frame) => frame['content'] === 'from the page'), 300);
    await say({ chatType: 1, conversationId: 'all' }, 'the last');
    await page.until(({ shown }) => shown.some((frame) => frame['content'] === 'the last'), 300);
    expect(contentsOf(page)).toEqual(['private', 'group', 'from the page', 'the last']);
    expect(page.notes).toEqual(['接收者不存在']);
    expect(page.noticed).toEqual(['group_create']);
    await fromAlice.close();
  });

  test('two of them on one account: the later one stays, the earlier one does not come back', async () => {
    const [first, second] = [await openedBy(bob), await openedBy(bob)];
    await Promise.all([first.atRest(25), second.atRest(25)]);
    expect([first.open, second.open]).toEqual([0, 1]);
    expect([first.attempts, second.attempts]).toEqual([1, 1]);
    await shows(second, 'after the rest');
  });

  test('one that leaves its page and returns has one connection, and receives', async () => {
    const page = await openedBy(bob);
    page.leavePage();
    await page.openPage();
    await page.atRest(25);
    expect([page.open, page.attempts]).toEqual([1, 2]);
    await shows(page, 'back again');
  });

  test('what was said while the server was away, and before it was back, is shown', async () => {
    const page = await openedBy(bob);
    await shows(page, 'before');
    await chatd.stop();
    page.send({ chatType: 1, conversationId: 'all', content: 'said to nobody yet', contentType: 1 });
    chatd = await chatd.restart();
    const again = await alice.connect();
    for (const content of ['one', 'two', 'three'])
      await again.ask({ chatType: 2, recvId: bob.id, content, contentType: 1, clientMsgId: content });
    await page.until(({ shown }) => shown.length === 5, 300);
    const ofAlice = page.shown.filter(({ sendId }) => sendId === alice.id).map(({ content }) => content);
    expect(ofAlice).toEqual(['before', 'one', 'two', 'three']);
    expect(contentsOf(page)).toContain('said to nobody yet');
    await again.close();
  });

  async function openedBy(actor: Actor): Promise<SeedFrontEnd> {
    const page = createSeedFrontEnd(chatd, SPEED, connectWithChatdClient);
    onTestFinished(() => page.shutDown());
    await page.signIn(actor.name, actor.password);
    await page.openPage();
    return page;
  }

  async function shows(page: SeedFrontEnd, content: string): Promise<void> {
    const fromAlice = await alice.connect();
    fromAlice.send({ chatType: 2, recvId: bob.id, content, contentType: 1 });
    await page.until(({ shown }) => shown.some((frame) => frame['content'] === content), 300);
    await fromAlice.close();
  }
});

function contentsOf(page: SeedFrontEnd): readonly unknown[] {
  return page.shown.map((frame) => frame['content']);
}

/** The page's calls as they are, of another createWebSocket. */
function connectWithChatdClient(options: PageConnectionOptions): PageConnection {
  const client = createWebSocket(options.token, { url: options.ws });
  client.onMessage((frame) => options.onMessage({ ...frame } as AnyFrame));
  client.onStatusChange(({ state }) => {
    if (state === 'connecting') options.onAttempt();
    options.onChange();
  });
  client.connect().catch(() => {
    // The page looks at what onStatusChange says.
  });
  return {
    // What is said before it has caught up may be part of what it begins with.
    get isOpen() {
      return client.status.state === 'open';
    },
    send(frame) {
      client.send(frame as Parameters<typeof client.send>[0]).catch(() => {
        // Neither does it look at the promise.
      });
      return true;
    },
    close: () => client.close(),
    kill: async () => client.close(),
  };
}
