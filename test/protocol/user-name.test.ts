import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ChatError } from '../../src/protocol/error-codes.ts';
import { parseUserName, userNameKey } from '../../src/protocol/user-name.ts';

describe('parseUserName', () => {
  it.each([
    ['alice', 'alice'],
    ['王小明', '王小明'],
    ['  bob  ', 'bob'],
    ['王芳 🚀', '王芳 🚀'],
    ['👩‍👩‍👧', '👩‍👩‍👧'],
    ['é', 'é'],
    ['x'.repeat(64), 'x'.repeat(64)],
    ['🚀'.repeat(64), '🚀'.repeat(64)],
    ['2', '2'],
  ])('takes %j', (text, name) => {
    expect(parseUserName(text)).toBe(name);
  });

  it.each([
    [''],
    ['   '],
    ['x'.repeat(65)],
    ['🚀'.repeat(65)],
    ['a\u0000b'],
    ['a\nb'],
    ['a\u007fb'],
    ['a\u0085b'],
    ['\u202ealice'],
    ['a\u2066b'],
    ['a\u200fb'],
    ['a\u061cb'],
    ['a\u2028b'],
    ['al\u200bice'],
    ['a\ufeffb'],
    ['\u200d'],
    ['\u3164'],
    ['a\ud800'],
    ['ﷺ'.repeat(64)],
    [7],
    [null],
    [undefined],
    [['alice']],
  ])('refuses %j', (text) => {
    expect(() => parseUserName(text)).toThrow(
      expect.objectContaining({ code: 'invalid_field', detail: expect.objectContaining({ field: 'name' }) }),
    );
  });

  it('gives what it would take again as it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 70 }), (text) => {
        const name = parsed(text);
        if (name !== undefined) expect(parseUserName(name)).toBe(name);
      }),
    );
  });
});

describe('userNameKey', () => {
  it.each([
    ['Alice', 'ALICE'],
    ['ａlice', 'alice'],
    ['ﬁnn', 'FINN'],
    ['é', 'É'],
    ['Ⅷ', 'viii'],
  ])('is the same for %j and %j', (one, other) => {
    expect(userNameKey(one)).toBe(userNameKey(other));
  });

  it('keeps different names apart', () => {
    expect(new Set(['alice', 'alicе', 'al ice', 'alice2'].map(userNameKey)).size).toBe(4);
  });

  it('is stable under being applied again', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 80 }), (text) => {
        expect(userNameKey(userNameKey(text))).toBe(userNameKey(text));
      }),
      { numRuns: 2000 },
    );
  });
});

function parsed(text: string): string | undefined {
  try {
    return parseUserName(text);
  } catch (error) {
    if (error instanceof ChatError) return undefined;
    throw error;
  }
}
