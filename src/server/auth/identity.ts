import { isBan } from '../../protocol/kept-out.ts';
import type { Clock, Identify, Identity, UserCache } from '../chat/ports.ts';
import type { User } from '../chat/store-ports.ts';
import { createKnownTokens, type KnownToken } from './known-tokens.ts';
import { CLOCK_SKEW, refusal, requireInTime } from './token.ts';

export interface IdentifyParts {
  readonly secret: string;
  readonly users: Pick<UserCache, 'get'>;
  readonly clock: Clock;
}

/** Who a user's token speaks for, by the token and by what the user is now. See Identify for what it promises. */
export function createIdentify(parts: IdentifyParts): Identify {
  const verify = createKnownTokens(parts.secret);
  return (text) => {
    const now = parts.clock.now();
    const token = verify(text);
    requireInTime(token, now);
    const user = parts.users.get(token.userId);
    return user instanceof Promise
      ? user.then((loaded) => identityOf(token, loaded, now))
      : identityOf(token, user, now);
  };
}

function identityOf(token: KnownToken, user: User | undefined, now: number): Identity {
  if (user === undefined) throw refusal('no such user');
  requireIssued(token, user, now);
  return toIdentity(token, user);
}

// Whose tokens end in the future has met a clock of ours that was ahead and was set back: what he signs in with now is
// issued behind that moment, and he would be locked out until it comes.
function requireIssued({ issuedAt }: KnownToken, { tokensValidFrom }: User, now: number): void {
  if (issuedAt > Math.max(now, tokensValidFrom) + CLOCK_SKEW * 1000) throw refusal('issued in the future');
}

// A disabled or banned user is told so whatever became of his tokens: that ends them too, and would answer for it otherwise.
function toIdentity({ tokenKey, issuedAt, expiresAt }: KnownToken, user: User): Identity {
  const disabled = !user.enabled || isBan(user.keepOut);
  if (!disabled && issuedAt < user.tokensValidFrom) throw refusal('ended before its time');
  return {
    userId: user.id,
    name: user.name,
    role: user.role,
    disabled,
    keepOut: user.keepOut,
    tokenKey,
    issuedAt,
    expiresAt,
  };
}
