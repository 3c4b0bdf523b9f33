import type { Edit, EditKey } from './view.ts';

/** A key of the keyboard, a character that was typed, or pasted text. */
export type Key =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'key'; readonly name: string }
  | { readonly type: 'paste'; readonly text: string };

export interface KeyParser {
  /** What came from the terminal: keys arrive merged (`jjj`, `j\r`) and cut in two. */
  push(chunk: string): readonly Key[];
  /** Nothing more came for a moment: a lone ESC was the key. */
  flush(): readonly Key[];
  /** Something waits for more, or for `flush`. */
  isWaiting(): boolean;
}

const PASTE_START = '\u001B[200~';
const PASTE_END = '\u001B[201~';
/** A paste without an end is taken as it is beyond this. */
const MAX_PASTE = 1_000_000;

export function createKeyParser(): KeyParser {
  let rest = '';
  const take = (isLast: boolean): readonly Key[] => {
    const keys: Key[] = [];
    for (;;) {
      const step = nextKey(rest, isLast);
      if (step === undefined) return keys;
      rest = rest.slice(step.length);
      if (step.key !== undefined) keys.push(step.key);
    }
  };
  return {
    push(chunk) {
      rest += chunk;
      return take(false);
    },
    // A paste is waited for: its end is on the way.
    flush: () => (rest.startsWith(PASTE_START) ? [] : take(true)),
    isWaiting: () => rest !== '' && !rest.startsWith(PASTE_START),
  };
}

interface KeyStep {
  readonly length: number;
  /** Absent: a sequence that is no key of ours. */
  readonly key?: Key;
}

/** The first key of `text`; undefined if it is empty or needs more, which it never does with `isLast`. */
function nextKey(text: string, isLast: boolean): KeyStep | undefined {
  if (text === '') return undefined;
  if (text.startsWith(PASTE_START)) return pastedText(text);
  if (text.startsWith('\u001B')) return escaped(text, isLast);
  const character = String.fromCodePoint(text.codePointAt(0) ?? 0);
  const name = CONTROLS[character] ?? controlName(character);
  if (name !== undefined) return { length: 1, key: { type: 'key', name } };
  if (/\p{Cc}/u.test(character)) return { length: character.length };
  return { length: character.length, key: { type: 'text', text: character } };
}

function pastedText(text: string): KeyStep | undefined {
  const end = text.indexOf(PASTE_END);
  if (end === -1 && text.length < MAX_PASTE) return undefined;
  const pasted = text.slice(PASTE_START.length, end === -1 ? undefined : end);
  const length = end === -1 ? text.length : end + PASTE_END.length;
  return { length, key: { type: 'paste', text: pasted } };
}

const CSI = /^\u001B\[[0-?]*[ -/]*[@-~]/;
const CSI_BEGUN = /^\u001B(\[([0-?]*[ -/]*)?|O)?$/;

function escaped(text: string, isLast: boolean): KeyStep | undefined {
  const known = SEQUENCES.find(([sequence]) => text.startsWith(sequence));
  if (known !== undefined) return { length: known[0].length, key: { type: 'key', name: known[1] } };
  const sequence = CSI.exec(text)?.[0];
  if (sequence !== undefined) {
    const name = withModifier(sequence);
    return { length: sequence.length, ...(name !== undefined && { key: { type: 'key', name } }) };
  }
  if (!isLast && CSI_BEGUN.test(text)) return undefined;
  // Whatever follows was typed after it: alt with a letter means nothing here.
  return { length: 1, key: { type: 'key', name: 'escape' } };
}

/** Shift, alt or ctrl with an arrow is that arrow: `ESC [ 1 ; 5 A`. */
function withModifier(sequence: string): string | undefined {
  const [, number, final] = /^\u001B\[(\d+);\d+([A-Z~])$/.exec(sequence) ?? [];
  if (final === undefined) return undefined;
  const plain = final === '~' ? `\u001B[${number}~` : `\u001B[${final}`;
  return SEQUENCES.find(([known]) => known === plain)?.[1];
}

const CONTROLS: Readonly<Record<string, string>> = {
  '\r': 'enter',
  '\n': 'enter',
  '\t': 'tab',
  '\b': 'backspace',
  '\u007F': 'backspace',
};

function controlName(character: string): string | undefined {
  const code = character.codePointAt(0) ?? 0;
  return code >= 1 && code <= 26 ? `ctrl-${String.fromCodePoint(code + 96)}` : undefined;
}

const SEQUENCES: readonly (readonly [string, string])[] = [
  ['\u001B\r', 'alt-enter'],
  ['\u001B\n', 'alt-enter'],
  ['\u001B[13;2u', 'alt-enter'],
  ['\u001B[13;3u', 'alt-enter'],
  ['\u001B[27;2;13~', 'alt-enter'],
  ['\u001B[27;3;13~', 'alt-enter'],
  ['\u001B\u007F', 'ctrl-w'],
  ['\u001B[A', 'up'],
  ['\u001B[B', 'down'],
  ['\u001B[C', 'right'],
  ['\u001B[D', 'left'],
  ['\u001BOA', 'up'],
  ['\u001BOB', 'down'],
  ['\u001BOC', 'right'],
  ['\u001BOD', 'left'],
  ['\u001B[H', 'home'],
  ['\u001B[F', 'end'],
  ['\u001BOH', 'home'],
  ['\u001BOF', 'end'],
  ['\u001B[1~', 'home'],
  ['\u001B[4~', 'end'],
  ['\u001B[3~', 'delete'],
  ['\u001B[5~', 'page-up'],
  ['\u001B[6~', 'page-down'],
  ['\u001B[Z', 'shift-tab'],
];

/** What a key does in a text field; undefined: nothing. */
export function toEdit(key: Key): Edit | undefined {
  if (key.type !== 'key') return { insert: key.text };
  const name = EDIT_KEYS[key.name];
  return name === undefined ? undefined : { key: name };
}

const EDIT_KEYS: Readonly<Record<string, EditKey>> = {
  enter: 'enter',
  'alt-enter': 'alt-enter',
  escape: 'escape',
  tab: 'tab',
  'shift-tab': 'shift-tab',
  backspace: 'backspace',
  delete: 'delete',
  left: 'left',
  right: 'right',
  up: 'up',
  down: 'down',
  home: 'home',
  end: 'end',
  'ctrl-a': 'home',
  'ctrl-e': 'end',
  'ctrl-w': 'delete-word',
  'ctrl-u': 'delete-to-start',
  'ctrl-k': 'delete-to-end',
  'ctrl-r': 'ctrl-r',
};
