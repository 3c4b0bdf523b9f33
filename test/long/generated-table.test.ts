import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openStage, type Stage } from '../server/chat/chat-stage.ts';
import { checkTables } from '../server/chat/check-tables.ts';
import { engines } from '../support/databases.ts';
import { tell } from './table.ts';

const RUNS = 300;

/** The generated table of the suite, with many more histories. */
describe.each(engines())('unread, receipts, membership and sync on $name', (engine) => {
  let stage: Stage;

  beforeAll(async () => {
    stage = await openStage({ database: await engine.createDatabase() });
  });
  afterAll(() => stage.close());

  test(`are what a simple model says in ${RUNS} histories`, { timeout: 900_000 }, async () => {
    const since = performance.now();
    const steps = await checkTables(stage, RUNS);
    expect(steps).toBeGreaterThan(RUNS);
    const seconds = Math.round((performance.now() - since) / 1000);
    tell(`generated table on ${engine.name}`, { rounds: RUNS, steps, seconds, wrong: 0 });
  });
});
