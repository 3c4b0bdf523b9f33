import { array, assert, constantFrom, integer, oneof, property } from 'fast-check';
import stringWidth from 'string-width';
import { describe, expect, test } from 'vitest';
import { editField, fieldOf, showField, type Field } from '../../src/tui/field.ts';
import { glyphsOf } from '../../src/tui/glyphs.ts';
import { editTextArea, showTextArea } from '../../src/tui/text-area.ts';
import type { Edit, EditKey } from '../../src/tui/view.ts';
import { HOSTILE_TEXTS } from '../support/hostile-texts.ts';

/** `|` in a text is the cursor. */
const at = (marked: string): Field => ({ text: marked.replace('|', ''), cursor: marked.indexOf('|') });
const marked = ({ text, cursor }: Field) => `${text.slice(0, cursor)}|${text.slice(cursor)}`;
const pressed = (field: Field, ...keys: readonly EditKey[]) =>
  keys.reduce((before, key) => editField(before, { key }), field);
const glyphs = { glyphs: glyphsOf(false) };
const shown = (field: Field, width: number) => {
  const { spans, cursorColumn } = showField(field, width, glyphs);
  return { text: spans.map((span) => span.text).join(''), cursorColumn };
};

describe('a text field', () => {
  test.each<[string, string, readonly EditKey[], string]>([
    ['backspace takes a whole character', 'a王|', ['backspace'], 'a|'],
    ['… an emoji of several code points', 'a👩‍💻|b', ['backspace'], 'a|b'],
    ['… and a letter with its combining mark', 'e\u0301|', ['backspace'], '|'],
    ['delete takes the next', '|👍🏽x', ['delete'], '|x'],
    ['left and right go by characters', 'a👩‍💻|', ['left', 'left', 'right'], 'a|👩‍💻'],
    ['home and end', 'ab|c', ['home', 'end'], 'abc|'],
    ['delete-word', 'kick 王小明  |x', ['delete-word'], 'kick |x'],
    ['delete-word at the start', '|abc', ['delete-word'], '|abc'],
    ['delete to the start', 'ab|cd', ['delete-to-start'], '|cd'],
    ['delete to the end', 'ab|cd', ['delete-to-end'], 'ab|'],
    ['other keys change nothing', 'ab|c', ['enter', 'tab', 'up', 'escape'], 'ab|c'],
  ])('%s', (_what, before, keys, after) => {
    expect(marked(pressed(at(before), ...keys))).toBe(after);
  });

  test('typing goes in at the cursor; pasted line ends become spaces', () => {
    expect(marked(editField(at('a|d'), { insert: 'b\r\nc\n' }))).toBe('ab c |d');
  });

  test('it takes no more than it can show quickly', () => {
    const full = editField(fieldOf(), { insert: 'x'.repeat(40_000) });
    expect(full.text).toHaveLength(40_000);
    expect(editField(full, { insert: 'y' })).toEqual(full);
  });

  test('the cursor is in the column where the next letter goes, by width', () => {
    expect(shown(at('王小|明'), 10)).toEqual({ text: '王小明    ', cursorColumn: 4 });
    expect(shown(at('a\u202Eb|'), 10)).toEqual({ text: 'a‹202E›b  ', cursorColumn: 8 });
  });

  test('a long text is shown around the cursor, and says that there is more', () => {
    expect(shown(at('abcdefghij|'), 6)).toEqual({ text: '…ghij ', cursorColumn: 5 });
    expect(shown(at('abc|defghij'), 6)).toEqual({ text: 'abcde…', cursorColumn: 3 });
    expect(shown(at('|王小明王小明'), 6)).toEqual({ text: '王小… ', cursorColumn: 0 });
  });

  test('whatever is in it, it is as wide as it was given room, with the cursor inside', () => {
    const hostile = constantFrom(
      ...HOSTILE_TEXTS.slice(0, -1).map(([, text]) => text),
      '王',
      '👩‍💻',
      'e\u0301',
      ' ',
    );
    const keys = constantFrom<EditKey>('left', 'right', 'backspace', 'delete-word', 'home');
    const edits = array(
      oneof(
        hostile.map((insert): Edit => ({ insert })),
        keys.map((key): Edit => ({ key })),
      ),
    );
    assert(
      property(edits, integer({ min: 4, max: 60 }), (all, width) => {
        const { text, cursorColumn } = shown(all.reduce(editField, fieldOf()), width);
        expect(stringWidth(text)).toBe(width);
        expect(cursorColumn).toBeLessThan(width);
      }),
      { numRuns: 300 },
    );
  });
});

describe('a field of several lines', () => {
  const area = (before: string, ...edits: readonly Edit[]) => marked(edits.reduce(editTextArea, at(before)));

  test('alt-enter is a new line, and pasted ones are kept', () => {
    expect(area('a|b', { key: 'alt-enter' }, { insert: 'x\r\ny' })).toBe('a\nx\ny|b');
  });

  test('up and down keep the column, home and end are those of the line', () => {
    expect(area('abc\nd\nefg|', { key: 'up' })).toBe('abc\nd|\nefg');
    expect(area('abc\nd|\nefg', { key: 'down' })).toBe('abc\nd\ne|fg');
    expect(area('ab|c', { key: 'up' })).toBe('|abc');
    expect(area('a|bc', { key: 'down' })).toBe('abc|');
    expect(area('ab\ncd|e', { key: 'home' })).toBe('ab\n|cde');
    expect(area('a|b\ncde', { key: 'end' })).toBe('ab|\ncde');
  });

  test('it wraps by width and scrolls with the cursor', () => {
    const { lines, cursor } = showTextArea(fieldOf('王小明王小明'), 7, 3);
    expect(lines.map(([span]) => span?.text)).toEqual(['王小明 ', '王小明 ', '       ']);
    expect(cursor).toEqual({ row: 1, column: 6 });
    expect(showTextArea(fieldOf('1\n2\n3\n4'), 5, 2)).toMatchObject({ cursor: { row: 1, column: 1 } });
  });
});
