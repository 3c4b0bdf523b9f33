import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Actor } from '../support/api.ts';
import { startChatd, type Chatd } from '../support/chatd.ts';
import type { AnyFrame, Client } from '../support/client.ts';
import { engines, type TestDatabase } from '../support/databases.ts';
import { registerAll } from '../support/people.ts';

/** Sends that meet each other at the same moment: nobody gets an error he did not earn, and everything is stored once. */
describe.each(engines())('once, on $name', (engine) => {
  let database: TestDatabase;
  let chatd: Chatd;
  let people: Actor[];

  beforeAll(async () => {
    database = await engine.createDatabase();
    chatd = await startChatd({ dsn: database.dsn, config: { WS: { SingleSignOn: false } } });
    people = await registerAll(chatd, ['ann', 'ben', 'cat', 'dan', 'eve', 'fay', 'gus', 'hal']);
  });

  afterAll(async () => {
    await chatd?.dispose();
    await database?.drop();
  });

  const person = (at: number): Actor => {
    const actor = people[at];
    if (actor === undefined) throw new Error(`there is no person ${at}`);
    return actor;
  };
  const privately = (to: Actor, content: string, clientMsgId: string) => ({
    chatType: 2,
    recvId: to.id,
    content,
    contentType: 1,
    clientMsgId,
  });

  test("one sender's key at the same moment in two conversations: two messages", async () => {
    const from = await person(0).connect();
    for (let n = 0; n < 20; n += 1) {
      const key = `same-${n}`;
      from.send(privately(person(1), `to ben ${n}`, key));
      from.send(privately(person(2), `to cat ${n}`, key));
      const acks = [await from.next(isAnswer), await from.next(isAnswer)];
      expect(acks.map(({ type, clientMsgId, duplicate }) => ({ type, clientMsgId, duplicate }))).toEqual([
        { type: 'ack', clientMsgId: key, duplicate: undefined },
        { type: 'ack', clientMsgId: key, duplicate: undefined },
      ]);
      expect(new Set(acks.map((ack) => ack['conversationId'])).size).toBe(2);
    }
    await from.close();
  });

  test('crossed keys: two senders, two conversations, the same keys in opposite orders', async () => {
    const [ann, ben] = [await person(0).connect(), await person(1).connect()];
    for (const groupId of ['left', 'right']) {
      const memberIds = [person(1).id];
      const created = await person(0).request('POST /v1/group/create', {
        groupId,
        groupName: groupId,
        memberIds,
      });
      expect(created.code).toBe(200);
    }
    const into = (groupId: string, clientMsgId: string, content: string) => ({
      chatType: 1,
      conversationId: groupId,
      content,
      contentType: 1,
      clientMsgId,
    });
    const rounds = 50;
    for (let n = 0; n < rounds; n += 1) {
      ann.send(into('left', `x-${n}`, 'from ann'));
      ben.send(into('right', `x-${n}`, 'from ben'));
      ann.send(into('right', `y-${n}`, 'from ann'));
      ben.send(into('left', `y-${n}`, 'from ben'));
    }
    for (const client of [ann, ben]) {
      const answers = await take(client, rounds * 2);
      expect(answers.filter(({ type, duplicate }) => type !== 'ack' || duplicate === true)).toEqual([]);
    }
    for (const client of [ann, ben]) {
      const messages: AnyFrame[] = [];
      for (let n = 0; n < rounds * 4; n += 1) messages.push(await client.nextMessage());
      for (const groupId of ['left', 'right']) {
        const seqs = messages
          .filter((frame) => frame['conversationId'] === groupId)
          .map((frame) => frame['seq']);
        expect(seqs).toEqual(Array.from({ length: rounds * 2 }, (_, at) => at + 1));
      }
    }
    await Promise.all([ann.close(), ben.close()]);
  });

  test('50 copies of one send over two sockets and HTTP: stored once, all acked alike, delivered once', async () => {
    const [cat, dan] = [person(2), person(3)];
    const sockets = [await cat.connect(), await cat.connect()];
    const toDan = await dan.connect();
    const frame = privately(dan, 'fifty times', 'copy');
    const overHttp = Array.from({ length: 10 }, () =>
      cat.request<{ id: string; seq: number; duplicate?: boolean }>('POST /v1/chat/messages', frame),
    );
    for (let n = 0; n < 20; n += 1) for (const socket of sockets) socket.send(frame);
    const acks = (await Promise.all(sockets.map((socket) => take(socket, 20)))).flat();
    const answers = await Promise.all(overHttp);
    expect(acks.filter(({ type }) => type !== 'ack')).toEqual([]);
    expect(answers.filter(({ status, code }) => status !== 200 || code !== 200)).toEqual([]);
    const outcomes = [...acks, ...answers.map(({ data }) => ({ ...data }) as AnyFrame)];
    expect(new Set(outcomes.map((outcome) => `${outcome['id']} at ${outcome['seq']}`)).size).toBe(1);
    expect(outcomes.filter((outcome) => outcome['duplicate'] !== true)).toHaveLength(1);
    expect(await toDan.nextMessage()).toMatchObject({ content: 'fifty times', seq: 1 });
    await toDan.fence();
    expect(toDan.received.filter((got) => got['content'] === 'fifty times')).toHaveLength(1);
    await Promise.all([...sockets, toDan].map((client) => client.close()));
  });

  test("a conversation's first two messages at once: seq 1 and 2, for every pair", async () => {
    const clients = await Promise.all(people.map((actor) => actor.connect()));
    // Every pair that has not met in the stories above: from both sides at once.
    const pairs = people.flatMap((_, a) =>
      people.flatMap((__, b) => (a < b && b >= 4 ? [[a, b] as const] : [])),
    );
    for (const [a, b] of pairs) {
      clients[a]?.send(privately(person(b), 'first?', `first-${a}-${b}`));
      clients[b]?.send(privately(person(a), 'first?', `first-${b}-${a}`));
    }
    for (const [a, b] of pairs) {
      const [one, other] = await Promise.all([
        clients[a]?.next((frame) => isAnswer(frame) && frame['clientMsgId'] === `first-${a}-${b}`),
        clients[b]?.next((frame) => isAnswer(frame) && frame['clientMsgId'] === `first-${b}-${a}`),
      ]);
      expect([one?.type, other?.type]).toEqual(['ack', 'ack']);
      expect([one?.['seq'], other?.['seq']].map(Number).toSorted()).toEqual([1, 2]);
    }
    await Promise.all(clients.map((client) => client.close()));
  });

  test('a key again: same content is a duplicate, other content or kind is id_reused; keys are bytes', async () => {
    const from = await person(0).connect();
    const to = person(3);
    const first = await from.ask(privately(to, 'once', 'k'));
    expect(await from.ask(privately(to, 'once', 'k'))).toEqual({ ...first, duplicate: true });
    expect(await from.ask(privately(to, 'other', 'k'))).toMatchObject({ type: 'error', code: 'id_reused' });
    expect(await from.ask({ ...privately(to, 'once', 'k'), contentType: 2 })).toMatchObject({
      code: 'id_reused',
    });
    // Case and trailing spaces make other keys; no collation takes them for the same.
    for (const key of ['K', 'k ', ' k']) {
      const ack = await from.ask(privately(to, 'once', key));
      expect(ack).toMatchObject({ type: 'ack', clientMsgId: key });
      expect(ack['id']).not.toBe(first['id']);
    }
    await from.close();
  });
});

function isAnswer(frame: AnyFrame): boolean {
  return frame.type === 'ack' || frame.type === 'error';
}

async function take(client: Client, count: number): Promise<AnyFrame[]> {
  const answers: AnyFrame[] = [];
  while (answers.length < count) answers.push(await client.next(isAnswer));
  return answers;
}
