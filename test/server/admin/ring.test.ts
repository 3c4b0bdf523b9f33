import { expect, test } from 'vitest';
import { createRing } from '../../../src/server/admin/ring.ts';

test('a ring gives, from every place, what a list of all would, as far as it has it', () => {
  for (const size of [1, 2, 3, 7]) {
    const ring = createRing<number>(size);
    const all: number[] = [];
    for (let count = 0; count < 30; count += 1) {
      for (let place = 0; place <= count + 1; place += 1) {
        const kept = all.slice(Math.max(place, count - size));
        expect(ring.since(place)).toEqual({ items: kept, missed: Math.max(0, count - place) - kept.length });
      }
      expect(ring.count).toBe(count);
      all.push(count);
      ring.add(count);
    }
  }
});
