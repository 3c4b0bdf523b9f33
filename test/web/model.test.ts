import { cpSync, renameSync, rmSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { request, signInRoot } from '../support/api.ts';
import { type Chatd, startChatd } from '../support/chatd.ts';
import { imageSource } from '../../src/web/model/image-source.ts';
import { openPageModel } from './page-model.ts';
import type { PageModel, PageModelOptions } from './page-model.ts';

/** The page's model against a real server: what people see of it, without a browser. */

let server: Chatd;
let people = 0;
const pages: PageModel[] = [];

beforeAll(async () => {
  server = await startChatd({ config: { WS: { SingleSignOn: true } } });
});
afterEach(() => {
  for (const page of pages.splice(0)) page.stop();
});
afterAll(() => server.dispose());

const open = (options: PageModelOptions = {}): PageModel => {
  const page = openPageModel(server, options);
  pages.push(page);
  return page;
};

const passwordOf = (name: string) => `password of ${name}`;

/** Somebody new, signed in and online. */
async function join(
  word: string,
  options: PageModelOptions = {},
): Promise<PageModel & { name: string; id: string }> {
  people += 1;
  const name = `${word}${people}`;
  const page = open(options);
  await page.until(({ screen }) => screen === 'sign_in');
  page.do.chooseMode('register');
  page.do.signIn(name, passwordOf(name));
  await page.until(({ connection }) => connection.kind === 'online');
  return Object.assign(page, { name, id: page.state.me?.id ?? '' });
}

/** As the views do it: whoever looks at the thread has seen its last message. */
function see(page: PageModel): void {
  const seq = page.items.findLast((item) => item.seq !== undefined)?.seq;
  if (seq !== undefined) page.do.sawUpTo(seq);
}

describe('signing in and out', () => {
  test('a newcomer registers, comes back by himself, and signs out', async () => {
    const first = await join('ann');
    expect(first.state.server).toEqual({ name: 'chatd-test', canRegister: true });
    expect(first.chat('all') ?? first.state.chats[0]).toMatchObject({ key: 'g:all', kind: 'lobby' });
    first.stop();
    const again = open({ storage: first.storage });
    await again.until(({ connection }) => connection.kind === 'online');
    expect(again.state.me).toEqual({ id: first.id, name: first.name });
    again.do.signOut();
    expect(again.state).toMatchObject({ screen: 'sign_in', me: undefined, chats: [], thread: undefined });
    expect(again.state.signIn).toMatchObject({ name: first.name, error: undefined });
    const later = open({ storage: first.storage });
    await later.until(({ screen }) => screen === 'sign_in');
    expect(later.state.signIn.name).toBe(first.name);
  });

  test('what is wrong with a name or password is said, in the language of the page', async () => {
    const page = open();
    await page.until(({ screen }) => screen === 'sign_in');
    page.do.signIn('', '');
    expect(page.state.signIn.error).toBe('Please enter your name and password.');
    page.do.signIn('nobody', 'wrong password');
    await page.until(({ signIn }) => signIn.error === 'wrong name or password');
    page.do.changeSettings({ language: 'zh' });
    page.do.signIn('nobody', 'wrong password');
    await page.until(({ signIn }) => signIn.error === '用户名或密码错误');
    expect(page.state.signIn).toMatchObject({ name: 'nobody', isBusy: false });
    page.do.changeSettings({ language: 'en' });
    page.do.chooseMode('register');
    for (const [name, password, said] of [
      ['right\u202ename', 'long enough', 'A name has 1 to 64 characters, and no invisible ones.'],
      ['somebody', 'short', 'A password has at least 6 characters.'],
      ['root', 'long enough', 'Somebody has this name already.'],
    ] as const) {
      page.do.signIn(name, password);
      await page.until(({ signIn }) => signIn.error === said);
    }
  });

  test('a new password keeps its page signed in, and signs the others out', async () => {
    const page = await join('amy');
    const token = JSON.parse(page.storage.getItem('chatd.sign-in') ?? '{}').token;
    page.do.openDialog('password');
    page.do.changePassword('wrong', 'another password');
    await page.until(
      ({ dialog }) => dialog?.kind === 'password' && dialog.error === 'The present password is not this one.',
    );
    page.do.changePassword(passwordOf(page.name), 'another password');
    await page.until(({ dialog, toasts }) => dialog === undefined && toasts.length > 0);
    await page.until(({ connection }) => connection.kind === 'online');
    expect(page.state.me?.id).toBe(page.id);
    expect((await request(server, 'GET /v1/user/info', { token })).code).toBe(401);
  });

  test('who was banned while he was away is told that he is signed out, not what the server calls it', async () => {
    const page = await join('ban');
    page.stop();
    const root = await signInRoot(server);
    await root.request('POST /v1/admin/ban', { users: [page.id] });
    const again = open({ storage: page.storage });
    await again.until(({ screen }) => screen === 'sign_in');
    expect(again.state.signIn).toMatchObject({ error: 'You were signed out. Please sign in again.' });
  });

  test('a token that ends elsewhere ends the visit, and says so', async () => {
    const page = await join('art');
    const { token } = JSON.parse(page.storage.getItem('chatd.sign-in') ?? '{}');
    await request(server, 'POST /v1/user/logout', { token });
    await page.until(({ screen }) => screen === 'sign_in');
    expect(page.state.signIn).toMatchObject({
      name: page.name,
      error: expect.stringContaining('signed out'),
    });
    expect(page.storage.getItem('chatd.sign-in')).toBeNull();
  });
});

describe('two people', () => {
  test('write to each other: pending, sent, read, unread, typing, presence', async () => {
    const [bob, eve] = [await join('bob', { speed: 20 }), await join('eve')];
    bob.do.openDialog('new_chat');
    bob.do.search(eve.name);
    await bob.until(({ dialog }) => dialog?.kind === 'new_chat' && dialog.search.found?.length === 1);
    bob.do.openPrivateChat({ id: eve.id, name: eve.name });
    expect(bob.state.dialog).toBeUndefined();
    await bob.until(({ thread }) => thread?.older === 'that_is_all');
    bob.do.sendText('你好 👋');
    expect(bob.item('你好 👋')?.state).toEqual({ kind: 'pending' });
    await bob.until((_, page) => page.item('你好 👋')?.state.kind === 'sent');
    await eve.until((_, page) => page.chat(bob.name)?.unread === 1);
    expect(eve.chat(bob.name)?.last).toMatchObject({ text: '你好 👋', senderId: bob.id, kind: 'text' });

    eve.do.openChat(`p:${bob.id}`);
    await eve.until((_, page) => page.item('你好 👋') !== undefined);
    await eve.until(({ thread }) => thread?.older === 'that_is_all');
    expect(eve.state.thread?.unreadFrom).toBe(1);
    eve.do.visible(false);
    see(eve);
    expect(eve.chat(bob.name)?.unread).toBe(1);
    eve.do.visible(true);
    expect(eve.chat(bob.name)?.unread).toBe(0);
    await bob.until((_, page) => page.item('你好 👋')?.state.kind === 'read');

    await bob.until(({ people }) => people.get(eve.id)?.online === true);
    eve.do.draft('…');
    await bob.until((_, page) => page.chat(eve.name)?.typing.includes(eve.id) === true);
    await bob.until((_, page) => page.chat(eve.name)?.typing.length === 0);
    eve.stop();
    await bob.until(({ people }) => people.get(eve.id)?.online === false);
  });

  test('reading at one place is reading at the other, and opening alone is not reading', async () => {
    const [bob, eve] = [await join('bob'), await join('eve')];
    bob.do.openPrivateChat(eve);
    for (const text of ['one', 'two', 'three']) bob.do.sendText(text);
    await eve.until((_, page) => page.chat(bob.name)?.unread === 3);
    eve.do.openChat(`p:${bob.id}`);
    await eve.until((_, page) => page.items.length === 3);
    expect(bob.items.map(({ state }) => state.kind)).toEqual(['sent', 'sent', 'sent']);
    eve.do.sawUpTo(2);
    expect(eve.chat(bob.name)?.unread).toBe(1);
    await bob.until((_, page) => page.items.map(({ state }) => state.kind).join() === 'read,read,sent');
    const listed = await request<{ list: { unreadCount: number }[] }>(server, 'GET /v1/chat/conversations', {
      token: JSON.parse(eve.storage.getItem('chatd.sign-in') ?? '{}').token,
    });
    expect(listed.data.list[0]?.unreadCount).toBe(1);
  });

  test('take back what they said', async () => {
    const [bob, eve] = [await join('bob'), await join('eve')];
    bob.do.openPrivateChat(eve);
    bob.do.sendText('a secret');
    await eve.until((_, page) => page.chat(bob.name)?.unread === 1);
    eve.do.openChat(`p:${bob.id}`);
    await eve.until((_, page) => page.items.length === 1);
    await bob.until((_, page) => page.item('a secret')?.seq === 1);
    bob.do.recall(1);
    await eve.until((_, page) => page.items[0]?.state.kind === 'recalled');
    await bob.until((_, page) => page.items[0]?.state.kind === 'recalled');
    expect(eve.items[0]).toMatchObject({ content: '', state: { by: bob.id } });
    expect(eve.chat(bob.name)?.last).toMatchObject({ kind: 'recalled', text: '' });
    eve.do.recall(1);
    await eve.until(({ toasts }) => toasts.some(({ text }) => text === 'not allowed'));
  });

  test('read history page by page, the newest first', async () => {
    const [bob, eve] = [await join('bob'), await join('eve')];
    bob.do.openPrivateChat(eve);
    for (let n = 1; n <= 130; n += 1) bob.do.sendText(`line ${n}`);
    await bob.until((_, page) => page.items.every(({ seq }) => seq !== undefined));
    bob.stop();
    const later = open({ storage: bob.storage });
    await later.until((_, page) => page.chat(eve.name) !== undefined);
    later.do.openChat(`p:${eve.id}`);
    await later.until(({ thread }) => thread?.older === 'there_is_more');
    expect(later.items).toHaveLength(50);
    later.do.loadOlder();
    await later.until((_, page) => page.items.length === 100);
    later.do.loadOlder();
    await later.until(({ thread }) => thread?.older === 'that_is_all');
    expect(later.items.map(({ content }) => content)).toEqual(bob.items.map(({ content }) => content));
    await eve.until((_, page) => page.chat(bob.name)?.unread === 130);
  });
});

describe('what came while a page was being opened', () => {
  test('is in the thread without a gap, and counted once', async () => {
    const [bob, eve] = [await join('bob'), await join('eve')];
    bob.do.openPrivateChat(eve);
    bob.do.sendText('one');
    await eve.until((_, page) => page.chat(bob.name)?.unread === 1);
    eve.stop();
    const { promise: isLetGo, resolve: letGo } = Promise.withResolvers<void>();
    const later = open({ storage: eve.storage, connectAfter: isLetGo });
    await later.until((_, page) => page.chat(bob.name)?.unread === 1);
    later.do.openChat(`p:${bob.id}`);
    await later.until((_, page) => page.items.length === 1);
    for (const text of ['two', 'three', 'four']) bob.do.sendText(text);
    await bob.until((_, page) => page.item('four')?.state.kind === 'sent');
    letGo();
    await later.until((_, page) => page.items.length === 4);
    expect(later.items.map(({ content }) => content)).toEqual(['one', 'two', 'three', 'four']);
    await later.until((_, page) => page.chat(bob.name)?.unread === 4);
  });
});

describe('what was on its way when the page was loaded again', () => {
  test('is sent by the new one, once and in order, and not after signing out', async () => {
    const [bob, eve] = [await join('bob'), await join('eve')];
    bob.stop();
    const { storage, windowStorage } = bob;
    const never = new Promise<void>(() => {});
    const offline = open({ storage, windowStorage, connectAfter: never });
    await offline.until((_, page) => page.chat('all') !== undefined || page.state.chats.length > 0);
    offline.do.openPrivateChat(eve);
    for (const text of ['one', 'two']) offline.do.sendText(text);
    expect(offline.items.map(({ state }) => state.kind)).toEqual(['pending', 'pending']);
    offline.stop();
    const again = open({ storage, windowStorage });
    await eve.until((_, page) => page.chat(bob.name)?.last?.text === 'two');
    expect(eve.chat(bob.name)?.unread).toBe(2);
    again.do.openChat(`p:${eve.id}`);
    await again.until((_, page) => page.items.map(({ state }) => state.kind).join() === 'sent,sent');
    expect(windowStorage.getItem('chatd.unsent')).toBe('[]');
  });

  test('storage that holds nonsense is no harm', async () => {
    const page = await join('bob');
    page.stop();
    for (const nonsense of ['{', '7', '[null,{"userId":"1"},{"chat":7}]']) {
      page.windowStorage.setItem('chatd.unsent', nonsense);
      page.storage.setItem('chatd.settings', nonsense);
      const again = open(page);
      await again.until(({ connection }) => connection.kind === 'online');
      again.stop();
    }
    page.storage.setItem('chatd.sign-in', '{"id":7}');
    await open(page).until(({ screen }) => screen === 'sign_in');
  });
});

describe('a group', () => {
  async function found(owner: PageModel, name: string, ...others: readonly { id: string; name: string }[]) {
    owner.do.openDialog('new_group');
    await owner.until(({ dialog }) => dialog?.kind === 'new_group' && dialog.search.found !== undefined);
    for (const { id, name } of others) owner.do.choose({ id, name, online: undefined, lastSeen: 0 });
    owner.do.createGroup(name);
    await owner.until(({ dialog, thread }) => dialog === undefined && thread?.memberCount !== undefined);
  }

  test('is made, named to its members, read and counted, changed and left', async () => {
    const [ann, bob, cat] = [await join('ann', { speed: 10 }), await join('bob'), await join('cat')];
    ann.do.openDialog('new_group');
    ann.do.createGroup('  ');
    expect(ann.state.dialog).toMatchObject({ error: 'Please enter a name.' });
    ann.do.createGroup('Team');
    expect(ann.state.dialog).toMatchObject({ error: 'Please choose at least one person.' });
    await found(ann, 'Team', bob);
    expect(ann.state.thread).toMatchObject({ memberCount: 2, items: [] });
    await bob.until(({ toasts }, page) => page.chat('Team') !== undefined && toasts.length === 1);

    ann.do.sendText('hello team');
    await bob.until((_, page) => page.chat('Team')?.unread === 1);
    bob.do.openChat(bob.chat('Team')?.key ?? 'g:all');
    await bob.until((_, page) => page.item('hello team') !== undefined);
    see(bob);
    await ann.until((_, page) => page.item('hello team')?.state.kind === 'read');
    expect(ann.item('hello team')?.state).toEqual({ kind: 'read', count: 1 });
    ann.do.showReaders(1);
    await ann.until(({ dialog }) => dialog?.kind === 'readers' && dialog.readers?.[0]?.name === bob.name);

    ann.do.openDialog('members');
    await ann.until(({ dialog }) => dialog?.kind === 'members' && dialog.members?.length === 2);
    expect(ann.state.dialog).toMatchObject({ canAdd: true });
    ann.do.addMember({ id: cat.id, name: cat.name, online: undefined, lastSeen: 0 });
    await ann.until(({ dialog }) => dialog?.kind === 'members' && dialog.members?.length === 3);
    await cat.until((_, page) => page.chat('Team') !== undefined);
    cat.do.openChat(cat.chat('Team')?.key ?? 'g:all');
    cat.do.openDialog('members');
    await cat.until(({ dialog }) => dialog?.kind === 'members' && dialog.members?.length === 3);
    expect(cat.state.dialog).toMatchObject({ canAdd: false });
    cat.do.leaveGroup();
    await cat.until(({ dialog }, page) => dialog === undefined && page.chat('Team') === undefined);
    expect(cat.state.thread).toBeUndefined();

    bob.do.sendText('against the rules');
    await ann.until((_, page) => page.item('against the rules') !== undefined);
    expect([ann.chat('Team')?.mayManage, bob.chat('Team')?.mayManage]).toEqual([true, false]);
    ann.do.recall(2);
    await bob.until((_, page) => page.items[1]?.state.kind === 'recalled');

    ann.do.removeMember({ id: bob.id, name: bob.name, online: undefined, lastSeen: 0 });
    await bob.until((_, page) => page.chat('Team') === undefined);
    expect(bob.state.thread).toBeUndefined();
    expect(bob.state.toasts.at(-1)?.text).toContain('no longer in the group “Team”');
  });

  test('one who is not in it any more is told that his message was not stored', async () => {
    const [ann, bob] = [await join('ann'), await join('bob')];
    await found(ann, 'Club', bob);
    const groupId = ann.state.thread?.key.slice(2) ?? '';
    await bob.until((_, page) => page.chat('Club') !== undefined);
    bob.do.openChat(`g:${groupId}`);
    bob.do.sendText('x'.repeat(20_000));
    await bob.until((_, page) => page.items[0]?.state.kind === 'failed');
    expect(bob.items[0]?.state).toMatchObject({ canRetry: false, error: 'content is too large' });
    bob.do.discard(bob.items[0]?.key ?? '');
    expect(bob.items).toEqual([]);
  });

  test('a picture is uploaded, sent, and seen by the others', async () => {
    const [ann, bob] = [await join('ann'), await join('bob')];
    await found(ann, 'Pictures', bob);
    const pixel = Buffer.from(
      'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==',
      'base64',
    );
    ann.do.sendFile(new File(['plain'], 'a.txt', { type: 'text/plain' }));
    expect(ann.state.toasts.at(-1)?.isError).toBe(true);
    ann.do.sendFile(new File(['<p>no picture'], 'b.png', { type: 'image/png' }));
    await ann.until((_, page) => page.items[0]?.state.kind === 'failed');
    expect(ann.items[0]?.state).toMatchObject({
      canRetry: false,
      error: expect.stringContaining('Only pictures'),
    });
    ann.do.discard(ann.items[0]?.key ?? '');
    ann.do.sendFile(new File([pixel], 'a.png', { type: 'image/png' }));
    expect(ann.items[0]).toMatchObject({ contentType: 2, state: { kind: 'uploading' } });
    await bob.until((_, page) => page.chat('Pictures')?.last?.kind === 'image');
    const source = imageSource(bob.chat('Pictures')?.last?.text ?? '', server.http) ?? '';
    expect((await fetch(source)).headers.get('content-type')).toBe('image/png');
  });
});

describe('the connection', () => {
  test('the server goes away and comes back: nothing is lost or doubled; its database is put back to a copy: what that has counts', async () => {
    const [ann, bob] = [await join('ann'), await join('bob')];
    const contents = (page: PageModel) => page.items.map(({ content }) => content);
    ann.do.openPrivateChat(bob);
    ann.do.sendText('before');
    await bob.until((_, page) => page.chat(ann.name)?.unread === 1);
    bob.do.openChat(`p:${ann.id}`);
    await bob.until((_, page) => page.item('before') !== undefined);

    await server.stop();
    cpSync(`${server.directory}/data`, `${server.directory}/copy`, { recursive: true });
    const early = open({ speed: 10 });
    await early.until(({ screen, connection }) => screen === 'starting' && connection.kind === 'waiting');
    await ann.until(({ connection }) => connection.kind === 'waiting');
    ann.do.sendText('one');
    ann.do.sendText('two');
    expect(ann.items.map(({ state }) => state.kind)).toEqual(['sent', 'pending', 'pending']);
    server = await server.restart();
    for (const page of [ann, bob]) page.do.reconnect();
    await bob.until((_, page) => page.item('two') !== undefined);
    expect(contents(bob)).toEqual(['before', 'one', 'two']);
    see(bob);
    await ann.until((_, page) => page.item('two')?.state.kind === 'read');
    expect(ann.state.connection).toEqual({ kind: 'online' });
    await early.until(({ screen }) => screen === 'sign_in');

    await server.stop();
    rmSync(`${server.directory}/data`, { recursive: true });
    renameSync(`${server.directory}/copy`, `${server.directory}/data`);
    server = await server.restart();
    for (const page of [ann, bob]) page.do.reconnect();
    for (const page of [ann, bob]) await page.until((_, { items }) => items.length === 1);
    ann.do.sendText('another');
    await bob.until((_, page) => page.item('another')?.seq === 2);
    for (const page of [ann, bob]) expect(contents(page)).toEqual(['before', 'another']);
    // That he had read is not in the copy, and what he saw at these places then was something else.
    bob.do.visible(true);
    await bob.until((_, page) => page.chat(ann.name)?.unread === 2);
    expect(ann.item('another')?.state.kind).not.toBe('read');
    see(bob);
    await ann.until((_, page) => page.item('another')?.state.kind === 'read');
  });

  test('two windows of one account: the later works, the earlier waits for "use here"', async () => {
    const first = await join('ann');
    const second = open({ storage: first.storage });
    await first.until(({ connection }) => connection.kind === 'replaced');
    await second.until(({ connection }) => connection.kind === 'online');
    first.do.reconnect();
    await first.until(({ connection }) => connection.kind === 'online');
  });

  test('signed in later elsewhere: "use here" asks for the password', async () => {
    const first = await join('ann');
    const other = open();
    await other.until(({ screen }) => screen === 'sign_in');
    other.do.signIn(first.name, passwordOf(first.name));
    await first.until(({ connection }) => connection.kind === 'replaced');
    first.do.reconnect();
    await first.until(({ screen }) => screen === 'sign_in');
    expect(first.state.signIn).toMatchObject({
      name: first.name,
      error: expect.stringContaining('elsewhere'),
    });
    first.do.signIn(first.name, passwordOf(first.name));
    await first.until(({ connection }) => connection.kind === 'online');
    await other.until(({ connection }) => connection.kind === 'replaced');
  });

  test('kicked: says by what reason and until when', async () => {
    const [ann, root] = [await join('ann'), await signInRoot(server)];
    await root.request('POST /v1/admin/kick', { users: [ann.id], reason: '维护中', for: 60 });
    await ann.until(({ connection }) => connection.kind === 'kicked');
    expect(ann.state.connection).toMatchObject({ reason: '维护中', until: expect.any(Number) });
  });
});
