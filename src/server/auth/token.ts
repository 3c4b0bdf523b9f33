import { createSecretKey, type KeyObject, randomBytes } from 'node:crypto';
import jwt from 'jsonwebtoken';
import { z } from 'zod';
import { ChatError } from '../../protocol/error-codes.ts';
import { toUserId } from '../../protocol/ids.ts';
import type { UserId } from '../../protocol/ids.ts';

/** What a user's token says, checked. All ms since 1970. */
export interface TokenClaims {
  readonly userId: UserId;
  /** `iat_ms`, or `iat` without it. */
  readonly issuedAt: number;
  readonly notBefore: number;
  readonly expiresAt: number;
}

export interface NewToken {
  readonly userId: UserId;
  /** ms since 1970. */
  readonly issuedAt: number;
  readonly expireSeconds: number;
}

/** How far ahead of ours another machine's clock may be, seconds. */
export const CLOCK_SKEW = 60;
/** A user's token is a few hundred bytes; what is longer is not looked at. */
export const MAX_TOKEN_LENGTH = 4096;

/** A user's token. No two are the same, so that two logins within a millisecond are told apart. */
export function signToken(secret: string, token: NewToken): string {
  const iat = Math.floor(token.issuedAt / 1000);
  return jwt.sign(
    {
      uid: String(token.userId),
      iat,
      iat_ms: token.issuedAt,
      exp: iat + token.expireSeconds,
      jti: randomBytes(12).toString('base64url'),
    },
    secret,
    { algorithm: 'HS256' },
  );
}

/**
 * A user's token, checked as far as it can be without the user and the time: signature, header, claims. What it gives
 * stays true; requireInTime() has to be asked at each use. Throws unauthorized. An operator's token is refused, as is
 * any other with an audience.
 */
export function verifyToken(secret: string, token: string): TokenClaims {
  const claims = checkClaims(userClaims, verifySignature(secret, token));
  return {
    userId: claims.uid,
    issuedAt: claims.iat_ms ?? Math.floor(claims.iat * 1000),
    notBefore: Math.ceil((claims.nbf ?? 0) * 1000),
    expiresAt: Math.floor(claims.exp * 1000),
  };
}

/** Whether a token has begun and not ended at `now` (ms); not whether it was issued in the future. Throws unauthorized or token_expired. */
export function requireInTime({ notBefore, expiresAt }: TokenClaims, now: number): void {
  if (notBefore > now + CLOCK_SKEW * 1000) throw refusal('not valid yet');
  if (expiresAt <= now) throw new ChatError('token_expired');
}

/** The payload of a token that chatd's secret signed by HS256. What it says is not checked yet. Throws unauthorized. */
export function verifySignature(secret: string, token: string): unknown {
  if (token.length > MAX_TOKEN_LENGTH) throw refusal('too long');
  const { header, payload } = readVerified(secret, token);
  // RFC 7515, 4.1.11: extensions named critical must be understood; chatd understands none.
  if ('crit' in header) throw refusal('unknown critical header');
  return payload;
}

/** `payload` as the claims of `schema`. Throws unauthorized. */
export function checkClaims<S extends z.ZodType>(schema: S, payload: unknown): z.output<S> {
  const checked = schema.safeParse(payload);
  if (!checked.success) throw refusal('claims', checked.error);
  return checked.data;
}

/** A token that is not accepted; the reason is for the log, the caller only learns `unauthorized`. */
export function refusal(reason: string, cause?: unknown): ChatError {
  return new ChatError('unauthorized', { cause: new Error(`token refused: ${reason}`, { cause }) });
}

// Expiry is left to the claim schema: the library takes a missing or an infinite `exp` for good.
function readVerified(secret: string, token: string): jwt.Jwt {
  try {
    return jwt.verify(token, toKey(secret), {
      algorithms: ['HS256'],
      complete: true,
      ignoreExpiration: true,
      ignoreNotBefore: true,
    });
  } catch (error) {
    throw refusal('signature or form', error);
  }
}

let lastKey: { readonly secret: string; readonly key: KeyObject } | undefined;

// A text the library would first take for a public key, and fail: that costs more than all the rest of the check.
function toKey(secret: string): KeyObject {
  if (lastKey?.secret !== secret) lastKey = { secret, key: createSecretKey(secret, 'utf8') };
  return lastKey.key;
}

/** Seconds since 1970, as RFC 7519 has it (fractions allowed), before the year 10000. */
export const numericDate = z.number().positive().max(253_402_300_799);

const userClaims = z
  .object({
    uid: z.union([z.number(), z.string()]).transform((value, context) => {
      const id = toUserId(value);
      if (id === undefined) context.addIssue({ code: 'custom', message: 'not a user id' });
      return id ?? z.NEVER;
    }),
    iat: numericDate,
    iat_ms: z.int().positive().optional(),
    exp: numericDate,
    nbf: numericDate.optional(),
    // RFC 7519, 4.1.3: a token with an audience is for that audience alone.
    aud: z.undefined().optional(),
  })
  .refine((claims) => claims.exp > claims.iat, 'expires before it was issued')
  .refine(
    (claims) => claims.iat_ms === undefined || Math.abs(claims.iat_ms / 1000 - claims.iat) <= 1,
    'iat and iat_ms differ',
  );
