import { describe, expect, test } from 'vitest';
import type { Stats, StatsSample } from '../../../src/protocol/admin-stats.ts';
import { barsOf, CURVES } from '../../../src/tui/metrics/curves.ts';
import { metricsView } from '../../../src/tui/metrics/metrics-view.ts';
import { driveView, faultsOf, NOW, SHARED } from '../../support/drive-view.ts';

function sample(connections: number, storeP99 = 0): StatsSample {
  const traffic = { messagesIn: 0, messagesOut: 0, bytesIn: 0, bytesOut: 0 };
  return { ...traffic, at: NOW, connections, storeP99, loopP99: 0, rss: 0, pending: 0, refused: 0 };
}

const STATS: Stats = {
  name: 'chatd',
  version: '1.0.0',
  node: 'srv-1',
  at: NOW,
  startedAt: NOW - 3_600_000,
  connections: { open: 9874, max: 10_000, users: 9870, seed: 9000, v1: 874, consoles: 2 },
  rates: { messagesIn: 812, messagesOut: 6100, bytesIn: 81_200, bytesOut: 1_300_000 },
  totals: { messagesIn: 1, messagesOut: 2, bytesIn: 3, bytesOut: 4, stored: 5 },
  store: {
    database: 'SQLite 3.50',
    pending: 3,
    pendingBytes: 2048,
    waiting: 1,
    latency: { p50: 1, p99: 3, max: 40 },
  },
  loopDelay: { p50: 0, p99: 2, max: 9 },
  memory: { rss: 128 * 1024 ** 2, heapUsed: 1, external: 1 },
  cpu: 0.42,
  queues: { total: 831_488, largest: 1024 },
  refusals: { rate_limited: 3, bad_token: 12, origin: 0 },
  history: { everyMs: 5000, samples: [sample(0), sample(5000), sample(10_000)] },
};

const [CONNECTIONS, MESSAGES_IN] = CURVES;
const STORE = CURVES[5];

describe('Metrics', () => {
  test('shows every figure now and over time, and what was refused why', () => {
    const view = driveView(metricsView, {});
    expect(view.calls()).toEqual([{ method: 'stats.get', input: {} }]);
    const text = view.answer(STATS).lines().join('\n');
    expect(text).toMatch(/connections +9,874 {2}▁▅█ +max 10,000/);
    expect(text).toMatch(/messages in +812\/s/);
    expect(text).toMatch(/messages out +6\.1k\/s/);
    expect(text).toMatch(/memory +128M/);
    expect(text).toMatch(/queues +812 KB to send · largest 1 KB · 2 KB to store · 1 held back/);
    expect(text).toMatch(/refused +bad_token 12 · rate_limited 3$/m);
    expect(text).toMatch(/store +SQLite 3\.50 · 3 pending · p50/);
  });

  test('what is told each second is newer than what was asked for', () => {
    const view = driveView(metricsView, {}).answer(STATS);
    view.share({ stats: { ...STATS, connections: { ...STATS.connections, open: 7 } } });
    expect(view.lines()[1]).toMatch(/connections +7 /);
    view.tell({ type: 'second' });
    expect(view.calls()).toEqual([]);
    view.share({ now: NOW + 5000 }).tell({ type: 'second' });
    expect(view.calls()).toHaveLength(1);
  });

  test('many samples are folded: the worst of latencies, the mean of rates, the latest in the last bar', () => {
    if (CONNECTIONS === undefined || MESSAGES_IN === undefined || STORE === undefined)
      throw new Error('no curves');
    const samples = Array.from({ length: 5 }, (_, at) => ({
      ...sample(at, at === 1 ? 90 : at),
      messagesIn: at,
    }));
    const history = { everyMs: 5000, samples };
    expect(barsOf(STORE, history, 3)).toEqual([0, 90, 4]);
    expect(barsOf(MESSAGES_IN, history, 3)).toEqual([0, 1.5, 3.5]);
    expect(barsOf(CONNECTIONS, history, 200)).toEqual([0, 1, 2, 3, 4]);
    expect(barsOf(CONNECTIONS, history, 0)).toEqual([4]);
    expect(barsOf(CONNECTIONS, { everyMs: 5000, samples: [] }, 10)).toEqual([]);
  });

  test('fits every screen; what does not fit is moved to', () => {
    for (const [columns, rows] of [
      [40, 5],
      [40, 6],
      [80, 18],
      [200, 50],
    ] as const) {
      const size = { columns, rows };
      const view = driveView(metricsView, {}, { shared: { ...SHARED, size } }).answer(STATS);
      expect(faultsOf(view, size)).toEqual([]);
      view.command('bottom');
      expect(view.lines().join('\n')).toContain('rate_limited');
      expect(faultsOf(view, size)).toEqual([]);
    }
  });
});
