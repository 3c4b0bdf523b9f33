import { afterAll, beforeAll, expect, test } from 'vitest';
import { en } from '../../src/web/text/en.ts';
import { useWindows } from '../support/browser.ts';
import { startChatd, type Chatd } from '../support/chatd.ts';
import { openCuttingProxy, type CuttingProxy } from '../support/cutting-proxy.ts';
import { describeWithBrowser } from '../support/needs.ts';
import { toVisitor, type Visitor } from '../support/visitor.ts';

/** One account in several windows, sign-ins that end, and a server that comes back: the page says it and comes to rest. */

describeWithBrowser('sessions on the page', (chromiumPath) => {
  const windows = useWindows(chromiumPath);
  const behind = { wsPort: 0 };
  let door: CuttingProxy;
  let chatd: Chatd;
  let alice: Visitor;

  beforeAll(async () => {
    door = await openCuttingProxy(behind);
    chatd = await startChatd({ config: { WS: { PublicUrl: `${door.ws}/ws` } } });
    behind.wsPort = chatd.wsPort;
    alice = toVisitor(await windows.open(), chatd.http, 'alice');
    await alice.register();
    await alice.openChat(en.lobby);
  });

  afterAll(async () => {
    await door.close();
    await chatd.dispose();
  });

  const useHere = (visitor: Visitor) => visitor.page.getByRole('button', { name: en.useHere });

  test('two windows of one browser come to rest: the older says so, and can be used again', async () => {
    const other: Visitor = toVisitor(
      { page: await alice.context.newPage(), context: alice.context, troubles: alice.troubles },
      chatd.http,
      'alice',
    );
    await other.page.goto(chatd.http);
    await other.openChat(en.lobby);
    await alice.page.getByText(en.replaced).waitFor();
    await other.say('from the second window');
    await other.message('second window').getByRole('img', { name: en.sent }).waitFor();
    const tries = door.arrivals.length;
    await useHere(alice).click();
    await alice.sees('from the second window');
    await alice.say('from the first again');
    await alice.message('first again').getByRole('img', { name: en.sent }).waitFor();
    // The second takeover within 30 s lets both live: nobody is thrown out for ever.
    await other.sees('from the first again');
    expect(door.arrivals.length).toBe(tries + 1);
    await other.page.close();
  });

  test('a later sign-in elsewhere wins: the older window rests, and asks for the password to come back', async () => {
    const elsewhere = toVisitor(await windows.open(), chatd.http, 'alice');
    await elsewhere.signIn();
    await alice.page.getByText(en.replaced).waitFor();
    const tries = door.arrivals.length;
    await elsewhere.openChat(en.lobby);
    await elsewhere.say('from elsewhere');
    await elsewhere.message('from elsewhere').getByRole('img', { name: en.sent }).waitFor();
    expect(door.arrivals.length).toBe(tries);
    await useHere(alice).click();
    await alice.page.getByRole('heading', { name: en.signInTitle }).waitFor();
    expect(await alice.page.getByLabel(en.name, { exact: true }).inputValue()).toBe('alice');
    await alice.signInAgain();
    await elsewhere.page.getByText(en.replaced).waitFor();
    await elsewhere.context.close();
    await alice.openChat(en.lobby);
    await alice.sees('from elsewhere');
  });

  test('a server that is restarted is waited for, and what was written meanwhile is sent', async () => {
    await chatd.stop();
    await alice.page.getByText(en.connectionLost).waitFor();
    await alice.say('written while it was down');
    chatd = await chatd.restart();
    // Unless it has come back by itself meanwhile.
    await alice.page.evaluate("document.querySelector('.banner button')?.click()");
    await alice.message('while it was down').getByRole('img', { name: en.sent }).waitFor();
  });

  test('who is sent away is told why, and does not come back by himself', async () => {
    const { code } = await chatd.cli('kick', '@alice', '--reason', '维护中', '--for', '1h');
    expect(code).toBe(0);
    await alice.page.getByText(en.kicked).waitFor();
    await alice.page.getByText(en.reason('维护中')).waitFor();
    const tries = door.arrivals.length;
    await alice.page.reload();
    await alice.page.getByText(en.reason('维护中')).waitFor();
    expect(door.arrivals.length).toBeLessThanOrEqual(tries + 1);
  });

  test('signing out forgets the sign-in', async () => {
    expect((await chatd.cli('unban', '@alice')).code).toBe(0);
    await alice.page.reload();
    await alice.page.getByRole('button', { name: en.settings }).click();
    await alice.page.getByRole('button', { name: en.signOut }).click();
    await alice.page.getByRole('heading', { name: en.signInTitle }).waitFor();
    expect(await alice.page.evaluate('JSON.stringify(localStorage) + document.cookie')).not.toMatch(/eyJ/);
    await alice.page.reload();
    await alice.page.getByRole('heading', { name: en.signInTitle }).waitFor();
    expect(alice.troubles).toEqual([]);
  });
});
