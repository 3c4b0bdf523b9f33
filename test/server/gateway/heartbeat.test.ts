import { afterEach, describe, expect, it } from 'vitest';
import { type Beating, createHeartbeat, type Heartbeat } from '../../../src/server/gateway/heartbeat.ts';
import { dial, type Door, eventually, identify, join, openDoor, upgradeRequest } from './door.ts';

/** A connection as the heartbeat sees it, played by hand. */
interface Peer extends Beating {
  isPaused: boolean;
  bytesRead: number;
  unsent: number;
  progress: number;
  /** When it was pinged, ms from the start. */
  readonly pings: number[];
  /** Why it was closed, and when. */
  readonly ends: [why: string, at: number][];
}

const SETTINGS = { pingInterval: 2000, pongTimeout: 1000, stallTimeout: 4000 };

/** A heartbeat whose beats are ours: `run(ms)` lets time go by with a beat each period, `stop(ms)` without any. */
function createTime(settings = SETTINGS): {
  heartbeat: Heartbeat;
  run(ms: number, each?: (now: number) => void): void;
  stopFor(ms: number): void;
  join(change?: Partial<Peer>): Peer;
} {
  let now = 0;
  let beat: () => void = () => {};
  let period = 0;
  const heartbeat = createHeartbeat({
    ...settings,
    clock: { now: () => now },
    every: (ms, callback) => {
      period = ms;
      beat = callback;
      return () => {};
    },
  });
  return {
    heartbeat,
    run(ms, each = () => {}) {
      for (const end = now + ms; now < end; ) {
        now += period;
        each(now);
        beat();
      }
    },
    stopFor(ms) {
      now += ms;
      beat();
    },
    join(change = {}) {
      const pings: number[] = [];
      const ends: [string, number][] = [];
      const peer: Peer = {
        expiresAt: Number.MAX_SAFE_INTEGER,
        isPaused: false,
        bytesRead: 0,
        unsent: 0,
        progress: 0,
        pings,
        ends,
        ping: () => void pings.push(now),
        close: ({ why }) => {
          ends.push([why, now]);
          heartbeat.remove(peer);
        },
        ...change,
      };
      heartbeat.add(peer);
      return peer;
    },
  };
}

/** The peer answers each ping `delay` ms after it. */
function answering(peer: Peer, delay: number): (now: number) => void {
  let answered = 0;
  return (now) => {
    const ping = peer.pings[answered];
    if (ping === undefined || now - ping < delay) return;
    answered += 1;
    peer.bytesRead += 2;
  };
}

