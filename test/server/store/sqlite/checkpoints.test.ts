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

it('moves nothing once it is closed', async () => {
  const { checkpoints, moved } = failingAtFirst(0);
  await checkpoints.close();
  await write(checkpoints, MANY);
  expect(moved()).toBe(0);
});
