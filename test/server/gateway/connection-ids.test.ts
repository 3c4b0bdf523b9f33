import { expect, it } from 'vitest';
import { createConnectionIds } from '../../../src/server/gateway/connection-ids.ts';

it('names of connections are short and never given twice, across restarts too', () => {
  let now = Date.UTC(2026, 10, 22);
  const clock = { now: () => now };
  const next = createConnectionIds(clock);
  const names = Array.from({ length: 1000 }, () => next());
  expect(names[0]).toMatch(/^c-[0-9a-z]{7}$/);
  now -= 5000;
  names.push(next());
  now += 7000;
  const afterRestart = createConnectionIds(clock);
  names.push(next(), afterRestart().concat(' of the next start'));
  expect(new Set(names).size).toBe(names.length);
  expect(names).not.toContain(afterRestart());
});
