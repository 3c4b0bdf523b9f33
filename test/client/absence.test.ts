import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { createWebSocket, type ClientOptions, type MessageFrame } from '../../src/client/index.ts';
import { Conversations } from '../../src/client/conversations.ts';
import type { Actor } from '../support/api.ts';
import { startChatd, type Chatd } from '../support/chatd.ts';
import { openCuttingProxy } from '../support/cutting-proxy.ts';
import { registerAll } from '../support/people.ts';

/** What a client is told that was not there, or is there for the first time. */
describe('after an absence', () => {
  let chatd: Chatd;
  let ann: Actor;
  let ben: Actor;
  let cat: Actor;

  beforeAll(async () => {
    chatd = await startChatd();
    [ann, ben, cat] = (await registerAll(chatd, ['ann', 'ben', 'cat'])) as [Actor, Actor, Actor];
  });

  afterAll(() => chatd?.dispose());

  test('conversations that began meanwhile come whole, however long they are, and a live one goes on', async () => {
    const proxy = await openCuttingProxy(chatd);
    onTestFinished(() => proxy.close());
    const { client, heard } = listen(ben, { url: proxy.ws });
    await client.connect();
    await say(ann, { chatType: 1, conversationId: 'all' }, ['here']);
    proxy.decide = () => 'cut before';
    proxy.cutAll();
    const contents = Array.from({ length: 700 }, (_, at) => `missed ${at}`);
    await ann.request('POST /v1/group/create', { groupId: 'new', groupName: 'new', memberIds: [ben.id] });
    await say(cat, { chatType: 2, recvId: ben.id }, contents);
    await say(ann, { chatType: 1, conversationId: 'new' }, contents);
    await say(ann, { chatType: 1, conversationId: 'all' }, ['back?']);
    proxy.decide = () => 'pass';
    await client.connect();
    await client.send({ chatType: 1, conversationId: 'new', content: 'back' });
    await until(client, () => heard.at(-1)?.content === 'back');
    expect(contentsOf(heard, ({ sendId }) => sendId === cat.id)).toEqual(contents);
    expect(contentsOf(heard, ({ conversationId }) => conversationId === 'new')).toEqual([
      ...contents,
      'back',
    ]);
    expect(contentsOf(heard, ({ conversationId }) => conversationId === 'all')).toEqual(['here', 'back?']);
  });

  test('what comes by itself before what was missed is kept only so far, and read from the server after', () => {
    const heard: number[] = [];
    const conversations = new Conversations({
      since: { g: { seq: 1, id: '1' } },
      history: 0,
      isAwaited: () => false,
      tell: (event, value) => void (event === 'message' && heard.push((value as MessageFrame).seq)),
    });
    const message = (seq: number): MessageFrame => {
      const place = { conversationId: 'g', chatType: 1, id: `${seq}`, seq, sentAt: seq } as const;
      return { ...place, sendId: '2', recvId: '', content: 'x', contentType: 1 };
    };
    const page = { conversationId: 'g', chatType: 1, fromSeq: 1, readSeq: 0, rev: 0, recalled: [] } as const;
    const ask = () => ({ named: conversations.gaps(), told: new Set<string>() });
    const answer = (round: ReturnType<typeof ask>, messages: readonly MessageFrame[]): void => {
      conversations.takePage({ ...page, lastSeq: 2000, messages, more: false }, round);
      conversations.endRound(round, false);
    };
    conversations.take(message(3));
    const first = ask();
    for (let seq = 4; seq <= 2000; seq += 1) conversations.take(message(seq));
    answer(first, [message(2)]);
    expect(heard.length).toBeLessThan(1000);
    const next = (heard.at(-1) ?? 0) + 1;
    const second = ask();
    expect(second.named).toMatchObject({ g: { seq: next - 1 } });
    answer(
      second,
      Array.from({ length: 2001 - next }, (_, at) => message(next + at)),
    );
    expect(heard).toEqual(Array.from({ length: 1999 }, (_, at) => at + 2));
    expect(conversations.gaps()).toEqual({});
  });

  test('a new client begins now; or so many messages ago; or where another one left off', async () => {
    const target = { chatType: 2, recvId: ann.id } as const;
    const isPrivate = ({ chatType }: MessageFrame) => chatType === 2;
    await say(ben, target, ['one', 'two', 'three']);
    const now = listen(ann, { url: chatd.ws });
    await now.client.connect();
    await say(ben, target, ['four']);
    await until(now.client, () => now.heard.length > 0);
    expect(contentsOf(now.heard)).toEqual(['four']);
    now.client.close();
    await say(ben, target, ['five']);
    const ago = listen(ann, { url: chatd.ws, history: 2 });
    await ago.client.connect();
    expect(contentsOf(ago.heard, isPrivate)).toEqual(['four', 'five']);
    ago.client.close();
    const further = listen(ann, { url: chatd.ws, since: now.client.positions() });
    await further.client.connect();
    expect(contentsOf(further.heard)).toEqual(['five']);
    further.client.close();
  });
});

function listen(actor: Actor, options: ClientOptions) {
  const client = createWebSocket(actor.token, { ...options, random: () => 0.1 });
  onTestFinished(() => client.close());
  const heard: MessageFrame[] = [];
  client.on('message', (message) => heard.push(message));
  return { client, heard };
}

type Target =
  | { readonly chatType: 1; readonly conversationId: string }
  | { readonly chatType: 2; readonly recvId: string };

/** Says these, by a connection of its own; resolves when all are stored. */
async function say(actor: Actor, target: Target, contents: readonly string[]): Promise<void> {
  const client = await actor.connect();
  for (const content of contents)
    client.send({ ...target, content, contentType: 1, clientMsgId: `${contents.length} ${content}` });
  for (const _ of contents) await client.next(({ type }) => type === 'ack');
  await client.close();
}

/** Resolves when `condition` holds; looked at after every message. */
function until(client: ReturnType<typeof createWebSocket>, condition: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    const check = () => {
      if (condition()) resolve();
    };
    client.onMessage(check);
    check();
  });
}

function contentsOf(
  messages: readonly MessageFrame[],
  which: (message: MessageFrame) => boolean = () => true,
): readonly string[] {
  return messages.filter(which).map(({ content }) => content);
}
