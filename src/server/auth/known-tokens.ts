import { hash } from 'node:crypto';
import { MAX_TOKEN_LENGTH, refusal, type TokenClaims, verifyToken } from './token.ts';

/** A token that was verified. */
export interface KnownToken extends TokenClaims {
  /** The token's digest: tells tokens apart, and nobody can sign in with it. */
  readonly tokenKey: string;
}

/** Some 200 bytes each. */
const MOST_KNOWN = 20_000;

/**
 * verifyToken() for tokens that come again: what it found out stays true as long as the secret does. Only what passed is
 * remembered, the oldest forgotten first, and by its digest: a token is not kept. Throws as verifyToken() does.
 */
export function createKnownTokens(secret: string, most = MOST_KNOWN): (token: string) => KnownToken {
  const known = new Map<string, KnownToken>();

  function learn(tokenKey: string, token: string): KnownToken {
    const verified = { tokenKey, ...verifyToken(secret, token) };
    known.set(tokenKey, verified);
    const oldest = known.keys().next();
    if (known.size > most && oldest.done !== true) known.delete(oldest.value);
    return verified;
  }

  return (token) => {
    if (token.length > MAX_TOKEN_LENGTH) throw refusal('too long');
    const tokenKey = hash('sha256', token, 'base64url');
    return known.get(tokenKey) ?? learn(tokenKey, token);
  };
}
