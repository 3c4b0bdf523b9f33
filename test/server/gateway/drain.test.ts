import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import type { HandleFrame } from '../../../src/server/chat/ports.ts';
import {
  ackOf,
  chat,
  dial,
  type Door,
  eventually,
  identify,
  join,
  openDoor,
  refused,
  upgradeRequest,
} from './door.ts';

let door: Door;
afterEach(() => door?.close());

/** Sends that end when the test says so. */
function createPending(): { handleFrame: HandleFrame; pending: (() => void)[] } {
  const pending: (() => void)[] = [];
  return {
    pending,
    handleFrame: (frame, by) => ({
      done: new Promise((resolve) => {
        pending.push(() => {
          by.reply(ackOf(frame.type === 'chat' ? (frame.clientMsgId ?? '') : ''));
          resolve();
        });
      }),
    }),
  };
}

describe('a drain', () => {
  it('finishes what is in flight, refuses what comes, then closes all', async () => {
    const { handleFrame, pending } = createPending();
    door = await openDoor({ handleFrame });
    const alice = await join(door, '1.1', { v1: true });
    const bob = await join(door, '2.1');
    alice.send(chat('in flight'));
    await eventually(() => pending.length === 1);

    const drained = door.gateway.drain(10_000);
    alice.send(chat('too late'));
    const [answer] = await alice.received(1);
    expect(answer).toMatchObject({ code: 'draining', clientMsgId: 'too late' });
    expect(bob.socket.readyState).toBe(bob.socket.OPEN);

    pending.forEach((end) => end());
    await drained;
    expect(alice.frames[1]).toMatchObject({ type: 'ack', clientMsgId: 'in flight' });
    expect(await alice.closed).toMatchObject({
      code: 1012,
      reason: expect.stringMatching(/^restart retry=\d+$/),
    });
    expect((await bob.closed).code).toBe(1012);
    expect(door.sessions.count).toBe(0);
    expect(door.closed.map(({ cause }) => cause)).toEqual(['restart', 'restart']);
  });

  it('lets nobody in', async () => {
    const { handleFrame, pending } = createPending();
    door = await openDoor({ handleFrame });
    const alice = await join(door, '1.1');
    alice.send(chat('a'));
    await eventually(() => pending.length === 1);
    const drained = door.gateway.drain(10_000);
    const { status, body, headers } = await refused(door, '2.1');
    expect([status, body['error'], headers['retry-after']]).toEqual([503, 'draining', '2']);
    const client = await join(door, '2.1', { v1: true });
    expect(await client.closed).toEqual({ code: 1012, reason: 'restart retry=2000;服务正在重启,请稍后再试' });
    pending.forEach((end) => end());
    await drained;
  });

  it('lets nobody in who was being looked up when it began', async () => {
    let tell: () => void = () => {};
    const known = new Promise<void>((resolve) => (tell = resolve));
    door = await openDoor({ identify: (token) => known.then(() => identify(token)) });
    const joining = refused(door, '1.1');
    await once(door.server, 'upgrade');
    await door.gateway.drain(1000);
    tell();
    expect((await joining).status).toBe(503);
  });

  it('tells each client another time to come back', async () => {
    door = await openDoor();
    const clients = await Promise.all(Array.from({ length: 20 }, (_, index) => join(door, `${index + 1}.1`)));
    await door.gateway.drain(5000);
    const ends = await Promise.all(clients.map((client) => client.closed));
    const times = ends.map(({ reason }) => Number(/retry=(\d+)/.exec(reason)?.[1]));
    expect(new Set(times).size).toBe(20);
    expect(Math.min(...times)).toBe(1000);
    expect(Math.max(...times)).toBeLessThan(3000);
  });

  it('does not wait longer than it was given, for a database or for a peer', async () => {
    const { handleFrame, pending } = createPending();
    door = await openDoor({ handleFrame });
    const wire = await dial(door);
    wire.socket.write(upgradeRequest('/ws?token=1.1'));
    const alice = await join(door, '2.1');
    alice.send(chat('never'));
    await eventually(() => pending.length === 1 && door.sessions.count === 2);
    await door.gateway.drain(400);
    expect((await alice.closed).code).toBe(1012);
    expect(wire.frames().map(({ opcode }) => opcode)).toEqual([8]);
    door.gateway.close();
    await wire.ended;
  });
});
