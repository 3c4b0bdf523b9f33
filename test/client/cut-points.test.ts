import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { createWebSocket } from '../../src/client/index.ts';
import type { ChatClient, MessageFrame } from '../../src/client/index.ts';
import type { Actor } from '../support/api.ts';
import { startChatd, type Chatd } from '../support/chatd.ts';
import type { AnyFrame } from '../support/client.ts';
import { openCuttingProxy, type CuttingProxy, type Fate, type Passing } from '../support/cutting-proxy.ts';
import { registerAll } from '../support/people.ts';

/** One thing goes wrong at one point; three sends are under way, and the one in the middle is hit. */

type Point = readonly [what: string, fate: Fate, isHit: (passing: Passing) => boolean];

const POINTS: readonly Point[] = [
  ['the send', 'cut before', isSend],
  ['the send', 'cut within', isSend],
  ['the send', 'cut after', isSend],
  ['the send', 'twice', isSend],
  ['the ack', 'cut before', isAck],
  ['the ack', 'cut within', isAck],
  ['the ack', 'cut after', isAck],
  ['the ack', 'twice', isAck],
  ['the delivery', 'cut before', isDelivery],
  ['the delivery', 'cut within', isDelivery],
  ['the delivery', 'cut after', isDelivery],
  ['the delivery', 'twice', isDelivery],
];

const CONTENTS = ['first', 'second', 'third'];

