import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Log, LogFields } from '../../../src/server/chat/ports.ts';
import { createSampledLog } from '../../../src/server/observe/log-sampler.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

function createRecorder() {
  const lines: (readonly [event: string, fields: LogFields | undefined])[] = [];
  const write = (event: string, fields?: LogFields) => void lines.push([event, fields]);
  const log: Log = { debug: write, info: write, warn: write, error: write };
  return { log, lines };
}

test('an attack of 10,000 refusals is a few lines and a count', () => {
  const { log, lines } = createRecorder();
  const sampled = createSampledLog(log, { first: 3, intervalMs: 10_000 });
  for (let i = 0; i < 10_000; i++) sampled.warn('upgrade_refused', { reason: 'origin', i });
  sampled.warn('upgrade_refused', { reason: 'token' });
  expect(lines).toHaveLength(4);
  vi.advanceTimersByTime(10_000);
  expect(lines.slice(4)).toEqual([['upgrade_refused_suppressed', { reason: 'origin', count: 9997 }]]);
});

test('the next interval begins anew', () => {
  const { log, lines } = createRecorder();
  const sampled = createSampledLog(log, { first: 1, intervalMs: 1000 });
  sampled.info('refused', { reason: 'a' });
  vi.advanceTimersByTime(1000);
  sampled.info('refused', { reason: 'a' });
  expect(lines).toEqual([
    ['refused', { reason: 'a' }],
    ['refused', { reason: 'a' }],
  ]);
});

test('what carries no reason passes', () => {
  const { log, lines } = createRecorder();
  const sampled = createSampledLog(log, { first: 1 });
  for (let i = 0; i < 5; i++) sampled.info('connection_opened', { i });
  expect(lines).toHaveLength(5);
});

test('reasons without end do not cost memory without end', () => {
  const { log, lines } = createRecorder();
  const sampled = createSampledLog(log);
  for (let i = 0; i < 5000; i++) sampled.info('refused', { reason: `r${i}` });
  expect(lines.length).toBeLessThanOrEqual(1000);
});

test('closing writes the last count and leaves no timer', () => {
  const { log, lines } = createRecorder();
  const sampled = createSampledLog(log, { first: 1 });
  sampled.warn('refused', { reason: 'a' });
  sampled.warn('refused', { reason: 'a' });
  sampled.close();
  expect(lines.at(-1)).toEqual(['refused_suppressed', { reason: 'a', count: 1 }]);
  expect(vi.getTimerCount()).toBe(0);
});
