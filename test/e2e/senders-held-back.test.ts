import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Stats } from '../../src/protocol/admin-stats.ts';
import { signOperatorToken } from '../../src/server/auth/operator-token.ts';
import { type Actor, request } from '../support/api.ts';
import { type Chatd, startChatd } from '../support/chatd.ts';
import type { AnyFrame, Client } from '../support/client.ts';
import { type PrivateMariadb, startPrivateMariadb } from '../support/mariadb.ts';
import { describeWithMariadb } from '../support/needs.ts';
import { registerAll } from '../support/people.ts';

/** 24 MiB may wait before senders do; eight connections have up to 256 sends under way. */
const CONTENT = 'x'.repeat(16_000);
const SENDS = 220;

/** More is sent than may wait for a database that has stopped. */
describeWithMariadb('senders who are held back', () => {
  let mariadb: PrivateMariadb;
  let chatd: Chatd;
  let actors: readonly Actor[];
  let senders: readonly Sender[];
  let databases = 0;

  beforeAll(async () => {
    mariadb = await startPrivateMariadb();
  });

  beforeEach(async () => {
    databases += 1;
    chatd = await startChatd({
      dsn: mariadb.dsn(`held_back_${databases}`),
      config: { WS: { SingleSignOn: false }, Drain: { Timeout: '2s' } },
    });
    actors = await registerAll(chatd, ['ann', 'ben', 'cat', 'dan']);
    senders = await Promise.all([...actors, ...actors].map((actor, at) => toSender(actor, at)));
    // Everybody and every conversation is known before it stops.
    await Promise.all(senders.map(({ ask }) => ask('first', 'hello')));
    mariadb.signal('SIGSTOP');
  });

  afterEach(async () => {
    mariadb.signal('SIGCONT');
    await chatd.dispose();
  });

  afterAll(() => mariadb?.stop());

  test('lose nothing and are refused nothing: all of it is stored, in order, when the database is back', async () => {
    const answers = sendAll();
    const { pendingBytes } = await heldBack();
    expect(pendingBytes).toBeLessThan(32 * 1024 * 1024);

    // Who does not send notices nothing; who sends over HTTP, or as an operator, has some room of his own.
    const [ann] = actors;
    const onlooker = await ann?.connect({ v1: true });
    await onlooker?.fence();
    const others = [
      ann?.request('POST /v1/chat/messages', { chatType: 2, recvId: ann.id, content: 'by HTTP' }),
      askOperator('POST /v1/admin/messages', { to: '@ann', content: 'by an operator' }),
    ];
    mariadb.signal('SIGCONT');

    for (const frames of await answers) {
      expect(new Set(frames.map(({ type }) => type))).toEqual(new Set(['ack']));
      const seqs = frames.map(({ seq }) => Number(seq));
      expect(seqs).toEqual(seqs.toSorted((one, other) => one - other));
    }
    expect((await Promise.all(others)).map((answer) => answer?.code)).toEqual([200, 200]);
    for (const { actor, to } of senders.slice(0, 4)) {
      const path = `GET /v1/chat/messages?targetUserId=${to}&chatType=2&count=1`;
      const { data } = await actor.request<{ total: number }>(path);
      expect(data.total).toBe(2 * (SENDS + 1));
    }
    expect((await stats()).store).toMatchObject({ pending: 0, pendingBytes: 0, waiting: 0 });
  });

  test('do not keep the server from its end: what waits is refused, and it is gone in time', async () => {
    void sendAll().catch(() => {});
    await heldBack();
    const drained = senders.map(({ client }) => client.closed);
    expect(await chatd.stop()).toEqual({ code: 0, signal: null });
    expect((await Promise.all(drained)).map(({ code }) => code)).toEqual(Array(8).fill(1012));
    const codes = senders.flatMap(({ client }) => client.received.map((frame) => frame['code']));
    const refused = codes.filter((code) => code !== undefined);
    expect(new Set(refused)).toEqual(new Set(['draining']));
    expect(refused.length).toBeGreaterThan(100);
  });

  interface Sender {
    readonly actor: Actor;
    readonly client: Client;
    /** The id of whom he writes to. */
    readonly to: string;
    ask(key: string, content: string): Promise<AnyFrame>;
  }

  /** The two connections of a user write to the same other. */
  async function toSender(actor: Actor, at: number): Promise<Sender> {
    const client = await actor.connect({ v1: true });
    const to = [1, 2, 3, 0].map((next) => actors[next]?.id ?? '')[at % 4] ?? '';
    return {
      actor,
      client,
      to,
      ask: (key, content) =>
        client.ask({ chatType: 2, recvId: to, content, contentType: 1, clientMsgId: `${at}-${key}` }, 18_000),
    };
  }

  function sendAll(): Promise<AnyFrame[][]> {
    const keys = Array.from({ length: SENDS }, (_, at) => `${at}`);
    return Promise.all(senders.map(({ ask }) => Promise.all(keys.map((key) => ask(key, CONTENT)))));
  }

  /** Resolves with the figures once somebody is. */
  async function heldBack(): Promise<Stats['store']> {
    for (;;) {
      const { store } = await stats();
      if (store.waiting > 0) return store;
    }
  }

  async function stats(): Promise<Stats> {
    return (await askOperator<Stats>('GET /v1/admin/stats')).data;
  }

  function askOperator<Data>(route: string, body?: object) {
    const token = signOperatorToken(chatd.secret, 'test@here', Date.now());
    return request<Data>(chatd, route, { token, ...(body === undefined ? {} : { body }) });
  }
});
