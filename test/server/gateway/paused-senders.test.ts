import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import type { HandleFrame } from '../../../src/server/chat/ports.ts';
import type { Beating } from '../../../src/server/gateway/heartbeat.ts';
import type { LiveSession } from '../../../src/server/gateway/sessions.ts';
import { createBacklog } from '../../../src/server/store/message-log-backlog.ts';
import { createRoom } from '../../../src/server/store/message-log-room.ts';
import {
  ackOf,
  chat,
  type Client,
  type Door,
  type DoorOptions,
  eventually,
  join,
  openDoor,
  user,
} from './door.ts';

/** Senders whose sends have no room: nine are taken in, the next when no more than six of them are left. */

let door: Door;
afterEach(() => door?.close());

const idsOf = (client: Client): unknown[] =>
  client.frames.filter(({ type }) => type !== 'pong').map((frame) => frame['clientMsgId']);
const codesOf = (client: Client): unknown[] =>
  client.frames.filter(({ type }) => type === 'error').map((frame) => frame['code']);

/** A door before a database that stores when the test says so. */
async function open({ maxWaitMs = 60_000, ...options }: DoorOptions & { readonly maxWaitMs?: number } = {}) {
  const waiting: (() => void)[] = [];
  const backlog = createBacklog({ maxCount: 12, maxBytes: 1e9, onRelease: () => room.look() });
  const room = createRoom(backlog, maxWaitMs);
  const handleFrame: HandleFrame = (frame, by) => {
    if (frame.type === 'ping') by.reply({ type: 'pong', id: frame.id ?? '' });
    if (frame.type !== 'chat') return {};
    const done = backlog.accept<void>(1, ({ resolve }) => waiting.push(resolve));
    return { done: done.then(() => by.reply(ackOf(frame.clientMsgId ?? ''))) };
  };
  door = await openDoor({ handleFrame, room, ...options });
  return {
    room,
    backlog,
    store: (count: number) => waiting.splice(0, count).forEach((resolve) => resolve()),
  };
}

const sessionOf = (id: number): LiveSession & Beating => {
  const [session] = door.sessions.of(user(id));
  return session as LiveSession & Beating;
};