describe('something goes wrong once', () => {
  let chatd: Chatd;
  let ann: Actor;
  let ben: Actor;

  beforeAll(async () => {
    chatd = await startChatd();
    [ann, ben] = (await registerAll(chatd, ['ann', 'ben'])) as [Actor, Actor];
    const memberIds = [ann.id, ben.id];
    await ann.request('POST /v1/group/create', { groupId: 'both', groupName: 'both', memberIds });
  });

  afterAll(() => chatd?.dispose());

  describe.each([
    ['privately', () => ({ chatType: 2 as const, recvId: ben.id })],
    ['in a group', () => ({ chatType: 1 as const, conversationId: 'both' })],
  ])('%s', (_, target) => {
    test.each(POINTS)('%s, %s: all three stored once, acked, heard once and in order', async (...point) => {
      const [, fate, isHit] = point;
      const proxy = await proxyBefore(chatd);
      const [from, to] = [await talkThrough(proxy, ann), await talkThrough(proxy, ben)];
      let hits = 0;
      proxy.decide = (passing) => {
        if (hits > 0 || passing.frame?.['content'] !== 'second' || !isHit(passing)) return 'pass';
        hits += 1;
        return fate;
      };
      // An ack names no content; the second one is the second's.
      let acks = 0;
      if (isHit === isAck)
        proxy.decide = (passing) => {
          if (!isAck(passing)) return 'pass';
          acks += 1;
          hits = 1;
          return acks === 2 ? fate : 'pass';
        };
      const sends = CONTENTS.map((content) => from.client.send({ ...target(), content }));
      const acked = await Promise.all(sends);
      const seq = acked[0]?.seq ?? 0;
      expect(acked.map((ack) => ack.seq)).toEqual([seq, seq + 1, seq + 2]);
      const heard = await to.heard(3);
      expect(heard.map(({ content }) => content)).toEqual(CONTENTS);
      expect(heard.map((message) => message.seq)).toEqual([seq, seq + 1, seq + 2]);
      expect(hits).toBe(1);
      // What comes later comes behind it, to both.
      await to.client.send({ chatType: 1, conversationId: 'both', content: 'the end' });
      expect((await to.heard(4)).map(({ content }) => content)).toEqual([...CONTENTS, 'the end']);
      const own = (await from.heard('the end')).map(({ content }) => content);
      // Of his own private ones a sender needs to be told nothing but the ack.
      if (target().chatType === 1) expect(own).toEqual([...CONTENTS, 'the end']);
      expect(new Set(own).size).toBe(own.length);
    });
  });

  test('a send that is refused is told so after a cut, too, and has lost its place', async () => {
    const proxy = await proxyBefore(chatd);
    const [from, to] = [await talkThrough(proxy, ann), await talkThrough(proxy, ben)];
    let cuts = 0;
    proxy.decide = ({ from: side, frame }) => {
      if (side !== 'server' || frame?.type !== 'error' || cuts > 0) return 'pass';
      cuts += 1;
      return 'cut before';
    };
    const outcomes = await Promise.allSettled([
      from.client.send({ chatType: 2, recvId: ben.id, content: 'before' }),
      from.client.send({ chatType: 2, recvId: '999999', content: 'to nobody', clientMsgId: 'to-nobody' }),
      from.client.send({ chatType: 2, recvId: ben.id, content: 'behind' }),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(outcomes[1]).toMatchObject({
      reason: { name: 'ClientError', code: 'no_such_recipient', clientMsgId: 'to-nobody' },
    });
    expect((await to.heard(2)).map(({ content }) => content)).toEqual(['before', 'behind']);
    expect(cuts).toBe(1);
  });

  test.each(['cut before', 'cut within', 'cut after'] as const)(
    'a handshake and a catching up that are %s are begun again',
    async (fate) => {
      const proxy = await proxyBefore(chatd);
      const to = await talkThrough(proxy, ben);
      const points = [
        isHandshake('client'),
        isHandshake('server'),
        isSyncFrame('client'),
        isSyncFrame('server'),
      ];
      proxy.decide = (passing) => {
        if (points[0]?.(passing) !== true) return 'pass';
        points.shift();
        return fate;
      };
      proxy.cutAll();
      const direct = await ann.connect();
      const contents = ['one', 'two', 'three'].map((word) => `${word}, ${fate}`);
      for (const content of contents)
        await direct.ask({ chatType: 2, recvId: ben.id, content, contentType: 1, clientMsgId: content });
      expect((await to.heard(3)).map(({ content }) => content)).toEqual(contents);
      await proxy.until(() => points.length === 0);
      await direct.close();
    },
  );
});

async function proxyBefore(chatd: Chatd): Promise<CuttingProxy> {
  const proxy = await openCuttingProxy(chatd);
  onTestFinished(() => proxy.close());
  return proxy;
}

interface Through {
  readonly client: ChatClient;
  /** All messages, when there are that many, or one that says this. */
  heard(enough: number | string): Promise<readonly MessageFrame[]>;
}

async function talkThrough(proxy: CuttingProxy, { token }: Actor): Promise<Through> {
  const client = createWebSocket(token, { url: proxy.ws, maxRetryMs: 20 });
  onTestFinished(() => client.close());
  const messages: MessageFrame[] = [];
  const waiting = new Set<() => void>();
  client.on('message', (message) => {
    messages.push(message);
    for (const check of waiting) check();
  });
  await client.connect();
  return {
    client,
    heard: (enough) =>
      new Promise((resolve) => {
        const check = () => {
          const isEnough =
            typeof enough === 'number'
              ? messages.length >= enough
              : messages.some(({ content }) => content === enough);
          if (isEnough) resolve(messages);
        };
        waiting.add(check);
        check();
      }),
  };
}

function isSend({ from, frame }: Passing): boolean {
  return from === 'client' && isChat(frame);
}

function isAck({ from, frame }: Passing): boolean {
  return from === 'server' && frame?.type === 'ack';
}

function isDelivery({ from, frame }: Passing): boolean {
  return from === 'server' && isChat(frame);
}

function isChat(frame: AnyFrame | undefined): boolean {
  return frame?.chatType === 1 || frame?.chatType === 2;
}

/** The first of a connection: what has no frame before any other thing has passed is its head. */
function isHandshake(side: Passing['from']): (passing: Passing) => boolean {
  return ({ from, frame }) => from === side && frame === undefined;
}

function isSyncFrame(side: Passing['from']): (passing: Passing) => boolean {
  return ({ from, frame }) => from === side && frame?.type === 'sync';
}
