import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { COMMAND_WORDS, parseCommandLine } from '../../src/tui/command-line.ts';
import { glyphsOf } from '../../src/tui/glyphs.ts';
import { keyLabel } from '../../src/tui/key-labels.ts';
import { rowOf, type KeyPlace } from '../../src/tui/key-place.ts';
import { KEYMAP, type KeySection } from '../../src/tui/keymap.ts';
import { KEY_SECTIONS, rowsOf } from '../../src/tui/keys-view.ts';
import type { Key } from '../../src/tui/keys.ts';

const DOCUMENT = new URL('../../docs/keys.md', import.meta.url);

describe('the table of keys', () => {
  test('docs/keys.md is what it says; UPDATE=1 writes it', () => {
    const wanted = keysDocument();
    if (process.env['UPDATE'] === '1') writeFileSync(DOCUMENT, wanted);
    expect(readFileSync(DOCUMENT, 'utf8')).toBe(wanted);
  });

  test('no key has two meanings in one place', () => {
    for (const { keys, command, views } of KEYMAP) {
      const twins = KEYMAP.filter((row) => {
        const isSamePlace = JSON.stringify(row.views) === JSON.stringify(views);
        return row.command === command && isSamePlace && row.keys.some((key) => keys.includes(key));
      });
      expect(twins, keys.join(' ')).toHaveLength(1);
    }
  });

  const place: KeyPlace = {
    view: 'connections',
    isDialog: false,
    isPage: false,
    isTyping: false,
    commands: ['details', 'disconnect'],
    isReadonly: false,
  };
  const key = (name: string): Key => ({ type: 'key', name });
  const letter = (text: string): Key => ({ type: 'text', text });

  test.each<[string, Key, Partial<KeyPlace>, string | undefined]>([
    ['what the view lists', key('ctrl-d'), {}, 'disconnect'],
    ['nothing it does not list', letter('b'), {}, undefined],
    ['what holds everywhere', letter('q'), {}, 'quit'],
    ['a full-width colon, as Chinese input methods type it', letter('：'), {}, 'command-line'],
    [
      'in a dialog, enter presses its button',
      key('enter'),
      { view: 'ban', isDialog: true, commands: ['accept'] },
      'accept',
    ],
    [
      'in a dialog, q does not leave',
      letter('q'),
      { view: 'ban', isDialog: true, commands: ['accept'] },
      undefined,
    ],
    [
      'in a dialog, no other screen',
      letter('3'),
      { view: 'ban', isDialog: true, commands: ['accept'] },
      undefined,
    ],
    ['escape closes whatever is on top', key('escape'), { commands: [] }, 'back'],
    ['read-only: no key that acts', key('ctrl-d'), { isReadonly: true }, undefined],
    ['read-only: no taking back', letter('u'), { isReadonly: true }, undefined],
    ['a paste is no key', { type: 'paste', text: 'q' }, {}, undefined],
  ])('%s', (_what, pressed, more, command) => {
    expect(rowOf(pressed, { ...place, ...more })?.command).toBe(command);
  });
});

describe('the command line', () => {
  test.each([
    ['conn 王', { do: 'open', view: 'connections', argument: { filter: '王' } }],
    ['connections', { do: 'open', view: 'connections', argument: {} }],
    ['：send 2', { do: 'open', view: 'send', argument: { to: '2' } }],
    ['send group:ops', { do: 'open', view: 'send', argument: { group: 'ops' } }],
    ['user @alice', { do: 'open', view: 'user', argument: { userId: '@alice' } }],
    ['users al', { do: 'open', view: 'users', argument: { name: 'al' } }],
    ['audit', { do: 'open', view: 'events', argument: { audit: true } }],
    ['msg', undefined],
  ])(':%s', (line, open) => {
    const parsed = parseCommandLine(line);
    if (open === undefined) expect(parsed).toMatchObject({ do: 'refuse' });
    else expect(parsed).toEqual({ do: 'open', open });
  });

  test('q quits; nothing asks for nothing; what is not clear says so', () => {
    expect(parseCommandLine('q')).toEqual({ do: 'quit' });
    expect(parseCommandLine('  ')).toBeUndefined();
    expect(parseCommandLine('m')).toMatchObject({ do: 'refuse', text: { en: 'm may be messages, metrics' } });
    expect(parseCommandLine('user')).toMatchObject({ do: 'refuse', text: { en: ':user <user>' } });
    expect(parseCommandLine('why 1')).toMatchObject({ do: 'refuse', text: { en: 'no such screen: why' } });
  });
});

/** The document, from the tables. */
function keysDocument(): string {
  const glyphs = glyphsOf(false);
  const sections = (Object.keys(KEY_SECTIONS) as KeySection[]).flatMap((section) => [
    '',
    `## ${KEY_SECTIONS[section].en} · ${KEY_SECTIONS[section].zh}`,
    '| key | | |',
    '|---|---|---|',
    ...rowsOf(section, false).map(({ keys, acts, text }) => {
      const labels = keys.map((name) => `\`${keyLabel(name, glyphs)}\``).join(' ');
      return `| ${labels}${acts === true ? ' *' : ''} | ${text.en} | ${text.zh} |`;
    }),
  ]);
  const words = COMMAND_WORDS.map(({ word, form, text }) => {
    const code = [`:${word}`, form].filter((part) => part !== undefined).join(' ');
    return `| \`${code.replaceAll('|', '\\|')}\` | ${text.en} | ${text.zh} |`;
  });
  return [
    '# Keys of `chatd console`',
    '',
    'Made from `src/tui/keymap.ts` and `src/tui/command-line.ts`; a test keeps it the same. Keys with * act on the server: they are',
    'absent with `--readonly`, and do nothing while the server is gone. In a text field letters are text; `esc` leaves it.',
    ...sections,
    '',
    '## Words after `:` · `:` 之后的词',
    'The beginning of a word is enough where it is clear: `:conn 王`, `:q`.',
    '',
    '| word | | |',
    '|---|---|---|',
    ...words,
    '',
  ].join('\n');
}
