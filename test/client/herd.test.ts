import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { register } from '../support/api.ts';
import { startChatd, type Chatd } from '../support/chatd.ts';
import { mostWithin, openHerd, type Herd } from '../support/herd.ts';

/** A server's clients come back one by one: all at once they would be its next trouble. test/long lets them wait longer. */
describe('200 clients', () => {
  let chatd: Chatd;
  let herd: Herd;

  beforeAll(async () => {
    chatd = await startChatd({ config: { WS: { SingleSignOn: false } } });
    herd = await openHerd(chatd, await register(chatd, 'ann'), { count: 200, maxRetryMs: 2000 });
  });

  afterAll(async () => {
    await herd?.close();
    await chatd?.dispose();
  });

  test('of a server that is killed and started again come back spread', async () => {
    const ended = performance.now();
    await chatd.stop('SIGKILL');
    chatd = await chatd.restart();
    const back = performance.now();
    await herd.allOpen();
    // The first wait is a random part of half a second: some 40 in 100 ms.
    expect(herd.plans()).toHaveLength(200);
    expect(mostWithin(100, herd.plans())).toBeLessThan(80);
    // As it was, on a machine that has other things to do, too.
    expect(mostWithin(100, herd.arrivalsSince(ended))).toBeLessThan(150);
    expect(mostWithin(100, herd.arrivalsSince(back))).toBeLessThan(80);
  });
});
