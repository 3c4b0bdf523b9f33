import { expect, test } from 'vitest';
import { startChatd } from '../support/chatd.ts';

/** A promise about time, kept where nothing else has the processors: the long suite has one worker. */
test('chatd serve is ready in under two seconds on the embedded database', async () => {
  const chatd = await startChatd();
  const text = await chatd.output.until((said) => /Ready in \d+ ms/.test(said));
  await chatd.dispose();
  expect(Number(/Ready in (\d+) ms/.exec(text)?.[1])).toBeLessThan(2_000);
});
