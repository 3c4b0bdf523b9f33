import jwt from 'jsonwebtoken';
import { z } from 'zod';
import { ChatError } from '../../protocol/error-codes.ts';
import { checkClaims, numericDate, refusal, verifySignature } from './token.ts';

/** Who an operator's token speaks for: no user, but somebody who can read the server's secret. */
export interface Operator {
  /** `login@host`, for the audit. */
  readonly subject: string;
}

const AUDIENCE = 'chatd-operator';
/** Seconds. Long enough for one command, short enough to be worthless when found. */
const LIFETIME = 60;
/** It was signed on the server's machine, by the server's clock: seconds of slack for a clock being set. */
const CLOCK_SKEW = 5;

/** A token with every administrator right for 60 s from `now` (ms). Only who can read the server's secret can make one. */
export function signOperatorToken(secret: string, subject: string, now: number): string {
  const iat = Math.floor(now / 1000);
  const claims = { aud: AUDIENCE, sub: subject, iat, exp: iat + LIFETIME };
  return jwt.sign(claims, secret, { algorithm: 'HS256' });
}

/** Checks signature, audience and age. Throws unauthorized or token_expired. A user's token never passes. */
export function verifyOperatorToken(secret: string, token: string, now: number): Operator {
  const claims = checkClaims(operatorClaims, verifySignature(secret, token));
  const seconds = now / 1000;
  if (claims.iat > seconds + CLOCK_SKEW) throw refusal('issued in the future');
  if (claims.exp <= seconds) throw new ChatError('token_expired');
  return { subject: claims.sub };
}

/** Whether `token` is signed and meant for operators: then only verifyOperatorToken() may take it. Throws unauthorized. */
export function isForOperators(secret: string, token: string): boolean {
  const payload = verifySignature(secret, token);
  return typeof payload === 'object' && payload !== null && 'aud' in payload && payload.aud === AUDIENCE;
}

const operatorClaims = z
  .object({
    aud: z.literal(AUDIENCE),
    sub: z.string().regex(/^[\x21-\x7e]{1,128}$/),
    iat: numericDate,
    exp: numericDate,
    uid: z.undefined().optional(),
  })
  .refine((claims) => claims.exp > claims.iat && claims.exp - claims.iat <= LIFETIME, 'lives too long');
