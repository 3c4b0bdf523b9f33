import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Actor } from '../support/api.ts';
import { startChatd, type Chatd } from '../support/chatd.ts';
import { openCutScene } from '../support/cut-scene.ts';
import { registerAll } from '../support/people.ts';
import { seededRandom } from '../support/random.ts';

/** `chatd/client` over a network that cuts, delays and repeats, at any point. test/long has ten times as many cuts. */
describe('over a network that cuts', () => {
  let chatd: Chatd;
  let people: Actor[];

  beforeAll(async () => {
    chatd = await startChatd({ config: { WS: { SingleSignOn: false } } });
    people = await registerAll(chatd, ['ann', 'ben', 'cat']);
  });

  afterAll(() => chatd?.dispose());

  test('100 cuts: every message once, in order, on every device; every send has its outcome', async () => {
    const seed = Date.now() % 1e6;
    const scene = await openCutScene(chatd, people, { random: seededRandom(seed), twice: people[0]! });
    const report = await scene.run(100).finally(() => scene.close());
    expect(report.faults, `seed ${seed}`).toEqual([]);
    expect(report.cuts).toBeGreaterThanOrEqual(100);
    expect(report.stored).toBeGreaterThan(100);
    expect(report.refused).toBeGreaterThan(0);
    expect(report.recalled).toBeGreaterThan(0);
  });
});
