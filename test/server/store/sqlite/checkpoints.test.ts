import { expect, it } from 'vitest';
import { type Checkpoints, createCheckpoints } from '../../../../src/server/store/sqlite/checkpoints.ts';
import { SqliteThreadError } from '../../../../src/server/store/sqlite/thread-protocol.ts';

/** With a database: threads.test.ts. */

const MANY = 2000;

function failingAtFirst(failures: number) {
  const warnings: unknown[] = [];
  let [moved, left] = [0, failures];
  const { promise: isMoved, resolve } = Promise.withResolvers<void>();
  const checkpoints = createCheckpoints({
    async aside() {
      left -= 1;
      if (left >= 0) throw new SqliteThreadError('SQLITE_IOERR', 'disk I/O error');
      moved += 1;
      resolve();
      return { log: 10, checkpointed: 10 };
    },
    betweenWrites: async () => ({ log: 10, checkpointed: 10 }),
    log: { debug() {}, info() {}, error() {}, warn: (event, fields) => warnings.push({ event, ...fields }) },
  });
  return { checkpoints, warnings, isMoved, moved: () => moved };
}

async function write(checkpoints: Checkpoints, times: number): Promise<void> {
  for (let n = 0; n < times; n += 1) {
    checkpoints.wrote(1);
    await Promise.resolve();
  }
}

it('tries again what failed, and tells of it once', async () => {
  const { checkpoints, warnings, isMoved } = failingAtFirst(3);
  await write(checkpoints, 5 * MANY);
  await isMoved;
  expect(warnings).toEqual([{ event: 'checkpoint_failed', error: 'SQLITE_IOERR' }]);
});

/** SQLite's log as its documentation has it: begun anew by the first write after all of it was moved. */
function pretendLog() {
  let [log, moved, longest] = [0, 0, 0];
  const move = async () => {
    moved = log;
    return { log, checkpointed: moved };
  };
  const checkpoints = createCheckpoints({
    aside: move,
    betweenWrites: move,
    log: { debug() {}, info() {}, warn() {}, error() {} },
  });
  return {
    async write(rows: number, pages: number) {
      if (pages > 0 && moved === log) [log, moved] = [0, 0];
      log += pages;
      longest = Math.max(longest, log);
      checkpoints.wrote(rows);
      // There is time for what was begun.
      for (let n = 0; n < 10; n += 1) await Promise.resolve();
    },
    longest: () => longest,
  };
}

/** A COMMIT moves it at 16,000. */
const LONGEST = 10_000;

it('keeps the log short whatever a write takes, and though all of it is moved each time', async () => {
  const { write, longest } = pretendLog();
  for (let n = 0; n < 20_000; n += 1) await write(1, 6 + (n % 5));
  for (let n = 0; n < 50; n += 1) await write(500, 1800);
  for (let n = 0; n < 20_000; n += 1) await write(1, 6 + (n % 5));
  expect(longest()).toBeLessThan(LONGEST);
});

it('keeps it short after much that changed little or nothing', async () => {
  const { write, longest } = pretendLog();
  for (let n = 0; n < 5_000; n += 1) await write(1, 0);
  for (let n = 0; n < 1_000; n += 1) await write(100, 10);
  for (let n = 0; n < 5_000; n += 1) await write(1, 8);
  expect(longest()).toBeLessThan(LONGEST);
});

it('moves nothing once it is closed', async () => {
  const { checkpoints, moved } = failingAtFirst(0);
  await checkpoints.close();
  await write(checkpoints, MANY);
  expect(moved()).toBe(0);
});
