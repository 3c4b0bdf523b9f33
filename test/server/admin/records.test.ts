import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import type { AdminAnswer, AdminMethod } from '../../../src/protocol/admin.ts';
import { ADMIN_SUBPROTOCOL } from '../../../src/protocol/admin-channel.ts';
import { signOperatorToken } from '../../../src/server/auth/operator-token.ts';
import { type Actor, register, request, signInRoot } from '../../support/api.ts';
import { type Chatd, startChatd } from '../../support/chatd.ts';

/** What operators read of what was, at a real server. */

let chatd: Chatd;
let root: Actor;
let alice: Actor;
let bob: Actor;

beforeAll(async () => {
  chatd = await startChatd();
  root = await signInRoot(chatd);
  [alice, bob] = [await register(chatd, 'alice'), await register(chatd, 'bob')];
  await root.request('POST /v1/group/create', {
    groupId: 'team',
    groupName: 'The team',
    memberIds: ['2', '3'],
  });
  const send = (by: Actor, body: object) => by.request('POST /v1/chat/messages', body);
  await send(alice, { chatType: 2, recvId: bob.id, content: '你好 bob' });
  await send(bob, { chatType: 1, conversationId: 'team', content: 'to the team' });
  await send(root, { chatType: 1, conversationId: 'all', content: 'to all', contentType: 1 });
});

afterAll(() => chatd.dispose());

const operator = () => signOperatorToken(chatd.secret, 'deploy@srv', Date.now());
const get = <M extends AdminMethod>(path: string) =>
  request<AdminAnswer<M>>(chatd, `GET /v1/admin/${path}`, { token: operator() });

