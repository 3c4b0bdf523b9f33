import { createHash } from 'node:crypto';
import { isBan } from '../../protocol/kept-out.ts';
import type { Clock, Identify, Identity, UserCache } from '../chat/ports.ts';
import type { User } from '../chat/store-ports.ts';
import { CLOCK_SKEW, refusal, verifyToken } from './token.ts';
import type { TokenClaims } from './token.ts';

export interface IdentifyParts {
  readonly secret: string;
  readonly users: Pick<UserCache, 'get'>;
  readonly clock: Clock;
}

/** Who a user's token speaks for, by the token and by what the user is now. See Identify for what it promises. */
export function createIdentify(parts: IdentifyParts): Identify {
  return (token) => {
    const now = parts.clock.now();
    const claims = verifyToken(parts.secret, token, now);
    const identityOf = (user: User | undefined): Identity => {
      if (user === undefined) throw refusal('no such user');
      requireIssued(claims, user, now);
      return toIdentity(token, claims, user);
    };
    const user = parts.users.get(claims.userId);
    return user instanceof Promise ? user.then(identityOf) : identityOf(user);
  };
}

// Whose tokens end in the future has met a clock of ours that was ahead and was set back: what he signs in with now is
// issued behind that moment, and he would be locked out until it comes.
function requireIssued({ issuedAt }: TokenClaims, { tokensValidFrom }: User, now: number): void {
  if (issuedAt > Math.max(now, tokensValidFrom) + CLOCK_SKEW * 1000) throw refusal('issued in the future');
}

// A disabled or banned user is told so whatever became of his tokens: that ends them too, and would answer for it otherwise.
function toIdentity(token: string, claims: TokenClaims, user: User): Identity {
  const disabled = !user.enabled || isBan(user.keepOut);
  if (!disabled && claims.issuedAt < user.tokensValidFrom) throw refusal('ended before its time');
  return {
    userId: user.id,
    name: user.name,
    role: user.role,
    disabled,
    keepOut: user.keepOut,
    tokenKey: createHash('sha256').update(token).digest('base64url'),
    issuedAt: claims.issuedAt,
    expiresAt: claims.expiresAt,
  };
}
