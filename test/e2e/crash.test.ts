import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { NOTHING_WRONG } from '../support/audit.ts';
import { openCrashScene, type CrashScene } from '../support/crash-rounds.ts';
import { engines } from '../support/databases.ts';

/** The server dies in the middle of everything. test/long has more rounds. */
describe.each(engines())('SIGKILL under 500 messages a second, on $name', (engine) => {
  let scene: CrashScene;

  beforeAll(async () => {
    scene = await openCrashScene(engine, { perSecond: 500, random: Math.random });
  });

  afterAll(() => scene?.close());

  test.each([1, 2, 3])('round %i: killed at a random moment, it starts again and its clients go on', () =>
    scene.round(),
  );

  test('0 acked missing, 0 twice, seq without gaps: what was not acked is acked after the resend', async () => {
    const audit = await scene.audit();
    expect(audit).toMatchObject(NOTHING_WRONG);
    expect(audit).toMatchObject({ refused: 0, acked: audit.sent, stored: audit.sent });
  });
});
