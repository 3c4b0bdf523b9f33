import { WebSocket } from 'ws';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import {
  type ChatClient,
  type ClientError,
  type ClientStatus,
  createWebSocket,
} from '../../src/client/index.ts';
import type { ClientOptions } from '../../src/client/index.ts';
import { type Actor, signInRoot } from '../support/api.ts';
import { type Chatd, startChatd } from '../support/chatd.ts';
import { registerAll } from '../support/people.ts';

/** When a client comes back and when it does not, and what becomes of its sends then. */
describe('a connection', () => {
  let chatd: Chatd;
  let ann: Actor;
  let ben: Actor;
  let root: Actor;

  beforeAll(async () => {
    chatd = await startChatd({ config: { WS: { MaxFrame: 2048 } } });
    [ann, ben] = (await registerAll(chatd, ['ann', 'ben'])) as [Actor, Actor];
    root = await signInRoot(chatd);
  });

  afterAll(() => chatd?.dispose());

  const open = (token: string, options: ClientOptions = {}): ChatClient => {
    const client = createWebSocket(token, { url: chatd.ws, ...options });
    onTestFinished(() => client.close());
    return client;
  };

  test('a wrong token is an end: connect() and sends reject, and say why', async () => {
    const client = open('no.such.token');
    const connecting = client.connect();
    const send = client.send({ chatType: 1, content: 'nobody' });
    await expect(connecting).rejects.toMatchObject({ code: 'closed', closeName: 'invalid_token' });
    await expect(send).rejects.toMatchObject({ code: 'closed', closeName: 'invalid_token' });
    expect(client.status).toMatchObject({ state: 'ended', why: { code: 4500 } });
    expect(client.readyState).toBe(3);
    await expect(client.send({ chatType: 1, content: 'nobody' })).rejects.toMatchObject({ code: 'closed' });
  });

  test('a token that runs out is renewed, or is an end', async () => {
    const brief = await startChatd({ config: { Auth: { Expire: 2 } } });
    onTestFinished(() => brief.dispose());
    const [cat, dan] = (await registerAll(brief, ['cat', 'dan'])) as [Actor, Actor];
    const getToken = async (): Promise<string> => (await cat.signIn()).token;
    const renewing = open(await getToken(), { url: brief.ws, getToken });
    const ending = open((await dan.signIn()).token, { url: brief.ws });
    await Promise.all([renewing.connect(), ending.connect()]);
    const [lost] = await Promise.all([until(renewing, 'waiting'), until(ending, 'ended')]);
    expect(lost).toMatchObject({ why: { code: 4005, name: 'token_expired' } });
    expect(ending.status).toMatchObject({ why: { code: 4005 } });
    await renewing.connect();
    await renewing.send({ chatType: 1, content: 'still here' });
  });

  test('a later sign-in ends the one before; who is kicked waits as long as he is told', async () => {
    const first = open((await ann.signIn()).token);
    await first.connect();
    const second = open((await ann.signIn()).token);
    await second.connect();
    expect(await until(first, 'ended')).toMatchObject({ why: { name: 'replaced' } });
    const before = Date.now();
    await (await signInRoot(chatd)).request('POST /v1/admin/kick', {
      users: [ann.id],
      for: 60,
      reason: '维护中',
    });
    const waiting = await until(second, 'waiting');
    expect(waiting).toMatchObject({ why: { name: 'kicked' } });
    expect((waiting as { nextTryAt: number }).nextTryAt).toBeGreaterThan(before + 30_000);
    second.close();
    expect(second.status).toEqual({ state: 'closed' });
  });

  test('a message the server takes for too large is refused, and those behind it go on', async () => {
    const client = open((await ben.signIn()).token);
    await client.connect();
    const send = (content: string) => client.send({ chatType: 2, recvId: ann.id, content });
    const refused: unknown[] = [];
    client.onMessage((frame) => 'error' in frame && refused.push(frame.clientMsgId));
    // Bytes count: of these two the one with fewer characters is the larger.
    const [long, large, small] = [send('x'.repeat(1500)), send('大'.repeat(1000)), send('small')];
    const error = await large.catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'content_too_large', field: 'content' });
    expect((await long).seq).toBe(1);
    expect((await small).seq).toBe(2);
    expect(refused).toEqual([(error as ClientError).clientMsgId]);
  });

  test('a sync the server takes for too large is asked in parts, and no send suffers', async () => {
    const names = Array.from({ length: 90 }, (_, at) => `a-group-of-before-${at}`);
    const since = Object.fromEntries(names.map((name) => [name, { seq: 9, id: '9' }]));
    const client = open((await ben.signIn()).token, { since, random: () => 0 });
    const gone: string[] = [];
    client.on('gone', ({ conversationId }) => gone.push(conversationId));
    client.watchPresence(Array.from({ length: 200 }, (_, at) => `${1e9 + at}`));
    const connecting = client.connect();
    const send = client.send({ chatType: 1, content: 'x'.repeat(900) });
    await connecting;
    expect((await send).conversationId).toBe('all');
    expect(gone.toSorted()).toEqual(names.toSorted());
  });

  test('the class of the ws package serves as well', async () => {
    const client = open((await ben.signIn()).token, { WebSocket });
    await client.connect();
    const heard = event(client, 'message');
    await client.send({ chatType: 1, content: 'by ws' });
    expect(await heard).toMatchObject({ content: 'by ws' });
  });

  test('a server that is not there yet is waited for, until close()', async () => {
    const client = open(root.token, { url: 'ws://127.0.0.1:1', random: () => 0 });
    const connecting = client.connect();
    expect(await until(client, 'waiting')).toMatchObject({ why: { code: 1006 } });
    await until(client, 'connecting');
    client.close();
    await expect(connecting).rejects.toMatchObject({ code: 'closed' });
    expect(() => createWebSocket('', { url: 'ftp://nowhere' })).toThrow(TypeError);
    vi.stubGlobal('WebSocket', undefined);
    onTestFinished(() => void vi.unstubAllGlobals());
    expect(() => createWebSocket('')).toThrow('options.WebSocket');
    expect(createWebSocket('', { WebSocket }).status).toEqual({ state: 'idle' });
  });

  test('read marks, typing and recall reach the other', async () => {
    const [from, to] = [open((await root.signIn()).token), open((await ben.signIn()).token)];
    await Promise.all([from.connect(), to.connect()]);
    const typing = event(to, 'typing');
    from.sendTyping({ recvId: ben.id });
    expect(await typing).toMatchObject({ userId: root.id });
    const message = event(to, 'message');
    const { conversationId, seq } = await from.send({ chatType: 2, recvId: ben.id, content: 'read me' });
    await message;
    const read = event(from, 'read');
    to.markRead(conversationId, seq);
    expect(await read).toMatchObject({ conversationId, userId: ben.id, seq });
    const recalled = event(to, 'recall');
    await from.recall(conversationId, seq);
    expect(await recalled).toMatchObject({ conversationId, seq, by: root.id });
    await from.recall(conversationId, seq);
    await expect(from.recall(conversationId, 99)).rejects.toMatchObject({ code: 'not_found' });
  });
});

function until(client: ChatClient, state: ClientStatus['state']): Promise<ClientStatus> {
  return new Promise((resolve) => {
    if (client.status.state === state) resolve(client.status);
    client.onStatusChange((status) => {
      if (status.state === state) resolve(status);
    });
  });
}

function event(client: ChatClient, name: 'typing' | 'read' | 'recall' | 'message'): Promise<unknown> {
  return new Promise((resolve) => {
    client.on(name, resolve);
  });
}