describe('the heartbeat', () => {
  it('pings each connection once an interval, at its own place in it', () => {
    const time = createTime();
    const peers = Array.from({ length: 100 }, () => time.join());
    time.run(20_000, () => peers.forEach((peer) => (peer.bytesRead += 1)));
    for (const peer of peers) {
      expect(peer.ends).toEqual([]);
      expect(peer.pings.length).toBeGreaterThanOrEqual(9);
      expect(peer.pings.length).toBeLessThanOrEqual(10);
      expect(peer.pings[0]).toBeGreaterThanOrEqual(1000);
      expect(peer.pings[0]).toBeLessThanOrEqual(2125);
    }
    const perBeat = new Map<number, number>();
    for (const peer of peers) {
      const first = peer.pings[0] ?? 0;
      perBeat.set(first, (perBeat.get(first) ?? 0) + 1);
    }
    expect(Math.max(...perBeat.values())).toBeLessThanOrEqual(15);
  });

  it('ends one that does not answer in time, and not one that does', () => {
    const time = createTime();
    const dead = time.join();
    const alive = time.join();
    time.run(20_000, answering(alive, 875));
    const [[why, at] = ['', 0]] = dead.ends;
    expect(why).toBe('no_pong');
    expect(at - (dead.pings[0] ?? 0)).toBe(1000);
    expect(alive.ends).toEqual([]);
  });

  it('takes any byte for a sign of life', () => {
    const time = createTime();
    const talking = time.join();
    time.run(20_000, (now) => {
      if (now % 500 === 0) talking.bytesRead += 100;
    });
    expect(talking.ends).toEqual([]);
  });

  it('drops nobody for having been stopped itself, whenever in the interval that was', () => {
    for (let start = 0; start < 4000; start += 125) {
      const time = createTime();
      const peer = time.join();
      const answer = answering(peer, 300);
      time.run(start, answer);
      time.stopFor(4000);
      time.run(10_000, answer);
      expect(peer.ends).toEqual([]);
      expect(peer.pings.length).toBeGreaterThanOrEqual(5);
    }
  });

  it('still ends a dead one after it was stopped', () => {
    const time = createTime();
    const dead = time.join();
    time.run(2500);
    time.stopFor(4000);
    time.run(3000);
    expect(dead.ends.map(([why]) => why)).toEqual(['no_pong']);
    expect(dead.pings.length).toBeGreaterThanOrEqual(2);
  });

  it.each([-3_600_000, 3_600_000])('drops nobody when the clock is set by %i ms, and goes on', (jump) => {
    const time = createTime();
    const peer = time.join();
    const answer = answering(peer, 300);
    time.run(2500, answer);
    time.stopFor(jump);
    const before = peer.pings.length;
    time.run(10_000, (now) => {
      answer(now);
      if (jump < 0) peer.bytesRead += 1;
    });
    expect(peer.ends).toEqual([]);
    expect(peer.pings.length).toBeGreaterThanOrEqual(before + 4);
  });

  it('expects nothing of a connection we do not read, and gives it a fresh ping when we do again', () => {
    const time = createTime();
    const peer = time.join();
    time.run(2250);
    expect(peer.pings).toHaveLength(1);
    peer.isPaused = true;
    peer.unsent = 1000;
    time.run(60_000);
    expect(peer.ends).toEqual([]);
    peer.isPaused = false;
    peer.unsent = 0;
    time.run(125);
    expect(peer.pings).toHaveLength(2);
    time.run(1000);
    expect(peer.ends.map(([why]) => why)).toEqual(['no_pong']);
  });

  it('ends one that takes nothing for the stall timeout', () => {
    const time = createTime({ ...SETTINGS, pingInterval: 60_000 });
    const stuck = time.join({ unsent: 5000 });
    const slow = time.join({ unsent: 5000 });
    time.run(20_000, (now) => {
      if (now % 3000 === 0) slow.progress += 1;
    });
    expect(stuck.ends).toEqual([['slow', 4000]]);
    expect(slow.ends).toEqual([]);
  });

  it('waits for the pong of one whose queue moves: the ping may still be in it', () => {
    const time = createTime();
    const slow = time.join({ unsent: 100_000 });
    time.run(20_000, (now) => {
      if (now % 500 === 0) slow.progress += 1;
    });
    expect(slow.ends).toEqual([]);
    slow.unsent = 0;
    time.run(2000);
    expect(slow.ends.map(([why]) => why)).toEqual(['no_pong']);
  });

  it('is not taken in by writes that only the kernel took', () => {
    const time = createTime();
    const dead = time.join();
    time.run(5000, () => (dead.progress += 1));
    expect(dead.ends.map(([why]) => why)).toEqual(['no_pong']);
  });

  it('ends a session with its token, and one of the far future not before', () => {
    const time = createTime();
    const soon = time.join({ expiresAt: 1100 });
    const never = time.join({ expiresAt: 2 ** 31 * 4 });
    time.run(1000, () => (never.bytesRead += 1));
    expect(soon.ends).toEqual([]);
    time.run(125, () => (never.bytesRead += 1));
    expect(soon.ends).toEqual([['token_expired', 1125]]);
    time.run(60_000, () => (never.bytesRead += 1));
    expect(never.ends).toEqual([]);
  });
});

describe('the heartbeat at the door', () => {
  let door: Door;
  afterEach(() => door?.close());

  it('removes a peer that is silent, keeps one that answers', async () => {
    door = await openDoor({ ws: { pingInterval: 200, pongTimeout: 200 } });
    const healthy = await join(door, '1.1');
    const silent = await join(door, '2.1', { autoPong: false });
    expect((await silent.closed).code).toBe(4012);
    expect(door.closed).toMatchObject([{ code: 4012, cause: 'no_pong' }]);
    let pings = 0;
    healthy.socket.on('ping', () => (pings += 1));
    await eventually(() => pings === 5);
    expect(door.sessions.count).toBe(1);
  });

  it('closes with 4005 when the token has had its time', async () => {
    door = await openDoor({
      ws: { pingInterval: 200, pongTimeout: 200 },
      identify: (token) => {
        const known = identify(token);
        return known instanceof Promise ? known : { ...known, expiresAt: Date.now() + 100 };
      },
    });
    const client = await join(door, '1.1', { v1: true });
    expect(await client.closed).toEqual({ code: 4005, reason: 'token_expired' });
  });

  it('closes with 4008 a receiver that takes nothing any more', async () => {
    door = await openDoor({ ws: { stallTimeout: 400, maxQueue: 64 * 1024 * 1024 } });
    const wire = await dial(door);
    wire.socket.write(upgradeRequest('/ws?token=1.1'));
    await eventually(() => door.sessions.count === 1);
    wire.socket.pause();
    const [session] = door.sessions.all();
    session?.write(Buffer.alloc(32 * 1024 * 1024, ' '));
    await eventually(() => door.closed.length === 1);
    expect(door.closed).toMatchObject([{ code: 4008, cause: 'slow' }]);
    wire.socket.destroy();
  });
});
