import { expect, test } from 'vitest';
import { ChatError } from '../../../src/protocol/error-codes.ts';
import { eachTarget, type TargetAct } from '../../../src/server/admin/target-results.ts';

/** Several targets of one command: what became of each. */

const logged: string[] = [];
const log = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: (event: string) => void logged.push(event),
};

function acts(tried: string[], outcomes: Readonly<Record<string, unknown>>): TargetAct[] {
  return Object.entries(outcomes).map(([target, error]) => ({
    target,
    async act() {
      tried.push(target);
      if (error !== undefined) throw error;
      return { target, ended: 1 };
    },
  }));
}

const codes = (results: Awaited<ReturnType<typeof eachTarget>>) =>
  results.map(({ error, ended }) => error?.code ?? ended);

test('one that is refused does not keep the others from it', async () => {
  const tried: string[] = [];
  const results = await eachTarget(
    acts(tried, { '2': undefined, '3': new ChatError('not_found'), '4': undefined }),
    {
      log,
    },
  );
  expect(codes(results)).toEqual([1, 'not_found', 1]);
  expect(tried).toEqual(['2', '3', '4']);
});

test('a database that does not answer is asked once; what was done before is told', async () => {
  const tried: string[] = [];
  const results = await eachTarget(
    acts(tried, {
      '2': undefined,
      '3': new ChatError('storage_unavailable'),
      '4': undefined,
      '5': undefined,
    }),
    { log, language: 'en' },
  );
  expect(codes(results)).toEqual([1, 'storage_unavailable', 'storage_unavailable', 'storage_unavailable']);
  expect(tried).toEqual(['2', '3']);
  expect(results[3]).toMatchObject({
    target: '5',
    error: { msg: 'not stored: the database does not answer' },
  });
});

test('a fault of ours is logged, told as that, and nothing more is tried', async () => {
  const tried: string[] = [];
  const results = await eachTarget(
    acts(tried, { '2': undefined, '3': new TypeError('bug'), '4': undefined }),
    { log },
  );
  expect(codes(results)).toEqual([1, 'internal', 'internal']);
  expect(tried).toEqual(['2', '3']);
  expect(logged).toEqual(['target_failed']);
});
