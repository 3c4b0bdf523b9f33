import { array, assert, double, property } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Latencies } from '../../../src/server/observe/latencies.ts';
import { SlidingLatencies } from '../../../src/server/observe/sliding-latencies.ts';

describe('quantiles', () => {
  test('are those of sorting, to 3.2 % and a microsecond, and never below them', () => {
    const ms = array(double({ min: 0, max: 100_000, noNaN: true }), { minLength: 1, maxLength: 300 });
    assert(
      property(ms, (times) => {
        const latencies = new Latencies();
        for (const time of times) latencies.add(time);
        const sorted = times.toSorted((a, b) => a - b);
        for (const quantile of [0.01, 0.5, 0.9, 0.99, 1]) {
          const exact = sorted[Math.ceil(sorted.length * quantile) - 1] ?? 0;
          const told = latencies.quantile(quantile);
          expect(told).toBeGreaterThanOrEqual(exact - 1e-9);
          expect(told).toBeLessThanOrEqual(exact * 1.032 + 0.001);
        }
        expect(latencies.max).toBe(sorted.at(-1));
      }),
    );
  });

  test('of nothing are 0; nonsense counts as 0, and for ever as 35 minutes', () => {
    const latencies = new Latencies();
    expect([latencies.quantile(0.5), latencies.max, latencies.count]).toEqual([0, 0, 0]);
    for (const nonsense of [-5, Number.NaN, 0]) latencies.add(nonsense);
    expect(latencies.quantile(1)).toBe(0);
    latencies.add(Number.POSITIVE_INFINITY);
    expect(latencies.quantile(1)).toBeCloseTo(2_147_483.648);
  });
});

test('counts up to an end are cumulative, and never more than there are', () => {
  const latencies = new Latencies();
  for (let ms = 1; ms <= 1000; ms += 1) latencies.add(ms);
  const counts = latencies.countsUpTo([0.5, 10, 100, 1000, 5000]);
  expect(counts[0]).toBe(0);
  expect(counts[4]).toBe(1000);
  [10, 100, 1000].forEach((end, at) => {
    const count = counts[at + 1] ?? 0;
    expect(count).toBeLessThanOrEqual(end);
    expect(count).toBeGreaterThanOrEqual(end * 0.96 - 1);
  });
});

test('what is older than the slices is forgotten', () => {
  const recent = new SlidingLatencies(3);
  recent.add(50, 10);
  expect(recent.turn()).toMatchObject({ max: 50 });
  recent.add(1);
  expect(recent.quantiles().max).toBe(50);
  recent.turn();
  expect(recent.quantiles().max).toBe(50);
  recent.turn();
  expect(recent.quantiles()).toMatchObject({ max: 1, p99: 1 });
  recent.turn();
  recent.turn();
  expect(recent.quantiles()).toEqual({ p50: 0, p99: 0, max: 0 });
});
