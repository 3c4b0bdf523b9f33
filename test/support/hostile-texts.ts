/**
 * What names, messages and reasons may try on a terminal: colours, the cursor, its title, links, the clipboard, the bell,
 * forged lines and columns, reversed and invisible text, and sheer length. One corpus for the command line, the log and
 * the console.
 */
export const HOSTILE_TEXTS: readonly (readonly [what: string, text: string])[] = [
  ['colour (SGR)', '\x1b[31;5mred\x1b[0m'],
  ['cursor and erase (CSI)', '\x1b[2J\x1b[1;1Hgone\x1b[K'],
  ['alternate screen, hidden cursor, mouse (DEC modes)', '\x1b[?1049h\x1b[?25l\x1b[?1003h'],
  ['reset (RIS)', '\x1bc'],
  ['title (OSC 0)', '\x1b]0;owned\x07'],
  ['link (OSC 8)', '\x1b]8;;http://evil.example\x1b\\here\x1b]8;;\x1b\\'],
  ['clipboard (OSC 52)', '\x1b]52;c;cm0gLXJmIC8=\x07'],
  ['device control (DCS)', '\x1bP$q"p\x1b\\'],
  ['questions a terminal answers', '\x1b[6n\x1b[c\x05'],
  ['CSI as C1', '\u009b31mred'],
  ['OSC as C1', '\u009d0;owned\u009c'],
  ['next line (C1)', 'a\u0085b'],
  ['bell', 'ding\x07dong'],
  ['carriage return over a line', 'evil\rgood'],
  ['a forged line', 'x\n1\t2026-01-01T00:00:00.000Z\troot@srv\tuser.promote\tuser:66'],
  ['NUL, backspace, tab, delete', 'a\0b\b\tc\x7f'],
  ['shift out', 'a\x0eb\x0fc'],
  ['right-to-left override', 'exe.\u202egpj'],
  ['bidi isolates and marks', '\u2066a\u2069\u200f\u061c'],
  ['zero width', 'ad\u200bm\u200ci\u2060n\ufeff'],
  ['line and paragraph separators', 'a\u2028b\u2029c'],
  ['fillers and tags', 'a\u3164\u115f\u00ad\u{e0041}'],
  ['an unfinished sequence', '王\x1b['],
  ['10,000 characters', '王\u0301\x1b[7mab\x07c'.repeat(1000)],
];

/** The same for where control characters cannot get to: the rules for names let none of them in. */
export const HOSTILE_JOINED = HOSTILE_TEXTS.slice(0, -1)
  .map(([, text]) => text)
  .join(' ');

/** Everything in `output` that a terminal would obey or hide. Line ends, and tabs between columns, are the writer's own. */
export function obeyedIn(output: string): readonly string[] {
  return [...output.matchAll(OBEYED)].map(([character]) => JSON.stringify(character));
}

const OBEYED =
  /(?![\n\t])[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\p{Bidi_Control}\u200b\u200c\u2060\ufeff\u00ad\u115f\u3164\u{e0000}-\u{e007f}]/gu;
