import jwt from 'jsonwebtoken';
import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { ChatError } from '../../../src/protocol/error-codes.ts';
import {
  isForOperators,
  signOperatorToken,
  verifyOperatorToken,
} from '../../../src/server/auth/operator-token.ts';
import { requireInTime, signToken, type TokenClaims, verifyToken } from '../../../src/server/auth/token.ts';
import { toUserId } from '../../../src/protocol/ids.ts';

const SECRET = 'a secret of at least thirty-two bytes, for tests';
const NOW = Date.UTC(2026, 10, 22, 12, 0, 0, 345);
const SECONDS = Math.floor(NOW / 1000);
const ALICE = toUserId(2)!;

describe('a user token', () => {
  it('comes back as what was signed', () => {
    const token = signToken(SECRET, { userId: ALICE, issuedAt: NOW, expireSeconds: 86_400 });
    expect(verifyAt(token, NOW)).toEqual({
      userId: 2,
      issuedAt: NOW,
      notBefore: 0,
      expiresAt: (SECONDS + 86_400) * 1000,
    });
  });

  it('is another one at every signing, within a millisecond too', () => {
    const sign = () => signToken(SECRET, { userId: ALICE, issuedAt: NOW, expireSeconds: 60 });
    expect(sign()).not.toBe(sign());
  });

  it('is taken from others who hold the secret: uid as number or text, no iat_ms, fractions of seconds', () => {
    const payload = { iat: SECONDS - 5, exp: SECONDS + 60 };
    expect(verifyAt(raw({ ...payload, uid: 2 }), NOW).userId).toBe(2);
    expect(verifyAt(raw({ ...payload, uid: '2' }), NOW).issuedAt).toBe((SECONDS - 5) * 1000);
    expect(verifyAt(raw({ ...payload, uid: 2, exp: SECONDS + 0.5 }), NOW).expiresAt).toBe(
      SECONDS * 1000 + 500,
    );
  });

  it('ends at its exp, to the millisecond', () => {
    const token = raw({ uid: 2, iat: SECONDS - 60, exp: SECONDS });
    expect(verifyAt(token, SECONDS * 1000 - 1).userId).toBe(2);
    expect(codeOf(() => verifyAt(token, SECONDS * 1000))).toBe('token_expired');
  });

  const fine = { uid: '2', iat: SECONDS, exp: SECONDS + 60 };
  const bad: readonly [what: string, token: string][] = [
    ['an empty text', ''],
    ['not a token', 'a.b.c'],
    ['two parts', raw(fine).split('.').slice(0, 2).join('.')],
    ['an empty signature', `${raw(fine).split('.').slice(0, 2).join('.')}.`],
    ['a token with something behind it', `${raw(fine)}x`],
    ['another secret', raw(fine, { secret: `${SECRET}!` })],
    ['alg none', raw(fine, { header: { alg: 'none', typ: 'JWT' } })],
    ['alg HS512, signed with the secret', jwt.sign(fine, SECRET, { algorithm: 'HS512' })],
    ['an unknown crit', raw(fine, { header: { alg: 'HS256', crit: ['x'], x: 1 } })],
    ['an empty crit', raw(fine, { header: { alg: 'HS256', crit: [] } })],
    ['a payload that is a text', raw('alice')],
    ['a payload that is a list', raw([fine])],
    ['a payload that is null', raw(null)],
    ['no uid', raw({ ...fine, uid: undefined })],
    ['uid 0', raw({ ...fine, uid: 0 })],
    ['a negative uid', raw({ ...fine, uid: -2 })],
    ['a fraction as uid', raw({ ...fine, uid: 2.5 })],
    ['a uid beyond 2^53', raw({ ...fine, uid: 2 ** 53 })],
    ['a uid of text beyond 2^53', raw({ ...fine, uid: '9007199254740993' })],
    ['a uid with a leading zero', raw({ ...fine, uid: '02' })],
    ['a uid with a space', raw({ ...fine, uid: ' 2' })],
    ['a uid in hexadecimal', raw({ ...fine, uid: '0x2' })],
    ['an object as uid', raw({ ...fine, uid: { id: 2 } })],
    ['a list as uid', raw({ ...fine, uid: [2] })],
    ['true as uid', raw({ ...fine, uid: true })],
    ['null as uid', raw({ ...fine, uid: null })],
    ['no exp', raw({ ...fine, exp: undefined })],
    ['an infinite exp', raw(`{"uid":"2","iat":${SECONDS},"exp":1e400}`)],
    ['an exp of text', raw({ ...fine, exp: String(fine.exp) })],
    ['an exp in ms', raw({ ...fine, exp: NOW * 1000 })],
    ['no iat', raw({ ...fine, iat: undefined })],
    ['an iat of text', raw({ ...fine, iat: 'now' })],
    ['a negative iat', raw({ ...fine, iat: -1 })],
    ['an exp before its iat', raw({ ...fine, exp: SECONDS - 1, iat: SECONDS })],
    ['an exp equal to its iat', raw({ ...fine, exp: SECONDS })],
    ['an iat_ms of text', raw({ ...fine, iat_ms: String(NOW) })],
    ['an iat_ms that is not its iat', raw({ ...fine, iat_ms: NOW + 5000 })],
    ['an nbf in an hour', raw({ ...fine, nbf: SECONDS + 3600, exp: SECONDS + 7200 })],
    ['an audience', raw({ ...fine, aud: 'billing' })],
    ['the operators among its audience', raw({ ...fine, aud: ['chatd-operator'] })],
    ["an operator's token with a uid", raw({ ...fine, aud: 'chatd-operator', sub: 'a@b' })],
    ["an operator's token", signOperatorToken(SECRET, 'deploy@srv', NOW)],
    ['more than a header holds', raw({ ...fine, padding: 'x'.repeat(5000) })],
  ];

  it.each(bad)('is not %s', (_what, token) => {
    expect(codeOf(() => verifyAt(token, NOW))).toBe('unauthorized');
  });
});

