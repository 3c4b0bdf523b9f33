import { afterEach, describe, expect, it, test } from 'vitest';
import type { ConversationId } from '../../../src/protocol/ids.ts';
import type { Identity } from '../../../src/server/chat/ports.ts';
import { Traffic } from '../../../src/server/gateway/traffic.ts';
import { toWire } from '../../../src/server/gateway/wire.ts';
import {
  clientFrame,
  dial,
  type Door,
  eventually,
  identify,
  join,
  openDoor,
  refused,
  upgradeRequest,
  user,
} from './door.ts';

let door: Door;
afterEach(() => door?.close());

const message = toWire({ type: 'pong', id: 'stands for a message' });
const place = { conversationId: 'all' as ConversationId, seq: 1 };

describe('a live connection', () => {
  test('says who it is, from where, and what went over it', async () => {
    door = await openDoor();
    const client = await join(door, '7.1', { headers: { 'user-agent': 'wscat' } });
    const [live] = door.sessions.of(user(7));
    client.send({ chatType: 1, conversationId: 'all', content: 'hello', clientMsgId: 'm1' });
    await client.received(1);
    live?.write(message, place);
    live?.write(message);
    await client.received(3);
    expect(live).toMatchObject({
      name: 'user7',
      userAgent: 'wscat',
      tokenIn: 'query',
      port: expect.any(Number),
      messagesOut: 1,
      lastPongAt: undefined,
      rttMs: undefined,
    });
    expect(live?.bytesIn).toBeGreaterThan(80);
    expect(live?.bytesOut).toBeGreaterThan(2 * message.length);
    expect(door.meters.counts.messagesOut).toBe(1);
    expect(door.sessions.get(live?.id ?? '')).toBe(live);
    expect([door.sessions.count, door.sessions.userCount]).toEqual([1, 1]);
  });

  test('is told alone when it alone is ended', async () => {
    door = await openDoor({ singleSignOn: false });
    const [first, second] = [await join(door, '7.1'), await join(door, '7.2')];
    const [one, other] = door.sessions.of(user(7));
    expect([door.sessions.count, door.sessions.userCount]).toEqual([2, 1]);
    expect(door.sessions.endOne(one?.id ?? '', 'kicked', { text: 'bye', retryMs: 5000 })).toBe(true);
    expect(door.sessions.endOne(one?.id ?? '', 'kicked')).toBe(false);
    expect(await first.closed).toEqual({ code: 4503, reason: 'kicked retry=5000;bye' });
    expect(door.sessions.of(user(7))).toEqual([other]);
    expect(second.socket.readyState).toBe(second.socket.OPEN);
  });

  test('its bytes are counted once when it is gone', async () => {
    door = await openDoor();
    const client = await join(door, '7.1');
    client.socket.close();
    await client.closed;
    await eventually(() => door.meters.counts.bytesIn > 0 && door.meters.counts.bytesOut > 0);
    expect(door.meters.counts.bytesOut).toBeLessThan(1000);
  });

  test('refusals are counted by their reason', async () => {
    door = await openDoor();
    await refused(door, 'nobody');
    const client = await join(door, '7.1');
    client.socket.send('{');
    await client.received(1);
    client.socket.send(Buffer.from([1]), { binary: true });
    await client.closed;
    expect(Object.fromEntries(door.meters.refusals)).toEqual({
      bad_token: 1,
      invalid_json: 1,
      binary_frame: 1,
    });
  });
});

