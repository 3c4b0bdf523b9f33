import { describe, expect, test } from 'vitest';
import { createMeters } from '../../../src/server/observe/meters.ts';
import { createStats } from '../../../src/server/observe/stats.ts';
import { Crowd } from '../admin/crowd.ts';

/** Figures over time: the clock goes on when the test says so. */
function open() {
  const crowd = new Crowd();
  const meters = createMeters();
  const time = { ms: 5000 };
  const stats = createStats({
    meters,
    connections: crowd.parts.connections,
    name: 'test',
    version: '9.9.9',
    node: 'here/1',
    maxConnections: 100,
    store: { description: 'SQLite x', log: { pending: 3, pendingBytes: 900, room: { waiting: 2 } } },
    clock: crowd.parts.clock,
    monotonic: () => time.ms,
  });
  const goOn = (seconds: number, eachSecond = () => {}): void => {
    for (let second = 0; second < seconds; second += 1) {
      eachSecond();
      time.ms += 1000;
      crowd.now += 1000;
      stats.tick();
    }
  };
  return { crowd, meters, stats, goOn };
}

describe('rates', () => {
  test('are over the last five seconds', () => {
    const { meters, stats, goOn } = open();
    const sendTen = () => {
      for (let send = 0; send < 10; send += 1) meters.messageIn();
    };
    goOn(20, sendTen);
    expect(stats.now().rates.messagesIn).toBe(10);
    goOn(2);
    const slower = stats.now().rates.messagesIn;
    expect(slower).toBeGreaterThan(3);
    expect(slower).toBeLessThan(10);
    goOn(5);
    expect(stats.now().rates.messagesIn).toBe(0);
    expect(stats.now().totals.messagesIn).toBe(200);
  });

  test('right after the start one message is no rate of thousands', () => {
    const { meters, stats } = open();
    meters.messageIn();
    expect(stats.now().rates.messagesIn).toBe(1);
  });
});

test('bytes are those of live connections and of ended ones, and never run backwards', () => {
  const { crowd, meters, stats } = open();
  crowd.add('c-1', { bytesIn: 100, bytesOut: 1000 });
  crowd.add('c-2', { bytesIn: 50, bytesOut: 500 });
  expect(stats.now().totals).toMatchObject({ bytesIn: 150, bytesOut: 1500 });
  // Off the list, not counted as ended yet.
  crowd.remove('c-2');
  expect(stats.now().totals).toMatchObject({ bytesIn: 150, bytesOut: 1500 });
  meters.bytesIn(50);
  meters.bytesOut(700);
  expect(stats.now().totals).toMatchObject({ bytesIn: 150, bytesOut: 1700 });
});

test('connections and queues are as they are now', () => {
  const { crowd, meters, stats } = open();
  crowd.addMany(5, (at) => ({ unsent: at * 10 }));
  meters.consoleOpened();
  meters.consoleOpened();
  meters.consoleClosed();
  const now = stats.now();
  expect(now).toMatchObject({
    name: 'test',
    version: '9.9.9',
    node: 'here/1',
    store: { pending: 3, pendingBytes: 900, waiting: 2 },
  });
  expect(now.connections).toEqual({ open: 5, max: 100, users: 5, seed: 2, v1: 3, consoles: 1 });
  expect(now.queues).toEqual({ total: 100, largest: 40 });
});

test('refusals are counted by reason, and reasons do not grow without end', () => {
  const { meters, stats } = open();
  meters.refused('bad_token');
  meters.refused('bad_token');
  for (let reason = 0; reason < 10_000; reason += 1) meters.refused(`made up ${reason}`);
  meters.refused('bad_token');
  const { refusals } = stats.now();
  expect(refusals['bad_token']).toBe(3);
  expect(Object.keys(refusals).length).toBeLessThanOrEqual(65);
  expect(Object.values(refusals).reduce((sum, count) => sum + count)).toBe(10_003);
});

describe('history', () => {
  test('is a sample every five seconds, of that time alone', () => {
    const { crowd, meters, stats, goOn } = open();
    goOn(4);
    expect(stats.get().history).toEqual({ everyMs: 5000, samples: [] });
    goOn(1);
    crowd.add('c-1');
    goOn(5, () => {
      meters.messageStored(20);
      meters.messageOut();
      meters.refused('slow');
    });
    goOn(5);
    const { samples } = stats.get().history;
    expect(samples.map(({ at }) => at)).toEqual(
      [5, 10, 15].map((seconds) => 1_800_000_000_000 + seconds * 1000),
    );
    expect(samples.map(({ messagesOut }) => messagesOut)).toEqual([0, 1, 0]);
    expect(samples.map(({ connections }) => connections)).toEqual([0, 1, 1]);
    expect(samples.map(({ refused }) => refused)).toEqual([0, 5, 0]);
    expect(samples.map(({ storeP99 }) => storeP99)).toEqual([0, 20, 0]);
    expect(stats.now().store.latency).toEqual({ p50: 20, p99: 20, max: 20 });
  });

  test('is 15 minutes and no more; latencies are of the last', () => {
    const { meters, stats, goOn } = open();
    meters.messageStored(20);
    goOn(60);
    expect(stats.now().store.latency.max).toBe(0);
    goOn(3600);
    const { samples } = stats.get().history;
    expect(samples.length).toBe(180);
    expect((samples.at(-1)?.at ?? 0) - (samples[0]?.at ?? 0)).toBe(179 * 5000);
  });
});