describe('an operator token', () => {
  it('names who signed it and lives for 60 s', () => {
    const token = signOperatorToken(SECRET, 'deploy@srv', NOW);
    expect(isForOperators(SECRET, token)).toBe(true);
    expect(verifyOperatorToken(SECRET, token, NOW)).toEqual({ subject: 'deploy@srv' });
    expect(verifyOperatorToken(SECRET, token, (SECONDS + 60) * 1000 - 1).subject).toBe('deploy@srv');
    expect(codeOf(() => verifyOperatorToken(SECRET, token, (SECONDS + 60) * 1000))).toBe('token_expired');
  });

  const fine = { aud: 'chatd-operator', sub: 'deploy@srv', iat: SECONDS, exp: SECONDS + 60 };
  it.each<[string, string]>([
    ["a user's token", signToken(SECRET, { userId: ALICE, issuedAt: NOW, expireSeconds: 60 })],
    ['one with a uid', raw({ ...fine, uid: '1' })],
    ['one with several audiences', raw({ ...fine, aud: ['chatd-operator', 'x'] })],
    ['one without a subject', raw({ ...fine, sub: undefined })],
    ['one whose subject holds a line break', raw({ ...fine, sub: 'deploy\n@srv' })],
    ['one that lives longer', raw({ ...fine, exp: SECONDS + 61 })],
    ['one without an end', raw({ ...fine, exp: undefined })],
    ['one of the future', raw({ ...fine, iat: SECONDS + 30, exp: SECONDS + 90 })],
    ['one of another secret', signOperatorToken(`${SECRET}!`, 'deploy@srv', NOW)],
    ['an unsigned one', raw(fine, { header: { alg: 'none' } })],
  ])('is not %s', (_what, token) => {
    expect(codeOf(() => verifyOperatorToken(SECRET, token, NOW))).toBe('unauthorized');
  });

  it('is told from others only once its signature is right', () => {
    expect(isForOperators(SECRET, raw({ ...fine, aud: 'x' }))).toBe(false);
    expect(isForOperators(SECRET, raw(['chatd-operator']))).toBe(false);
    for (const text of ['', 'x', 'a.b.c', '..', raw('alice'), raw(fine, { secret: `${SECRET}!` })]) {
      expect(codeOf(() => isForOperators(SECRET, text))).toBe('unauthorized');
    }
  });
});

function verifyAt(token: string, now: number): TokenClaims {
  const claims = verifyToken(SECRET, token);
  requireInTime(claims, now);
  return claims;
}

interface RawOptions {
  readonly header?: object;
  readonly secret?: string;
}

/** A token of any header and payload, rightly signed by HS256: what no library would sign. A text is taken as it is. */
function raw(payload: unknown, options: RawOptions = {}): string {
  const { header = { alg: 'HS256', typ: 'JWT' }, secret = SECRET } = options;
  const part = (value: unknown) =>
    Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');
  const signed = `${part(header)}.${part(payload)}`;
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
}

function codeOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    return error instanceof ChatError ? error.code : `not a ChatError: ${String(error)}`;
  }
  return 'nothing was thrown';
}
