import { describe, expect, it } from 'vitest';
import { ChatError } from '../../../src/protocol/error-codes.ts';
import { toUserId } from '../../../src/protocol/ids.ts';
import { createIdentify } from '../../../src/server/auth/identity.ts';
import { createIssuance } from '../../../src/server/auth/issuance.ts';
import { signToken } from '../../../src/server/auth/token.ts';
import type { User } from '../../../src/server/chat/store-ports.ts';

const SECRET = 'a secret of at least thirty-two bytes, for tests';
const NOW = Date.UTC(2026, 10, 22, 12);
const HOUR = 3_600_000;

/** Alice, at a server whose clock the test sets. */
function setup() {
  const time = { now: NOW };
  const clock = { now: () => time.now };
  const alice = { id: toUserId(2)!, name: 'alice', role: 'user', enabled: true } as const;
  let user: User = { ...alice, tokensValidFrom: 0, lobbyJoinedAfter: 0, createdAt: NOW, keepOut: undefined };
  const issuance = createIssuance({ secret: SECRET, expire: 60, clock });
  let isGone = false;
  const users = { get: () => (isGone ? undefined : user) };
  const identify = createIdentify({ secret: SECRET, users, clock });
  return {
    time,
    signIn: () => issuance.issue(user, issuance.now()).token,
    endTokens: () =>
      issuance.end(user.id, async (tokensValidFrom) => void (user = { ...user, tokensValidFrom })),
    removeUser: () => void (isGone = true),
    tokenOf: (issuedAt: number) => signToken(SECRET, { userId: alice.id, issuedAt, expireSeconds: 60 }),
    verdictOn: async (token: string) => {
      try {
        return (await identify(token)).name;
      } catch (error) {
        return error instanceof ChatError ? error.code : error;
      }
    },
  };
}

describe('a token that comes again', () => {
  it('ends when it ends', async () => {
    const { time, signIn, verdictOn } = setup();
    const token = signIn();
    expect([await verdictOn(token), await verdictOn(token)]).toEqual(['alice', 'alice']);
    time.now = NOW + 59_999;
    expect(await verdictOn(token)).toBe('alice');
    time.now = NOW + 60_000;
    expect(await verdictOn(token)).toBe('token_expired');
  });

  it('is refused once its user has ended it, or is gone', async () => {
    const { signIn, endTokens, removeUser, verdictOn } = setup();
    const [first, second] = [signIn(), signIn()];
    expect([await verdictOn(first), await verdictOn(second)]).toEqual(['alice', 'alice']);
    await endTokens();
    expect([await verdictOn(first), await verdictOn(second)]).toEqual(['unauthorized', 'unauthorized']);
    const third = signIn();
    expect(await verdictOn(third)).toBe('alice');
    removeUser();
    expect(await verdictOn(third)).toBe('unauthorized');
  });

  it('is told from one that differs in its signature alone', async () => {
    const { signIn, verdictOn } = setup();
    const token = signIn();
    expect(await verdictOn(token)).toBe('alice');
    const forged = `${token.slice(0, -2)}${token.endsWith('AA') ? 'BB' : 'AA'}`;
    expect([await verdictOn(forged), await verdictOn(forged)]).toEqual(['unauthorized', 'unauthorized']);
  });
});

describe('a token of the future', () => {
  it('is refused, beyond what clocks differ by', async () => {
    const { tokenOf, verdictOn } = setup();
    expect(await verdictOn(tokenOf(NOW + 59_000))).toBe('alice');
    expect(await verdictOn(tokenOf(NOW + 62_000))).toBe('unauthorized');
    expect(await verdictOn(tokenOf(Date.UTC(2058)))).toBe('unauthorized');
  });
});

describe('a clock that was ahead and is set back', () => {
  it('locks nobody out who signs in again', async () => {
    const { time, signIn, verdictOn } = setup();
    time.now = NOW + HOUR;
    const ahead = signIn();
    time.now = NOW;
    expect(await verdictOn(ahead)).toBe('unauthorized');
    expect(await verdictOn(signIn())).toBe('alice');
  });

  it('locks nobody out whose tokens were ended while it was ahead, and brings none of them back', async () => {
    const { time, signIn, endTokens, verdictOn } = setup();
    time.now = NOW + HOUR;
    const ahead = signIn();
    await endTokens();
    time.now = NOW;
    const token = signIn();
    expect(await verdictOn(token)).toBe('alice');
    await endTokens();
    expect([await verdictOn(token), await verdictOn(ahead)]).toEqual(['unauthorized', 'unauthorized']);
    const latest = signIn();
    time.now = NOW + HOUR;
    expect([await verdictOn(ahead), await verdictOn(token)]).not.toContain('alice');
    expect(await verdictOn(latest)).toBe('alice');
  });
});
