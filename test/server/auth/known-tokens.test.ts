import { describe, expect, it } from 'vitest';
import { toUserId } from '../../../src/protocol/ids.ts';
import { createKnownTokens } from '../../../src/server/auth/known-tokens.ts';
import { signToken } from '../../../src/server/auth/token.ts';

const SECRET = 'a secret of at least thirty-two bytes, for tests';
const NOW = Date.UTC(2026, 10, 22, 12);

describe('known tokens', () => {
  it('are as many as may be: the oldest is verified anew', () => {
    const verify = createKnownTokens(SECRET, 2);
    const [first, second, third] = [sign(2), sign(3), sign(4)] as const;
    const known = [verify(first), verify(second)];
    expect([verify(first), verify(second)].map((each, at) => each === known[at])).toEqual([true, true]);
    verify(third);
    const again = verify(first);
    expect(again).not.toBe(known[0]);
    expect(again).toEqual(known[0]);
  });

  it('have a key each that is not the token', () => {
    const verify = createKnownTokens(SECRET);
    const [one, other] = [sign(2), sign(2)];
    expect(verify(one).tokenKey).not.toBe(verify(other).tokenKey);
    expect(verify(one).tokenKey).not.toContain(one.slice(0, 20));
  });
});

function sign(id: number): string {
  return signToken(SECRET, { userId: toUserId(id)!, issuedAt: NOW, expireSeconds: 60 });
}