describe('a probe', () => {
  it('is answered behind what was written before it', async () => {
    door = await openDoor();
    const client = await join(door, '7.1', { autoPong: false });
    const seen: string[] = [];
    client.socket.on('message', () => seen.push('message'));
    client.socket.on('ping', (payload) => {
      seen.push('ping');
      client.socket.pong(payload);
    });
    const [live] = door.sessions.of(user(7));
    live?.write(message, place);
    expect(await live?.probe(5000)).toBeGreaterThan(0);
    expect(seen).toEqual(['message', 'ping']);
    expect(live?.rttMs).toBeGreaterThan(0);
    expect(live?.lastPongAt).toBeLessThanOrEqual(Date.now());
  });

  it('is not answered by a pong for another, and gives up in time', async () => {
    door = await openDoor();
    const client = await join(door, '7.1', { autoPong: false });
    client.socket.on('ping', () => client.socket.pong('guessed'));
    expect(await door.sessions.of(user(7))[0]?.probe(100)).toBeUndefined();
  });

  it('is answered by the pong of a later one: only the last ping need be answered', async () => {
    door = await openDoor();
    const client = await join(door, '7.1', { autoPong: false });
    const pings: Buffer[] = [];
    client.socket.on('ping', (payload) => {
      if (pings.push(payload) === 2) client.socket.pong(payload);
    });
    const [live] = door.sessions.of(user(7));
    const both = await Promise.all([live?.probe(5000), live?.probe(5000)]);
    expect(both).toEqual([expect.any(Number), expect.any(Number)]);
  });

  it('waits behind what a sync holds back, no longer than it was to', async () => {
    door = await openDoor();
    const client = await join(door, '7.1', { v1: true, autoPong: false });
    const seen: string[] = [];
    client.socket.on('message', () => seen.push('message'));
    client.socket.on('ping', (payload) => {
      seen.push('ping');
      client.socket.pong(payload);
    });
    const [live] = door.sessions.of(user(7));
    const lane = live?.openSyncLane();
    live?.write(message, place);
    expect(await live?.probe(50)).toBeUndefined();
    expect(seen).toEqual([]);
    const probing = live?.probe(5000);
    lane?.close();
    expect(await probing).toBeGreaterThan(0);
    expect(seen).toEqual(['message', 'ping']);
  });

  it('ends with the connection', async () => {
    door = await openDoor();
    await join(door, '7.1', { autoPong: false });
    const [live] = door.sessions.of(user(7));
    const probing = live?.probe(15_000);
    door.sessions.end(user(7), 'logged_out');
    expect(await probing).toBeUndefined();
    expect(await live?.probe(15_000)).toBeUndefined();
  });

  it('costs its receiver nothing, however many there are', async () => {
    door = await openDoor();
    const client = await join(door, '7.1');
    const [live] = door.sessions.of(user(7));
    const answers = await Promise.all(Array.from({ length: 2000 }, () => live?.probe(10_000)));
    expect([answers.filter((ms) => ms === undefined).length, door.closed]).toEqual([0, []]);
    expect(client.socket.readyState).toBe(client.socket.OPEN);
  });

  it('survives pongs nobody asked for', async () => {
    door = await openDoor();
    const wire = await dial(door);
    wire.socket.write(upgradeRequest('/ws?token=7.1'));
    await eventually(() => door.sessions.count === 1);
    wire.socket.write(Buffer.concat([clientFrame(10, ''), clientFrame(10, Buffer.alloc(125, 0xff))]));
    await eventually(() => (door.sessions.of(user(7))[0]?.bytesIn ?? 0) > 140);
    expect(door.sessions.of(user(7))[0]?.lastPongAt).toBeUndefined();
    wire.socket.destroy();
  });
});

describe('who is kept out', () => {
  const keptOut = (token: string, until: number | undefined): Identity => ({
    ...(identify(token) as Identity),
    keepOut: { until, reason: '维护', by: 'root', since: 0 },
  });

  it('is told when to come back, and why', async () => {
    const clock = { now: () => 1_000_000 };
    door = await openDoor({ clock, identify: (token) => keptOut(token, 1_060_000) });
    const refusal = await refused(door, '7.1');
    expect(refusal).toMatchObject({ status: 403, headers: { 'retry-after': '60' } });
    expect(refusal.body).toEqual({ code: 403, msg: '您已被管理员断开: 维护', error: 'permission_denied' });
    const client = await join(door, '7.1', { v1: true });
    expect(await client.closed).toEqual({ code: 4503, reason: 'kicked retry=60000;维护' });
  });

  it('comes in again when it is over', async () => {
    door = await openDoor({
      clock: { now: () => 1_060_000 },
      identify: (token) => keptOut(token, 1_060_000),
    });
    await join(door, '7.1');
    expect(door.sessions.count).toBe(1);
  });

  it('cannot slip in behind his own kick while he is being looked up', async () => {
    const loaded = Promise.withResolvers<Identity>();
    let isKnown = false;
    door = await openDoor({
      identify: (token) => (isKnown ? keptOut(token, undefined) : loaded.promise),
    });
    const outcome = refused(door, '7.1');
    // What was loaded is from before the kick; the kick is known by the time it is told.
    isKnown = true;
    loaded.resolve(identify('7.1') as Identity);
    expect((await outcome).status).toBe(403);
    expect(door.sessions.count).toBe(0);
  });
});

describe('the rate of a connection', () => {
  it('is over about the last ten seconds', () => {
    const traffic = new Traffic(0);
    for (let second = 0; second < 10; second += 1) traffic.messageIn(second * 1000);
    expect(traffic.rateAt(9999)).toBeCloseTo(1, 1);
    expect(traffic.rateAt(15_000)).toBeCloseTo(0.5, 1);
    expect(traffic.rateAt(30_000)).toBe(0);
    expect(traffic.messagesIn).toBe(10);
  });

  it('survives a clock that is set back', () => {
    const traffic = new Traffic(1_000_000);
    traffic.messageIn(1_000_000);
    expect(traffic.rateAt(5)).toBe(0);
    traffic.messageIn(6);
    expect(traffic.rateAt(7)).toBeCloseTo(0.1, 5);
  });
});
