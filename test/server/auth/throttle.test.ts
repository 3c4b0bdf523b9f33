import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ChatError } from '../../../src/protocol/error-codes.ts';
import { createThrottle, THROTTLE } from '../../../src/server/auth/throttle.ts';
import type { Throttle } from '../../../src/server/auth/throttle.ts';

const MINUTES = 60_000;

beforeEach(() => {
  vi.useFakeTimers({ now: Date.UTC(2026, 10, 22) });
});

afterEach(() => {
  vi.useRealTimers();
});

describe('the throttle of passwords', () => {
  it('stops guessing at one account from one address, says for how long, and forgets', async () => {
    const throttle = createThrottle();
    for (let guess = 0; guess < 10; guess += 1)
      expect(await wrong(throttle, '10.0.0.1', 'alice')).toBe('wrong_password');
    vi.setSystemTime(Date.now() + 5 * MINUTES);
    await expect(throttle.guard({ address: '10.0.0.1', account: 'alice' }, right)).rejects.toMatchObject({
      code: 'rate_limited',
      detail: { retryAfterMs: 10 * MINUTES },
    });
    vi.setSystemTime(Date.now() + 10 * MINUTES);
    expect(await throttle.guard({ address: '10.0.0.1', account: 'alice' }, right)).toBe('in');
  });

  it('does not check a password it has no room for', async () => {
    const throttle = createThrottle();
    for (let guess = 0; guess < 10; guess += 1) await wrong(throttle, '10.0.0.1', 'alice');
    const check = vi.fn(right);
    await expect(throttle.guard({ address: '10.0.0.1', account: 'alice' }, check)).rejects.toThrow(
      'rate_limited',
    );
    expect(check).not.toHaveBeenCalled();
  });

  it('leaves the account open to everybody else, and the address to other accounts', async () => {
    const throttle = createThrottle();
    for (let guess = 0; guess < 50; guess += 1) await wrong(throttle, '10.0.0.1', 'alice');
    expect(await throttle.guard({ address: '10.0.0.2', account: 'alice' }, right)).toBe('in');
    expect(await throttle.guard({ address: '10.0.0.1', account: 'bob' }, right)).toBe('in');
  });

  it('stops an address that tries many accounts', async () => {
    const throttle = createThrottle();
    for (let guess = 0; guess < THROTTLE.address.points; guess += 1) {
      expect(await wrong(throttle, '10.0.0.1', `user${guess}`)).toBe('wrong_password');
    }
    expect(await wrong(throttle, '10.0.0.1', 'one more')).toBe('rate_limited');
    expect(await wrong(throttle, '10.0.0.2', 'one more')).toBe('wrong_password');
  });

  it('lets many at once get no further than many in turn', async () => {
    const throttle = createThrottle();
    const guesses = Array.from({ length: 40 }, () => wrong(throttle, '10.0.0.1', 'alice'));
    const codes = await Promise.all(guesses);
    expect(codes.filter((code) => code === 'wrong_password')).toHaveLength(10);
  });

  it('counts only wrong passwords', async () => {
    const throttle = createThrottle();
    const who = { address: '10.0.0.1', account: 'alice' };
    const fails = () => throttle.guard(who, () => Promise.reject(new ChatError('storage_unavailable')));
    for (let round = 0; round < 300; round += 1) {
      expect(await throttle.guard(who, right)).toBe('in');
      await expect(fails()).rejects.toThrow('storage_unavailable');
    }
  });

  it.each([
    ['2001:db8:1:2::1', '2001:db8:1:2:ffff:ffff:ffff:ffff', 'one'],
    ['2001:db8::1', '2001:db8:0:0:9::', 'one'],
    ['::1', '::2', 'one'],
    ['2001:db8:1:2::1', '2001:db8:1:3::1', 'another'],
    ['10.0.0.1', '10.0.0.2', 'another'],
  ])('takes %s and %s for %s', async (first, second, same) => {
    const throttle = createThrottle();
    for (let guess = 0; guess < 10; guess += 1) await wrong(throttle, first, 'alice');
    expect(await wrong(throttle, second, 'alice')).toBe(same === 'one' ? 'rate_limited' : 'wrong_password');
  });

  it('bounds how many accounts an address registers', async () => {
    const throttle = createThrottle();
    for (let count = 0; count < THROTTLE.registration.points; count += 1)
      await throttle.countRegistration('10.0.0.1');
    await expect(throttle.countRegistration('10.0.0.1')).rejects.toMatchObject({ code: 'rate_limited' });
    await throttle.countRegistration('10.0.0.2');
  });
});

async function right(): Promise<string> {
  return 'in';
}

/** What a wrong password is answered with. */
async function wrong(throttle: Throttle, address: string, account: string): Promise<string> {
  try {
    await throttle.guard({ address, account }, () => Promise.reject(new ChatError('wrong_password')));
    return 'let in';
  } catch (error) {
    return error instanceof ChatError ? error.code : String(error);
  }
}
