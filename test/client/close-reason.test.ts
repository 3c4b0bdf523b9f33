import { expect, test } from 'vitest';
import { toCloseReason } from '../../src/client/close-reason.ts';
import { CLOSE, closeReason } from '../../src/protocol/close-codes.ts';

test('a close reason is read as it is written', () => {
  const read = (reason: string) => {
    const { name, text, retryMs } = toCloseReason(CLOSE.kicked, reason);
    return [name, text, retryMs];
  };
  expect(read(closeReason('kicked', { retry: 60_000 }, '维护中'))).toEqual(['kicked', '维护中', 60_000]);
  expect(read(closeReason('kicked', { retry: 0 }, 'a=b; retry=5'))).toEqual(['kicked', 'a=b; retry=5', 0]);
  expect(read(closeReason('kicked', {}, 'come back retry=5'))).toEqual([
    'kicked',
    'come back retry=5',
    undefined,
  ]);
  expect(read(closeReason('restart', { retry: 2300 }))).toEqual(['restart', '', 2300]);
  expect(read(closeReason('replaced'))).toEqual(['replaced', '', undefined]);
  expect(read('')).toEqual([undefined, '', undefined]);
});
