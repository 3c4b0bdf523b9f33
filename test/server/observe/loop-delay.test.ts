import { expect, test } from 'vitest';
import { LoopDelay } from '../../../src/server/observe/loop-delay.ts';

/** Node's monitor, with what it has counted: ms between two looks that should be 20 apart. */
function monitorOf(looks: readonly number[]) {
  let counted = [...looks].sort((a, b) => a - b);
  return {
    enable: () => true,
    disable: () => true,
    reset: () => {
      counted = [];
    },
    get count() {
      return counted.length;
    },
    percentile: (share: number) => {
      const at = Math.max(0, Math.ceil((counted.length * share) / 100) - 1);
      return (counted[at] ?? 0) * 1e6;
    },
  };
}

const PUNCTUAL = Array.from({ length: 200 }, () => 20);

test('a loop that is never held is not late: the time between two looks does not count', () => {
  const { p50, p99, max } = new LoopDelay(monitorOf(PUNCTUAL)).quantiles();
  expect({ p50, p99, max }).toEqual({ p50: 0, p99: 0, max: 0 });
});

test('lateness is what a look took longer', () => {
  const { p50, p99, max } = new LoopDelay(monitorOf([...PUNCTUAL, 35, 35, 35, 35])).quantiles();
  expect(p50).toBe(0);
  expect(p99).toBeCloseTo(15, 0);
  expect(max).toBe(15);
});

test('a stop of a second in five is a fifth of all time, not one look of two hundred', () => {
  const { p50, p99, max } = new LoopDelay(monitorOf([...PUNCTUAL, 1020])).quantiles();
  expect(p50).toBe(0);
  expect(p99).toBeGreaterThan(900);
  expect(max).toBe(1000);
});

test('what was told is not told twice, and a minute is remembered', () => {
  const monitor = monitorOf([...PUNCTUAL, 35, 35, 35, 35]);
  const delay = new LoopDelay(monitor);
  expect(delay.turn().max).toBe(15);
  expect(delay.quantiles().max).toBe(15);
  expect(delay.turn().max).toBe(0);
  for (let slice = 0; slice < 11; slice += 1) delay.turn();
  expect(delay.quantiles().max).toBe(0);
});
