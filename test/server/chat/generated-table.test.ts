import { afterAll, beforeAll, describe, test } from 'vitest';
import { engines } from '../../support/databases.ts';
import { openStage, type Stage } from './chat-stage.ts';
import { checkTables } from './check-tables.ts';

/**
 * Users × conversations × times: any sequence of sends, joins, leaves, reads and recalls, done to the server and to a
 * simple model of the contract. Unread counts, positions, receipts, history, who has read, and what a sync gives from
 * any position have to be the same. Many more of them: test/long/generated-table.test.ts.
 */
describe.each(engines())('unread, receipts, membership and sync on $name', (engine) => {
  let stage: Stage;

  beforeAll(async () => {
    stage = await openStage({ database: await engine.createDatabase() });
  });
  afterAll(() => stage?.close());

  test('are what a simple model says', async () => {
    await checkTables(stage, 6);
  });
});
