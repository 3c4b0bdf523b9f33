import { expect, test } from 'vitest';
import { createHoldSpace } from '../../../src/server/gateway/hold-space.ts';

/** The largest there is. */
const MESSAGE = JSON.stringify({
  type: 'chat',
  chatType: 1,
  conversationId: 'g'.repeat(64),
  recvId: '',
  content: 'x'.repeat(16 * 1024),
  contentType: 1,
  clientMsgId: 'm'.repeat(64),
});

test('keeps what waits in order', () => {
  const held = createHoldSpace().open();
  for (const text of ['1', '2', '3']) expect(held.add(text)).toBe(true);
  expect(held.first).toBe('1');
  held.removeFirst();
  expect(held.first).toBe('2');
  expect(held.empty()).toEqual(['2', '3']);
  expect(held.first).toBeUndefined();
});

test('holds at most 1024 texts of a connection, however small', () => {
  const held = createHoldSpace().open();
  const added = Array.from({ length: 1100 }, () => held.add(''));
  expect(added.filter((isHeld) => isHeld)).toHaveLength(1024);
});

test('has a message of their own for everybody when a few have taken all that is shared', () => {
  const space = createHoldSpace();
  const greedy = Array.from({ length: 100 }, () => space.open());
  for (const each of greedy) for (let text = 0; text < 100; text += 1) each.add(MESSAGE);
  const bytes = greedy.reduce(
    (sum, each) => sum + each.empty().reduce((sum, { length }) => sum + 2 * length, 0),
    0,
  );
  // 32 MiB that is shared, 34 KiB for each.
  expect(bytes).toBeLessThan((32 + (100 * 34) / 1024) * 1024 * 1024);
  expect(bytes).toBeGreaterThan(30 * 1024 * 1024);

  const again = Array.from({ length: 100 }, () => space.open());
  for (const each of again) for (let text = 0; text < 100; text += 1) each.add(MESSAGE);
  const late = space.open();
  expect([late.add(MESSAGE), late.add(MESSAGE)]).toEqual([true, false]);
});

test('what is let go, one after the other or at once, leaves as much room as before', () => {
  const space = createHoldSpace();
  for (let round = 0; round < 100; round += 1) {
    const [one, other] = [space.open(), space.open()];
    for (let text = 0; text < 40; text += 1) {
      expect(one.add(MESSAGE)).toBe(true);
      expect(other.add(MESSAGE)).toBe(true);
    }
    for (let text = 0; text < 40; text += 1) one.removeFirst();
    expect(other.empty()).toHaveLength(40);
  }
});
