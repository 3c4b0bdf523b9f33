import { expect, test } from 'vitest';
import { answers, between, kinds, openLog, storedIn, toUser, upTo } from './message-log-world.ts';

const sqlite = kinds().find(({ name }) => name === 'SQLite');

test('says storage_full on a full disk, stores nothing of it, and goes on when there is room', async () => {
  if (sqlite === undefined) throw new Error('every run has SQLite');
  const world = await sqlite.open();
  const log = openLog(world);
  await log.append(toUser(1, 2, 'first'));
  const [size] = await world.sql('SELECT page_count AS n FROM pragma_page_count()');
  await world.sql(`PRAGMA max_page_count = ${Number(size?.['n'])}`);
  const sends = upTo(20).map((n) => log.append(toUser(1, 2, 'x'.repeat(10_000), `k-${n}`)));
  expect(await answers(sends)).toEqual(Array(20).fill('storage_full'));
  await world.sql('PRAGMA max_page_count = 1000000');
  expect(await log.append(toUser(1, 2, 'x'.repeat(10_000), 'k-1'))).toMatchObject({
    duplicate: false,
    message: { seq: 2 },
  });
  expect(await storedIn(world, between(1, 2))).toHaveLength(2);
  await world.close();
});
