import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { createRecentMap } from '../../../src/server/chat/recent-map.ts';

test('never holds more than its limit, and never forgets the half that was used last', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(40)), (keys) => {
      const limit = 10;
      const map = createRecentMap<number, number>({ limit });
      for (const key of keys) map.set(key, key * 2);
      const recent = [...new Set(keys.toReversed())];
      for (const key of recent.slice(0, limit / 2)) expect(map.get(key)).toBe(key * 2);
    }),
  );
  const map = createRecentMap<number, number>({ limit: 10 });
  for (let key = 0; key < 1000; key++) map.set(key, key);
  const held = Array.from({ length: 1000 }, (_, key) => key).filter((key) => map.get(key) !== undefined);
  expect(held.length).toBeLessThanOrEqual(10);
});

test('what is used stays, however much comes after it', () => {
  const map = createRecentMap<string, number>({ limit: 10 });
  map.set('used', 1);
  for (let key = 0; key < 1000; key++) {
    map.set(String(key), key);
    expect(map.get('used')).toBe(1);
  }
});

test('counts by weight, and counts a replaced value once', () => {
  const map = createRecentMap<string, number>({ limit: 10, weigh: (value) => value });
  map.set('kept', 1);
  for (let round = 0; round < 100; round++) map.set('replaced', 3);
  expect(map.get('kept')).toBe(1);
  map.set('heavy', 9);
  map.set('heavier', 10);
  expect(map.get('kept')).toBeUndefined();
});

test('what was deleted is gone from both generations', () => {
  const map = createRecentMap<string, number>({ limit: 4 });
  for (const key of ['a', 'b', 'c']) map.set(key, 1);
  for (const key of ['a', 'b', 'c']) map.delete(key);
  for (const key of ['a', 'b', 'c']) expect(map.get(key)).toBeUndefined();
});
