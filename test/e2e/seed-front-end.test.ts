import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { register, type Actor } from '../support/api.ts';
import { startChatd, type Chatd } from '../support/chatd.ts';
import { createSeedFrontEnd, type SeedFrontEnd } from '../support/seed-front-end.ts';

/** The seed's front end, unchanged, against chatd. Its seconds pass fifteen times as fast as ours; test/long has them real. */
const SPEED = 15;

describe("the seed's front end", () => {
  let chatd: Chatd;
  let alice: Actor;
  let bob: Actor;

  beforeAll(async () => {
    chatd = await startChatd({ config: { WS: { PingInterval: '300ms', PongTimeout: '2s' } } });
    alice = await register(chatd, 'alice');
    bob = await register(chatd, 'bob');
  });

  afterAll(() => chatd?.dispose());

  test('never shows what is not a message, and shows every message once', async () => {
    const page = await openedBy(bob);
    const fromAlice = await alice.connect();
    const groupId = 'shown';
    await alice.request('POST /v1/group/create', { groupId, groupName: 'g', memberIds: [bob.id] });
    const sent: string[] = [];
    const say = async (frame: object, content: string) => {
      sent.push(content);
      await fromAlice.ask({ ...frame, content, contentType: 1, clientMsgId: content });
    };
    await say({ chatType: 2, recvId: bob.id }, 'private');
    await say({ chatType: 1, conversationId: groupId }, 'group');
    await fromAlice.ask({
      chatType: 2,
      recvId: bob.id,
      content: 'private',
      contentType: 1,
      clientMsgId: 'private',
    });
    // Answers, errors, acks it did not ask for, notices, heartbeats: none of it is a message.
    page.send({ type: 'ping' });
    page.send({ chatType: 2, recvId: '999999', content: 'to nobody', contentType: 1 });
    page.send({ chatType: 7, content: 'wrong' });
    page.send({ type: 'read', conversationId: groupId, seq: 1 });
    await alice.request('POST /v1/group/members/add', { groupId, memberIds: ['1'] });
    await alice.request(`DELETE /v1/group/${groupId}/members/1`);
    page.send({ chatType: 2, recvId: alice.id, content: 'from the page', contentType: 1 });
    expect(await fromAlice.nextMessage()).toMatchObject({ sendId: alice.id, content: 'group' });
    expect(await fromAlice.nextMessage()).toMatchObject({ sendId: bob.id, content: 'from the page' });
    await say({ chatType: 1, conversationId: 'all' }, 'the last');
    await page.until(({ shown }) => shown.some((frame) => frame['content'] === 'the last'), 50);

    expect(page.shown.map((frame) => frame['content'])).toEqual(sent);
    for (const frame of page.shown) {
      expect(frame).toMatchObject({ sendId: alice.id, contentType: 1, conversationId: expect.any(String) });
    }
    await fromAlice.close();
  });

  test('two of them on one account, each signed in for itself, come to rest: the later one stays', async () => {
    const [first, second] = [await openedBy(bob), await openedBy(bob)];
    await Promise.all([first.atRest(20), second.atRest(20)]);
    expect([first.open, second.open]).toEqual([0, 1]);
    // It gave up by itself: five attempts after the first, and nothing since.
    expect(first.attempts).toBe(6);
    expect(second.attempts).toBe(1);
    expect(second.signedIn).toBe(true);
    await receives(second, 'after the rest');
  });

  test('two tabs of one sign-in come to rest: both are open, both receive', async () => {
    const page = await openedBy(bob);
    await page.openPage();
    await page.atRest(20);
    expect(page.open).toBe(2);
    await receives(page, 'to both tabs', 2);
  });

  test.each([2, 5])(
    'one that leaves its page and returns after %i s is receiving everything 15 s later',
    async (away) => {
      const page = await openedBy(bob);
      page.leavePage();
      await seconds(away);
      await page.openPage();
      await seconds(15);
      const fromAlice = await alice.connect();
      const contents = Array.from({ length: 20 }, (_, n) => `back after ${away}: ${n}`);
      for (const content of contents)
        fromAlice.send({ chatType: 2, recvId: bob.id, content, contentType: 1 });
      await page.until(({ shown }) => shown.some((frame) => frame['content'] === contents.at(-1)), 50);
      expect(page.shown.map((frame) => frame['content'])).toEqual(contents);
      await fromAlice.close();
    },
  );

  test('it comes back after a restart of the server, with what it missed in its history', async () => {
    // It gives up after 45 of its seconds, and a restart is not scaled.
    const page = await openedBy(bob, 4);
    const fromAlice = await alice.connect();
    await chatd.stop();
    chatd = await chatd.restart();
    const again = await alice.connect();
    await again.ask({
      chatType: 2,
      recvId: bob.id,
      content: 'while away',
      contentType: 1,
      clientMsgId: 'while-away',
    });
    await page.until(({ open }) => open === 1, 60);
    const history = await page.call(
      'GET',
      `/v1/chat/messages?targetUserId=${alice.id}&chatType=2&page=1&count=20`,
    );
    expect(history).toMatchObject({
      list: expect.arrayContaining([expect.objectContaining({ content: 'while away' })]),
    });
    await receives(page, 'and live again');
    await Promise.all([fromAlice.closed, again.close()]);
  });

  test('it logs out at 401, and only then', async () => {
    const page = await openedBy(bob);
    await page.call('POST', '/v1/user/password', { id: bob.id, oldPwd: 'wrong', newPwd: 'a new password' });
    expect(page.signedIn).toBe(true);
    expect(page.notes).toHaveLength(1);
    await page.call('POST', '/v1/user/logout');
    await page.call('GET', '/v1/user/info');
    expect(page.signedIn).toBe(false);
  });

  async function openedBy(actor: Actor, speed = SPEED): Promise<SeedFrontEnd> {
    const page = createSeedFrontEnd(chatd, speed);
    onTestFinished(() => page.shutDown());
    await page.signIn(actor.name, actor.password);
    await page.openPage();
    return page;
  }

  async function receives(page: SeedFrontEnd, content: string, times = 1): Promise<void> {
    const fromAlice = await alice.connect();
    fromAlice.send({ chatType: 2, recvId: bob.id, content, contentType: 1 });
    await page.until(
      ({ shown }) => shown.filter((frame) => frame['content'] === content).length === times,
      50,
    );
    await fromAlice.close();
  }
});

/** Time passing for the page: nothing announces that it has been away long enough. */
function seconds(count: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, (count * 1000) / SPEED));
}
