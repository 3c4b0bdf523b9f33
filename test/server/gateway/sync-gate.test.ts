import { Buffer } from 'node:buffer';
import { afterEach, describe, expect, it } from 'vitest';
import type { SyncNotice } from '../../../src/protocol/frames.ts';
import { type ConversationId, toConversationId } from '../../../src/protocol/ids.ts';
import type { Place, WireFrame } from '../../../src/server/chat/ports.ts';
import type { LiveSession } from '../../../src/server/gateway/sessions.ts';
import { createSyncGate, type SyncGate } from '../../../src/server/gateway/sync-gate.ts';
import { toWire } from '../../../src/server/gateway/wire.ts';
import { ackOf, type Client, type Door, eventually, join, openDoor, user } from './door.ts';

const id = (text: string): ConversationId => {
  const found = toConversationId(text);
  if (found === undefined) throw new Error(`${text} is no conversation`);
  return found;
};
const [G, H] = [id('g'), id('h')];
const at = (conversationId: ConversationId, seq?: number): Place => ({ conversationId, seq });

describe('what is live during a sync', () => {
  let written: string[];
  let hasEnded: boolean;

  /** Holds 1000 bytes: a frame takes 64 and what it is. */
  function openGate(): SyncGate {
    written = [];
    hasEnded = false;
    return createSyncGate({
      outbox: { hasRoom: () => true, room: async () => true },
      maxQueue: 8000,
      writeLive: (wire, place) => void written.push(`${wire} ${place.conversationId} ${place.seq ?? '-'}`),
      writePage: () => void written.push('page'),
      onTooMuch: () => {
        hasEnded = true;
      },
    });
  }
  const live = (gate: SyncGate, place: Place, text = 'live'): boolean =>
    gate.stops({ wire: Buffer.from(text), place });
  const page: SyncNotice = { type: 'sync', conversations: [], done: false };

  it('is held from the opening on, each conversation until it is released', () => {
    const gate = openGate();
    expect(live(gate, at(G, 1))).toBe(false);
    const lane = gate.open(undefined);
    for (const place of [at(G, 1), at(H, 7), at(G), at(G, 2)]) expect(live(gate, place)).toBe(true);
    expect(lane.narrow([G, H])).toEqual([]);
    lane.write(page);
    lane.release(G, 1, false);
    expect(written).toEqual(['page', 'live g -', 'live g 2']);
    expect([live(gate, at(G, 3)), live(gate, at(H, 8))]).toEqual([false, true]);
    lane.close();
    expect(written.slice(3)).toEqual(['live h 7', 'live h 8']);
    expect([live(gate, at(H, 9)), hasEnded]).toEqual([false, false]);
  });

  it('is dropped if it is of no use later: whoever types in a group does not end the syncs of its members', () => {
    const gate = openGate();
    const lane = gate.open([G]);
    const typing: Place = { ...at(G), isFleeting: true };
    expect(live(gate, at(G, 1), 'x'.repeat(400))).toBe(true);
    for (let count = 0; count < 100; count += 1) expect(live(gate, typing)).toBe(true);
    expect(live(gate, { ...typing, conversationId: H })).toBe(false);
    lane.close();
    expect([written.length, hasEnded]).toEqual([1, false]);
    expect(live(gate, typing)).toBe(false);
  });

  it('of what the sync is not about is not held', () => {
    const gate = openGate();
    const lane = gate.open([G]);
    expect([live(gate, at(G, 1)), live(gate, at(H, 1))]).toEqual([true, false]);
    lane.narrow([]);
    expect(written).toEqual(['live g 1']);
    expect(live(gate, at(G, 2))).toBe(false);
  });

  it('is passed over when a page told it and it is delivered only then', () => {
    const gate = openGate();
    const lane = gate.open([G, H]);
    lane.narrow([G, H]);
    lane.release(G, 5, true);
    lane.release(H, 5, false);
    lane.close();
    const seqs = [4, 5, 6, 5];
    expect(seqs.map((seq) => live(gate, at(G, seq)))).toEqual([true, true, false, false]);
    expect(seqs.map((seq) => live(gate, at(H, seq)))).toEqual([false, false, false, false]);
    expect(live(gate, at(G))).toBe(false);
  });

  it('loses its messages, not its notices, when it is too much; a page has to tell them', () => {
    const gate = openGate();
    const lane = gate.open([G, H]);
    lane.narrow([G, H]);
    live(gate, at(G, 1), 'x'.repeat(400));
    live(gate, at(H), 'y');
    live(gate, at(G, 2), 'x'.repeat(600));
    live(gate, at(G, 3), 'z');
    expect([lane.isBehind(G, 0), lane.isBehind(G, 1), lane.isBehind(H, 0)]).toEqual([true, false, false]);
    live(gate, at(G, 4), 'x'.repeat(2000));
    expect([lane.isBehind(G, 3), lane.isBehind(G, 4)]).toEqual([true, false]);
    lane.release(G, 4, false);
    lane.close();
    expect([written, hasEnded]).toEqual([['y h -'], false]);
  });

  it('tells from where to read what came of a conversation nobody knew of', () => {
    const gate = openGate();
    const lane = gate.open(undefined);
    live(gate, at(H, 12), 'x'.repeat(900));
    live(gate, at(H, 13), 'x'.repeat(900));
    expect(lane.narrow([G])).toMatchObject([{ conversationId: H, start: { after: 11 } }]);
    expect([live(gate, at(H, 14)), lane.isBehind(H, 13)]).toEqual([true, false]);
    lane.release(H, 13, false);
    expect(written).toEqual(['live h 14']);
  });

  it('ends the session when it is lost for good: notices that are too many, messages no page came for', () => {
    const gate = openGate();
    gate.open([G]);
    for (let count = 0; count < 10; count += 1) live(gate, at(G), 'x'.repeat(100));
    expect(hasEnded).toBe(true);
    const other = openGate();
    const lane = other.open([G]);
    live(other, at(G, 1), 'x'.repeat(2000));
    lane.close();
    expect(hasEnded).toBe(true);
  });
});