describe('a sender without room', () => {
  it('is not read from until there is room, and loses neither a send nor his place', async () => {
    const { room, backlog, store } = await open();
    const alice = await join(door, '1.1');
    const ids = Array.from({ length: 30 }, (_, at) => `${at}`);
    for (const id of ids) alice.send(chat(id));
    await eventually(() => room.waiting === 1);
    expect([backlog.count, sessionOf(1).isPaused]).toEqual([9, true]);
    let most = 0;
    while (alice.frames.length < 30) {
      most = Math.max(most, backlog.count);
      store(1);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(idsOf(alice)).toEqual(ids);
    expect(most).toBe(9);
    await eventually(() => !sessionOf(1).isPaused);
    expect(room.waiting).toBe(0);
  });

  it('costs nobody else anything who does not send', async () => {
    const { room } = await open();
    const alice = await join(door, '1.1');
    const bob = await join(door, '2.1', { v1: true });
    for (let at = 0; at < 30; at += 1) alice.send(chat(`${at}`));
    await eventually(() => room.waiting === 1);
    bob.send({ type: 'ping', id: 'there?' });
    await bob.received(1);
    sessionOf(1).reply({ type: 'pong', id: 'to who is not read' });
    await alice.received(1);
    expect([sessionOf(2).isPaused, room.waiting]).toEqual([false, 1]);
  });

  it('waits without being dropped: his clocks stand still, and start again with a fresh ping', async () => {
    const { room, store } = await open({ ws: { pingInterval: 40, pongTimeout: 40, stallTimeout: 40 } });
    const alice = await join(door, '1.1');
    let pings = 0;
    alice.socket.on('ping', () => (pings += 1));
    for (let at = 0; at < 30; at += 1) alice.send(chat(`${at}`));
    await eventually(() => room.waiting === 1);
    // Meanwhile one after the other is dropped who does not answer, and is read from.
    for (const id of [2, 3, 4]) {
      const silent = await join(door, `${id}.1`, { autoPong: false });
      expect((await silent.closed).code).toBe(4012);
    }
    expect([door.sessions.count, sessionOf(1).isPaused]).toEqual([1, true]);
    while (alice.frames.length < 30) {
      store(1);
      await new Promise((resolve) => setImmediate(resolve));
    }
    const before = pings;
    await eventually(() => pings > before + 2);
    expect(door.sessions.count).toBe(1);
  });

  it('is refused when there is none for too long: each send once, in order, and he is read from again', async () => {
    const { room, backlog, store } = await open({ maxWaitMs: 50 });
    const alice = await join(door, '1.1', { v1: true });
    for (let at = 0; at < 20; at += 1) alice.send(chat(`${at}`));
    alice.send({ type: 'ping', id: 'last' });
    const refused = await alice.received(12);
    expect(refused.map(({ code, id }) => code ?? id)).toEqual([
      ...Array(11).fill('storage_unavailable'),
      'last',
    ]);
    expect(idsOf(alice)).toEqual(Array.from({ length: 11 }, (_, at) => `${at + 9}`));
    expect([backlog.count, room.waiting, sessionOf(1).isPaused]).toEqual([9, 0, false]);
    alice.send(chat('later'));
    expect((await alice.received(13)).at(-1)).toMatchObject({ code: 'storage_unavailable' });
    store(9);
    await alice.received(22);
    alice.send(chat('at last'));
    await eventually(() => backlog.count === 1);
    store(1);
    expect((await alice.received(23)).at(-1)).toMatchObject({ type: 'ack', clientMsgId: 'at last' });
    expect(door.meters.refusals.get('storage_unavailable')).toBe(12);
    expect(door.sessions.count).toBe(1);
  });

  it('is slowed while he is refused: who is too fast is not answered faster than he may send', async () => {
    let allowed = 15;
    const { store } = await open({
      maxWaitMs: 30,
      limiter: { take: () => (allowed > 0 ? ((allowed -= 1), 0) : 60_000) },
    });
    const alice = await join(door, '1.1');
    for (let at = 0; at < 100; at += 1) alice.send(chat(`${at}`));
    await alice.received(6);
    await eventually(() => sessionOf(1).isPaused);
    expect(codesOf(alice)).toHaveLength(6);
    store(9);
  });

  it.each([
    ['we end his session', () => void door.sessions.end(user(1), 'logged_out')],
    ['he is gone', ({ socket }: Client) => socket.terminate()],
  ])('leaves the line when %s, and nothing of his is handed over any more', async (_how, leave) => {
    const { room, backlog, store } = await open({ maxWaitMs: 200 });
    const alice = await join(door, '1.1');
    const bob = await join(door, '2.1');
    for (let at = 0; at < 30; at += 1) alice.send(chat(`${at}`));
    await eventually(() => room.waiting === 1);
    bob.send(chat('bob'));
    await eventually(() => room.waiting === 2);
    leave(alice);
    await alice.closed;
    await eventually(() => door.sessions.count === 1);
    store(9);
    await eventually(() => backlog.count > 0 || bob.frames.length > 0);
    expect([backlog.count + bob.frames.length, room.waiting]).toEqual([1, 0]);
  });

  it('is told to come back at a shutdown: what waits is refused, what was handed over is acked', async () => {
    const { room, store } = await open();
    const alice = await join(door, '1.1', { v1: true });
    for (let at = 0; at < 20; at += 1) alice.send(chat(`${at}`));
    await eventually(() => room.waiting === 1);
    const drained = door.gateway.drain(5_000);
    await alice.received(11);
    expect(codesOf(alice)).toEqual(Array(11).fill('draining'));
    expect(room.waiting).toBe(0);
    store(9);
    expect((await alice.closed).code).toBe(1012);
    expect(idsOf(alice).slice(11)).toEqual(Array.from({ length: 9 }, (_, at) => `${at}`));
    await drained;
  });

  it('leaves his place to nobody by sending more, and takes none from those behind him', async () => {
    const { room, backlog, store } = await open();
    const greedy = await join(door, '1.1');
    for (let at = 0; at < 200; at += 1) greedy.send(chat(`${at}`));
    await eventually(() => room.waiting === 1);
    const others = await Promise.all([2, 3, 4].map((id) => join(door, `${id}.1`)));
    for (const [at, other] of others.entries()) {
      other.send(chat('mine'));
      await eventually(() => room.waiting === at + 2);
    }
    store(5);
    // Four in line, five places: one for each.
    await eventually(() => room.waiting === 1);
    expect(backlog.count).toBe(8);
    store(8);
    await Promise.all(others.map((other) => other.received(1)));
  });

  it('is heard, when he says good-bye, behind what he sent', async () => {
    const { room, store } = await open();
    const alice = await join(door, '1.1');
    for (let at = 0; at < 20; at += 1) alice.send(chat(`${at}`));
    alice.socket.close(1001);
    await eventually(() => room.waiting === 1);
    while (door.closed.length === 0) {
      store(1);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(door.closed).toMatchObject([{ code: 1001, cause: 'client_left' }]);
    if (alice.socket.readyState !== alice.socket.CLOSED) await once(alice.socket, 'close');
  });
});