describe('messages', () => {
  test('who to whom, the latest first, and not what', async () => {
    const { data } = await get<'message.list'>('messages');
    expect(data.items).toEqual([
      expect.objectContaining({ from: { id: '1', name: 'root' }, group: 'all', seq: 1, bytes: 6 }),
      expect.objectContaining({ from: { id: '3', name: 'bob' }, group: 'team', bytes: 11 }),
      {
        id: expect.stringMatching(/^\d+$/),
        conversationId: expect.stringMatching(/^[\w-]{22}$/),
        seq: 1,
        from: { id: '2', name: 'alice' },
        to: { id: '3', name: 'bob' },
        contentType: 1,
        bytes: 10,
        sentAt: expect.any(Number),
      },
    ]);
    expect(JSON.stringify(data)).not.toMatch(/content"|你好|to all/);
  });

  test('their text for who asks for it, which the audit says', async () => {
    const { data } = await get<'message.list'>('messages?content=1&user=@alice&limit=3');
    expect(data.items.map(({ content }) => content)).toEqual(['to all', 'to the team', '你好 bob']);
    const audit = await get<'audit.list'>('audit?action=message');
    expect(audit.data.items).toMatchObject([
      { actor: 'deploy@srv', action: 'message.read', target: 'user:@alice', result: 'ok' },
    ]);
    await get('messages?content=0&user=2');
    expect((await get<'audit.list'>('audit?action=message')).data.items).toHaveLength(1);
    expect(await get('messages?content=true&user=99')).toMatchObject({ status: 404, error: 'not_found' });
    expect((await get<'audit.list'>('audit?action=message.read&limit=1')).data).toMatchObject({
      items: [{ target: 'user:99', result: 'not_found' }],
      next: expect.any(Number),
    });
  });

  test('of one group, page by page', async () => {
    const first = await get<'message.list'>('messages?limit=2');
    expect(first.data.items).toHaveLength(2);
    const second = await get<'message.list'>(`messages?limit=2&before=${first.data.next}`);
    expect(second.data).toMatchObject({ items: [{ to: { name: 'bob' } }] });
    expect(second.data.next).toBeUndefined();
    expect((await get<'message.list'>('messages?group=team')).data.items).toHaveLength(1);
    expect((await get<'message.list'>('messages?group=all')).data.items).toHaveLength(1);
  });

  test.each([
    ['messages?user=2&group=team', 400, 'invalid_field'],
    ['messages?before=x', 400, 'invalid_field'],
    ['messages?before=-1', 400, 'invalid_field'],
    ['messages?limit=201', 400, 'invalid_field'],
    ['messages?limit=0', 400, 'invalid_field'],
    ['messages?content=maybe', 400, 'invalid_field'],
    ['messages?user=alice', 400, 'invalid_field'],
    ['messages?group=nowhere', 404, 'not_found'],
    ['messages?group=%00', 404, 'not_found'],
    [`messages?group=${'a'.repeat(22)}`, 404, 'not_found'],
  ])('refuse %s', async (path, status, error) => {
    expect(await get(path)).toMatchObject({ status, error });
  });
});

describe('users and groups', () => {
  test('a user with what he is in and has not read', async () => {
    expect((await get<'user.get'>('users/@bob')).data).toEqual({
      id: '3',
      name: 'bob',
      role: 'user',
      enabled: true,
      online: false,
      createdAt: expect.any(Number),
      unread: 2,
      groupCount: 1,
      groups: [{ id: 'team', name: 'The team' }],
    });
    expect((await get<'user.get'>('users/1')).data).toMatchObject({ role: 'admin', unread: 1 });
    for (const nobody of ['99', '@nobody', `@${'x'.repeat(100)}`]) {
      expect(await get(`users/${nobody}`)).toMatchObject({ status: 404, error: 'not_found' });
    }
    expect(await get('users/bob')).toMatchObject({ status: 400, error: 'invalid_field' });
  });

  test('a group with its members, who is online among them', async () => {
    const client = await bob.connect();
    expect((await get<'group.get'>('groups/team')).data).toEqual({
      id: 'team',
      name: 'The team',
      creatorId: '1',
      memberCount: 3,
      lastSeq: 1,
      members: [
        { id: '1', name: 'root', role: 'owner', online: false },
        { id: '2', name: 'alice', role: 'member', online: false },
        { id: '3', name: 'bob', role: 'member', online: true },
      ],
    });
    expect((await get<'group.get'>('groups/all')).data).toMatchObject({ memberCount: 3, lastSeq: 1 });
    await client.close();
    for (const none of ['nowhere', 'a b', `${'a'.repeat(22)}`]) {
      expect(await get(`groups/${encodeURIComponent(none)}`)).toMatchObject({
        status: 404,
        error: 'not_found',
      });
    }
  });
});

describe('what was', () => {
  test('connections with why they ended', async () => {
    const first = await alice.connect();
    const second = await (await alice.signIn()).connect();
    await first.closed;
    const { data } = await get<'connection.history'>('users/2/connections');
    expect(data.items).toHaveLength(2);
    expect(data.items[0]).toEqual({
      id: expect.stringMatching(/^c-/),
      openedAt: expect.any(Number),
      address: '127.0.0.1',
      client: expect.any(String),
      userAgent: expect.any(String),
    });
    expect(data.items[1]).toMatchObject({ closeCode: 4510, cause: `replaced by ${data.items[0]?.id}` });
    const page = await get<'connection.history'>('users/2/connections?limit=1');
    const rest = await get<'connection.history'>(`users/2/connections?limit=1&before=${page.data.next}`);
    expect([...page.data.items, ...rest.data.items]).toEqual(data.items);
    expect(await get('users/2/connections?before=x')).toMatchObject({ status: 400, error: 'invalid_field' });
    await second.close();
  });

  test('the audit, by who, what and to whom', async () => {
    const disable = (user: string) =>
      request(chatd, 'POST /v1/admin/users/disable', { token: operator(), body: { user } });
    await disable('@bob');
    await disable('1');
    const { data } = await get<'audit.list'>('audit?actor=deploy@srv&action=user&target=user:');
    expect(data.items).toMatchObject([
      { action: 'user.disable', target: 'user:1', result: 'conflict', address: '127.0.0.1' },
      { action: 'user.disable', target: 'user:3', result: 'ok' },
    ]);
    expect((await get<'audit.list'>('audit?actor=nobody')).data.items).toEqual([]);
    await request(chatd, 'POST /v1/admin/users/enable', { token: operator(), body: { user: '3' } });
  });

  test('what the server logged, sampled, without a token', async () => {
    for (let n = 0; n < 20; n += 1) {
      await fetch(`${chatd.http}/v1/admin/users`, { headers: { authorization: `Bearer x.y.${n}` } });
    }
    const { data } = await get<'event.list'>('events?filter=operator%20user.disable');
    expect(data.items).toMatchObject([
      { level: 'info', event: 'operator', fields: { target: 'user:1', result: 'conflict' } },
      { level: 'info', event: 'operator', fields: { target: 'user:3', result: 'ok' } },
    ]);
    const opened = await get<'event.list'>('events?filter=connection_opened&limit=1');
    expect(opened.data.items[0]?.fields).toMatchObject({ userId: expect.anything() });
    expect(opened.data.next).toBe(opened.data.items[0]?.id);
    const all = await get<'event.list'>('events?limit=200');
    const refused = all.data.items.filter(({ event }) => event === 'operator_refused');
    expect(refused[0]?.fields).toMatchObject({ reason: 'unauthorized', address: '127.0.0.1' });
    expect(refused.length).toBeLessThanOrEqual(10);
    expect(JSON.stringify(all.data)).not.toMatch(/eyJ|你好|to the team/);
  });

  test('who is kept out, until when, by whom and why', async () => {
    expect((await get<'ban.list'>('bans')).data).toEqual({ items: [], total: 0 });
    const post = (path: string, body: object) =>
      request(chatd, `POST /v1/admin/${path}`, { token: operator(), body });
    await post('kick', { users: ['@alice'], for: '10m', reason: '维护' });
    await post('ban', { users: ['@bob'], reason: '双开' });
    const by = { by: 'deploy@srv', since: expect.any(Number) };
    const alices = { ...by, until: expect.any(Number), reason: '维护' };
    const bobs = { ...by, reason: '双开' };
    const { data } = await get<'ban.list'>('bans');
    expect(data.total).toBe(2);
    expect(data.items).toHaveLength(2);
    expect(data.items).toContainEqual({ ...alices, user: { id: '2', name: 'alice' } });
    expect(data.items).toContainEqual({ ...bobs, user: { id: '3', name: 'bob' } });
    expect((await get<'user.get'>('users/3')).data.keepOut).toEqual(bobs);
    expect((await get<'ban.list'>('bans?page=3&count=1')).data).toEqual({ items: [], total: 2 });
    await post('unban', { users: ['2', '3'] });
    expect((await get<'ban.list'>('bans')).data).toEqual({ items: [], total: 0 });
    expect((await get<'user.get'>('users/3')).data).not.toHaveProperty('keepOut');
  });
});

test('messages and events are watched as they come', async () => {
  const socket = new WebSocket(`${chatd.ws}/admin`, ADMIN_SUBPROTOCOL, {
    headers: { authorization: `Bearer ${operator()}` },
  });
  const told: { readonly watch: string; readonly data: Record<string, unknown> }[] = [];
  const answered: unknown[] = [];
  let wake = (): void => {};
  socket.on('message', (text) => {
    const said = JSON.parse(String(text)) as { method?: string; params?: never; id?: number };
    if (said.method === 'watch.data' && said.params !== undefined) told.push(said.params);
    if (said.id !== undefined) answered.push(said);
    wake();
  });
  await once(socket, 'open');
  const until = async (isThere: () => boolean) => {
    while (!isThere()) await new Promise<void>((resolve) => (wake = resolve));
  };
  const ask = (id: number, method: string, params: object) =>
    socket.send(JSON.stringify({ jsonrpc: '2.0', id, method, params }));
  ask(1, 'message.watch', { user: '@bob', content: true });
  ask(2, 'event.watch', { filter: 'operator' });
  await until(() => answered.length === 2);

  const send = (by: Actor, body: object) => by.request('POST /v1/chat/messages', body);
  const carol = await register(chatd, 'carol');
  await send(carol, { chatType: 2, recvId: alice.id, content: 'not for bob' });
  await send(alice, { chatType: 1, conversationId: 'team', content: 'for bob’s team' });
  await send(carol, { chatType: 2, recvId: '3', content: 'for bob' });
  const messages = () => told.flatMap(({ data }) => (data['messages'] as object[] | undefined) ?? []);
  await until(() => messages().length === 2);
  expect(messages()).toMatchObject([
    { from: { id: '2', name: 'alice' }, group: 'team', content: 'for bob’s team' },
    { from: { name: 'carol' }, to: { id: '3', name: 'bob' }, content: 'for bob' },
  ]);
  // That text is watched is in the audit, and the audit's line is an event.
  expect((await get<'audit.list'>('audit?limit=1')).data.items).toMatchObject([
    { actor: 'deploy@srv', target: 'user:@bob', result: 'ok' },
  ]);
  ask(3, 'watch.stop', { watch: 'message.watch' });
  await request(chatd, 'POST /v1/admin/users/promote', { token: operator(), body: { user: '@carol' } });
  const events = () => told.flatMap(({ data }) => (data['events'] as { fields: object }[] | undefined) ?? []);
  await until(() => JSON.stringify(events()).includes('user.promote'));
  socket.close();
  await once(socket, 'close');
});
