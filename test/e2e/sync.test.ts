import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SyncNotice, SyncPosition } from '../../src/protocol/frames.ts';
import type { Actor } from '../support/api.ts';
import { startChatd, type Chatd } from '../support/chatd.ts';
import type { AnyFrame, Client } from '../support/client.ts';
import { engines, type TestDatabase } from '../support/databases.ts';
import { registerAll } from '../support/people.ts';

/** Whoever was away gets what he missed: all of it, once, in order, whatever goes on meanwhile. */
describe.each(engines())('thousands of missed messages, on $name', (engine) => {
  /** In each of two conversations. */
  const MISSED = engine.name === 'SQLite' ? 5000 : 1000;
  let database: TestDatabase;
  let chatd: Chatd;
  let ann: Actor;
  let ben: Actor;
  let writer: Client;
  const positions: Record<string, SyncPosition> = {};

  beforeAll(async () => {
    database = await engine.createDatabase();
    // The least that may be unsent: whoever is sent more at once is cut off.
    chatd = await startChatd({ dsn: database.dsn, config: { WS: { MaxQueue: '64KiB' } } });
    [ann, ben] = (await registerAll(chatd, ['ann', 'ben'])) as [Actor, Actor];
    const group = { groupId: 'team', groupName: 'team', memberIds: [ben.id] };
    await ann.request('POST /v1/group/create', group);
    writer = await ann.connect({ v1: true });
    for (const target of [inTeam, toBen()]) {
      const ack = await writer.ask({ ...target, content: 'the last he saw', clientMsgId: 'first' });
      positions[String(ack['conversationId'])] = { seq: Number(ack['seq']), id: String(ack['id']), rev: 0 };
    }
    for (let n = 1; n < MISSED; n += 1) {
      writer.send({ ...inTeam, content: `team ${n}` });
      writer.send({ ...toBen(), content: `private ${n}` });
    }
    await Promise.all(
      [inTeam, toBen()].map((target, n) =>
        writer.ask({ ...target, content: 'last', clientMsgId: `last-${n}` }, 30_000),
      ),
    );
    for (const seq of [1, 400]) writer.send({ type: 'recall', conversationId: 'team', seq });
    await writer.fence();
  }, 60_000);

  afterAll(async () => {
    await chatd?.dispose();
    await database?.drop();
  });

  const inTeam = { chatType: 1, conversationId: 'team', contentType: 1 };
  const toBen = () => ({ chatType: 2, recvId: ben.id, contentType: 1 });

  test('come once and in order while the talk goes on, and recalls with them', async () => {
    const reader = await ben.connect({ v1: true });
    reader.send({ type: 'sync', since: positions });
    let talk = 0;
    const recalled = [1, 400];
    for (let part = await nextPart(reader); !part.done; part = await nextPart(reader)) {
      talk += 1;
      const clientMsgId = `talk-${talk}`;
      if (talk % 5 === 0) {
        recalled.push(talk);
        writer.send({ type: 'recall', conversationId: 'team', seq: talk });
      }
      await Promise.all(
        [inTeam, toBen()].map((target) => writer.ask({ ...target, content: clientMsgId, clientMsgId })),
      );
    }
    const last = await writer.ask({ ...inTeam, content: 'behind it', clientMsgId: 'behind' });
    await reader.next(({ clientMsgId }) => clientMsgId === 'behind');
    await reader.fence();

    expect(talk).toBeGreaterThan(10);
    expect(last['seq']).toBe(MISSED + 1 + talk + 1);
    for (const [id, { seq }] of Object.entries(positions)) {
      const count = MISSED + talk + (id === 'team' ? 1 : 0);
      expect(seqsOf(reader, id)).toEqual(Array.from({ length: count }, (_, n) => seq + 1 + n));
    }
    expect(new Set(recallsOf(reader, 'team'))).toEqual(new Set(recalled));
    await reader.close();
  });

  test('also to one who reads slowly: he is not cut off by his own pages', async () => {
    const reader = await ben.connect({ v1: true });
    const reading = setInterval(() => {
      if (reader.socket.isPaused) reader.socket.resume();
      else reader.socket.pause();
    }, 3);
    reader.send({ type: 'sync', since: { team: positions['team'] }, only: true });
    for (let part = await nextPart(reader); !part.done; part = await nextPart(reader));
    clearInterval(reading);
    reader.socket.resume();
    const seqs = seqsOf(reader, 'team');
    expect(seqs).toEqual(Array.from({ length: seqs.length }, (_, n) => n + 2));
    expect(seqs.length).toBeGreaterThanOrEqual(MISSED);
    await reader.close();
  });

  test('and where everything stands, if no more is asked for, in one frame', async () => {
    const reader = await ben.connect({ v1: true });
    reader.send({ type: 'sync', limit: 0 });
    const { conversations, done } = await nextPart(reader);
    expect([done, conversations.map(({ messages, more }) => [messages.length, more])]).toEqual([
      true,
      Array.from({ length: 3 }, () => [0, false]),
    ]);
    const ids = conversations.map(({ conversationId }) => conversationId);
    expect(new Set(ids)).toEqual(new Set([...Object.keys(positions), 'all']));
    await reader.close();
  });
});

async function nextPart(client: Client): Promise<SyncNotice> {
  return (await client.next(({ type }) => type === 'sync', 20_000)) as unknown as SyncNotice;
}

/** All seqs of a conversation as they came, in pages and live. */
function seqsOf(client: Client, id: string): readonly unknown[] {
  return client.received.flatMap((frame): readonly unknown[] => {
    const entries = entriesOf(frame).filter(({ conversationId }) => conversationId === id);
    const told = entries.flatMap(({ messages }) => messages.map(({ seq }) => seq));
    return frame['sendId'] !== undefined && frame['conversationId'] === id ? [frame['seq']] : told;
  });
}

/** What was said to be recalled, whichever way. */
function recallsOf(client: Client, id: string): readonly unknown[] {
  return client.received.flatMap((frame): readonly unknown[] => {
    const entries = entriesOf(frame).filter(({ conversationId }) => conversationId === id);
    const told = entries.flatMap(({ recalled, messages }) => [
      ...recalled,
      ...messages.filter((message) => message.recalled).map(({ seq }) => seq),
    ]);
    return frame.type === 'recall' && frame['conversationId'] === id ? [frame['seq']] : told;
  });
}

function entriesOf(frame: AnyFrame): SyncNotice['conversations'] {
  return frame.type === 'sync' ? (frame as unknown as SyncNotice).conversations : [];
}
