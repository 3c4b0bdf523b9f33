import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { UserId } from '../../../src/protocol/ids.ts';
import { createSendLimiter } from '../../../src/server/chat/send-limiter.ts';

const alice = 2 as UserId;
const bob = 3 as UserId;

test('lets a burst through, says how long the next has to wait, and lets it through then', () => {
  const { limiter, clock } = createLimiter(20, 60);
  for (let send = 0; send < 60; send++) expect(limiter.take(alice)).toBe(0);
  expect(limiter.take(alice)).toBe(50);
  clock.ms += 49;
  expect(limiter.take(alice)).toBe(1);
  clock.ms += 1;
  expect(limiter.take(alice)).toBe(0);
  expect(limiter.take(alice)).toBe(50);
});

test('counts each user apart', () => {
  const { limiter } = createLimiter(1, 1);
  expect(limiter.take(alice)).toBe(0);
  expect(limiter.take(bob)).toBe(0);
  expect(limiter.take(alice)).toBe(1000);
});

test('a refusal takes nothing', () => {
  const { limiter } = createLimiter(1, 1);
  limiter.take(alice);
  for (let attempt = 0; attempt < 100; attempt++) expect(limiter.take(alice)).toBe(1000);
});

test('0 per second turns it off', () => {
  const { limiter } = createLimiter(0, 60);
  for (let send = 0; send < 10_000; send++) expect(limiter.take(alice)).toBe(0);
});

test('a burst of 0 still lets one through at a time', () => {
  const { limiter } = createLimiter(20, 0);
  expect(limiter.take(alice)).toBe(0);
  expect(limiter.take(alice)).toBe(50);
});

test('a clock set back an hour locks nobody out', () => {
  const { limiter, clock } = createLimiter(20, 60);
  for (let send = 0; send < 60; send++) limiter.take(alice);
  clock.ms -= 3_600_000;
  expect(limiter.take(alice)).toBeLessThanOrEqual(50);
});

test('who waits as long as it says is never refused; a burst after a silence is never more than the burst', () => {
  const rate = fc.double({ min: 0.1, max: 5000, noNaN: true });
  fc.assert(
    fc.property(rate, fc.integer({ min: 1, max: 100 }), fc.nat(100_000), (perSecond, burst, silence) => {
      const { limiter, clock } = createLimiter(perSecond, burst);
      for (let round = 0; round < 3; round++) {
        let taken = 0;
        while (limiter.take(alice) === 0) taken += 1;
        expect(taken).toBeLessThanOrEqual(burst);
        clock.ms += limiter.take(alice);
        expect(limiter.take(alice)).toBe(0);
        clock.ms += silence;
      }
    }),
  );
});

function createLimiter(messagesPerSecond: number, messageBurst: number) {
  const clock = { ms: Date.UTC(2026, 10, 22), now: () => clock.ms };
  return { clock, limiter: createSendLimiter({ messagesPerSecond, messageBurst, clock }) };
}