describe('pages to a receiver', () => {
  let door: Door;
  afterEach(() => door?.close());

  const MAX_QUEUE = 64 * 1024;
  const message = (size: number): WireFrame => toWire(ackOf('x'.repeat(size)));

  async function openSession(): Promise<{ client: Client; session: LiveSession }> {
    door = await openDoor({ ws: { maxQueue: MAX_QUEUE, stallTimeout: 300, pingInterval: 60_000 } });
    const client = await join(door, '1.1', { v1: true });
    const [session] = door.sessions.of(user(1));
    if (session === undefined) throw new Error('there is no session');
    return { client, session };
  }

  /** A page of about `bytes`. */
  const pageOf = (bytes: number): SyncNotice => ({
    type: 'sync',
    conversations: [
      {
        conversationId: 'x'.repeat(bytes),
        chatType: 1,
        fromSeq: 1,
        lastSeq: 1,
        readSeq: 0,
        rev: 0,
        recalled: [],
        messages: [],
        more: false,
      },
    ],
    done: false,
  });

  /** Writes pages as a sync does, as long as there is room; gives how many. */
  async function writePages(session: LiveSession, bytes: number, count: number): Promise<number> {
    const lane = session.openSyncLane([G]);
    for (let written = 0; written < count; written += 1) {
      if (!(await lane.room(bytes))) return written;
      lane.write(pageOf(bytes));
    }
    lane.close();
    return count;
  }

  it('leave half of the queue free: one that reads slowly gets megabytes of them and what is live too', async () => {
    const { client, session } = await openSession();
    const pages = 300;
    client.socket.pause();
    let most = 0;
    let isSlow = true;
    const watch = setInterval(() => {
      most = Math.max(most, session.unsent);
      session.write(message(500));
      // Reads for a moment, then not: always slower than is written.
      client.socket.resume();
      setImmediate(() => isSlow && client.socket.pause());
    }, 1);
    const lane = session.openSyncLane([]);
    expect(lane.maxFrame).toBe(16 * 1024);
    lane.close();
    expect(await writePages(session, lane.maxFrame, pages)).toBe(pages);
    clearInterval(watch);
    isSlow = false;
    client.socket.resume();
    await eventually(() => client.frames.filter(({ type }) => type === 'sync').length === pages);
    expect(most).toBeLessThanOrEqual(MAX_QUEUE);
    expect(door.sessions.count).toBe(1);
  });

  it('larger than all of it go when nothing else is unsent', async () => {
    const { client, session } = await openSession();
    expect(await writePages(session, 60 * 1024, 20)).toBe(20);
    await client.received(20);
    expect(door.sessions.count).toBe(1);
  });

  it('stop with the session: one that takes nothing is cut off as slow', async () => {
    const { client, session } = await openSession();
    client.socket.pause();
    const written = await writePages(session, 16 * 1024, 100_000);
    expect(written).toBeLessThan(100_000);
    expect(door.sessions.count).toBe(0);
    expect(door.closed).toMatchObject([{ code: 4008, cause: 'slow' }]);
    expect(await session.openSyncLane([G]).room(1)).toBe(false);
    // Paused, it would never see that it was closed.
    client.socket.terminate();
  });

  it('count as messages the connection was given', async () => {
    const { session } = await openSession();
    const told = {
      conversationId: 'g',
      recvId: '',
      sendId: '1',
      chatType: 1,
      content: 'x',
      contentType: 1,
    } as const;
    const messages = [1, 2, 3].map((seq) => ({ ...told, id: String(seq), seq, sentAt: 1 }));
    const lane = session.openSyncLane([G]);
    session.write(message(1), at(G, 4));
    expect(session.messagesOut).toBe(0);
    const [entry] = pageOf(1).conversations;
    if (entry === undefined) throw new Error('there is no entry');
    lane.write({ type: 'sync', conversations: [{ ...entry, messages }], done: true });
    lane.release(G, 3, true);
    lane.close();
    expect(session.messagesOut).toBe(4);
  });
});
