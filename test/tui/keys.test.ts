import { expect, test } from 'vitest';
import { createKeyParser, toEdit, type Key } from '../../src/tui/keys.ts';

/** What terminals send, and the keys it is: however it is merged or cut. */

const text = (typed: string): Key => ({ type: 'text', text: typed });
const key = (name: string): Key => ({ type: 'key', name });
const paste = (pasted: string): Key => ({ type: 'paste', text: pasted });

const SENT: readonly (readonly [string, string, readonly Key[]])[] = [
  ['merged letters', 'jjj', [text('j'), text('j'), text('j')]],
  ['a letter and enter', 'j\r', [text('j'), key('enter')]],
  ['Chinese from an input method', '你好', [text('你'), text('好')]],
  ['an emoji outside the BMP', '🚀', [text('🚀')]],
  ['arrows', '\u001B[A\u001B[B\u001BOC\u001B[D', [key('up'), key('down'), key('right'), key('left')]],
  ['an arrow with ctrl', '\u001B[1;5A', [key('up')]],
  ['delete with shift', '\u001B[3;2~', [key('delete')]],
  ['pages and ends', '\u001B[5~\u001B[6~\u001B[H\u001B[4~', ['page-up', 'page-down', 'home', 'end'].map(key)],
  ['control letters', '\u0004\u0001\u0003', [key('ctrl-d'), key('ctrl-a'), key('ctrl-c')]],
  [
    'tab, shift-tab, both backspaces',
    '\t\u001B[Z\b\u007F',
    ['tab', 'shift-tab', 'backspace', 'backspace'].map(key),
  ],
  [
    'alt-enter, as three terminals write it',
    '\u001B\r\u001B[13;3u\u001B[27;3;13~',
    [key('alt-enter'), key('alt-enter'), key('alt-enter')],
  ],
  ['ESC and a letter typed after it', '\u001Bj', [key('escape'), text('j')]],
  ['two ESC and a letter', '\u001B\u001Bq', [key('escape'), key('escape'), text('q')]],
  [
    'a paste with keys and line ends in it',
    '\u001B[200~q\r\u0004\u001B[201~x',
    [paste('q\r\u0004'), text('x')],
  ],
  ['reports and unknown sequences', '\u001B[?62;c\u001B[12;3R\u001B[<0;1;1Mx', [text('x')]],
  ['NUL and other controls', '\0\u001Cx', [text('x')]],
];

test.each(SENT)('%s', (_what, sent, keys) => {
  const parser = createKeyParser();
  expect([...parser.push(sent), ...parser.flush()]).toEqual(keys);
  expect(parser.isWaiting()).toBe(false);
});

test.each(SENT)('%s, in two pieces wherever it is cut', (_what, sent, keys) => {
  for (let at = 1; at < sent.length; at += 1) {
    // A lone ESC may be the key; a cut surrogate pair does not happen, for the stream decodes UTF-8.
    if (/[\uD800-\uDBFF]$/.test(sent.slice(0, at))) continue;
    const parser = createKeyParser();
    expect([...parser.push(sent.slice(0, at)), ...parser.push(sent.slice(at)), ...parser.flush()]).toEqual(
      keys,
    );
  }
});

test('a lone ESC waits for what may follow, and is the key when nothing does', () => {
  const parser = createKeyParser();
  expect(parser.push('\u001B')).toEqual([]);
  expect(parser.isWaiting()).toBe(true);
  expect(parser.flush()).toEqual([key('escape')]);
  expect(parser.isWaiting()).toBe(false);
});

test('a paste is waited for past the moment an ESC is, and one without an end is bounded', () => {
  const parser = createKeyParser();
  expect(parser.push('\u001B[200~abc')).toEqual([]);
  expect(parser.flush()).toEqual([]);
  expect(parser.push('def\u001B[201~')).toEqual([paste('abcdef')]);
  expect(parser.push(`\u001B[200~${'x'.repeat(1_000_000)}`)).toEqual([paste('x'.repeat(1_000_000))]);
});

test('what keys are in a text field', () => {
  expect(toEdit(text('王'))).toEqual({ insert: '王' });
  expect(toEdit(paste('a\nb'))).toEqual({ insert: 'a\nb' });
  expect(toEdit(key('ctrl-w'))).toEqual({ key: 'delete-word' });
  expect(toEdit(key('ctrl-d'))).toBeUndefined();
  expect(toEdit(key('page-up'))).toBeUndefined();
});
