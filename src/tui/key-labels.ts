import type { Glyphs } from './view.ts';

/** How a key is written: `^d`, `↵`, `esc`; without symbols that may be two columns wide in ASCII. */
export function keyLabel(name: string, glyphs: Glyphs): string {
  const isAscii = glyphs.line === '-';
  if (!isAscii && SYMBOLS[name] !== undefined) return SYMBOLS[name];
  if (name.startsWith('ctrl-')) return `^${name.slice('ctrl-'.length)}`;
  return WORDS[name] ?? name;
}

const SYMBOLS: Readonly<Record<string, string>> = {
  enter: '↵',
  'alt-enter': 'alt-↵',
  up: '↑',
  down: '↓',
  left: '←',
  right: '→',
};

const WORDS: Readonly<Record<string, string>> = {
  escape: 'esc',
  'page-up': 'PgUp',
  'page-down': 'PgDn',
};
