import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { visibleJson, visibleText } from '../../src/protocol/visible-text.ts';

/** What a hostile name may try on a terminal, and what is shown instead. */
const HOSTILE: readonly (readonly [what: string, text: string, shown: string])[] = [
  ['colour (SGR)', '\x1b[31mred\x1b[0m', '␛[31mred␛[0m'],
  ['cursor and erase (CSI)', '\x1b[2J\x1b[1;1H', '␛[2J␛[1;1H'],
  ['title (OSC 0)', '\x1b]0;owned\x07', '␛]0;owned␇'],
  ['link (OSC 8)', '\x1b]8;;http://evil\x1b\\here\x1b]8;;\x1b\\', '␛]8;;http://evil␛\\here␛]8;;␛\\'],
  ['clipboard (OSC 52)', '\x1b]52;c;cm0gLXJm\x07', '␛]52;c;cm0gLXJm␇'],
  ['CSI as C1', '\u009b31m', '‹009B›31m'],
  ['OSC as C1', '\u009d0;owned\u009c', '‹009D›0;owned‹009C›'],
  ['next line (C1)', 'a\u0085b', 'a‹0085›b'],
  ['bell', 'ding\x07', 'ding␇'],
  ['carriage return over a line', 'evil\rgood', 'evil␍good'],
  ['a forged line', 'x\nINFO admin signed in', 'x␊INFO admin signed in'],
  ['NUL, backspace, tab, delete', '\0\b\t\x7f', '␀␈␉␡'],
  ['right-to-left override', 'exe.\u202egpj', 'exe.‹202E›gpj'],
  ['bidi isolates and marks', '\u2066a\u2069\u200f\u061c', '‹2066›a‹2069›‹200F›‹061C›'],
  ['zero width', 'a\u200bd\u200cm\u2060in\ufeff', 'a‹200B›d‹200C›m‹2060›in‹FEFF›'],
  ['a joiner outside emoji', 'ad\u200dmin', 'ad‹200D›min'],
  ['line and paragraph separators', 'a\u2028b\u2029', 'a‹2028›b‹2029›'],
  ['fillers that look like nothing', '\u3164\u115f\uffa0\u00ad', '‹3164›‹115F›‹FFA0›‹00AD›'],
  ['tags', 'a\u{e0041}', 'a‹E0041›'],
  ['a variation selector that hides data', 'a\ufe0f', 'a‹FE0F›'],
  ['interlinear annotation', '\ufff9a\ufffb', '‹FFF9›a‹FFFB›'],
  ['a lone surrogate', 'a\ud83d', 'a‹D83D›'],
];

describe('visibleText', () => {
  test.each(HOSTILE)('shows %s', (_what, text, shown) => {
    expect(visibleText(text)).toBe(shown);
  });

  test.each(['', 'alice', '你好, 王小明 🚀', '👨‍👩‍👧 👩🏽‍💻 ❤️ 1️⃣', 'e\u0301', 'مرحبا', '~!@#$%^&*()'])(
    'leaves %j alone',
    (text) => {
      expect(visibleText(text)).toBe(text);
    },
  );

  test('is quick about 10,000 characters of it', () => {
    const text = '\x1b\u202e🚀\u200d\ufe0f'.repeat(2000);
    const since = performance.now();
    expect(visibleText(text)).not.toMatch(/[\x1b\u202e]/);
    expect(performance.now() - since).toBeLessThan(100);
  });

  test('leaves nothing a terminal obeys in any text, and shows what is shown as it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const shown = visibleText(text);
        expect(shown).not.toMatch(/[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}\p{Cs}]/u);
        expect(visibleText(shown)).toBe(shown);
      }),
    );
  });
});

describe('visibleJson', () => {
  test.each(HOSTILE)('escapes %s and means the same', (_what, text) => {
    const json = visibleJson(JSON.stringify({ [text]: [text] }));
    expect(json).not.toMatch(/[\p{Cc}\p{Default_Ignorable_Code_Point}\p{Zl}\p{Zp}\p{Cs}]/u);
    expect(JSON.parse(json)).toEqual({ [text]: [text] });
  });
});
