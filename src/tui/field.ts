import stringWidth from 'string-width';
import { visibleText } from '../protocol/visible-text.ts';
import { fit, graphemesOf, type Span } from './lines.ts';
import type { Edit, EditKey, Shared } from './view.ts';

/** A text field of one line: its text, and where in it the next letter goes (an offset between two graphemes). */
export interface Field {
  readonly text: string;
  readonly cursor: number;
}

/** More is not taken: no field of the console needs it, and drawing stays quick. */
const MAX_FIELD_LENGTH = 40_000;

export function fieldOf(text = ''): Field {
  return { text, cursor: text.length };
}

/** What a key makes of it. Keys that are none of its own (enter, tab …) change nothing; line ends become spaces. */
export function editField(field: Field, edit: Edit): Field {
  if ('insert' in edit) return insertInto(field, edit.insert.replaceAll(/\r\n?|\n/g, ' '));
  return KEYS[edit.key]?.(field) ?? field;
}

export function insertInto({ text, cursor }: Field, inserted: string): Field {
  if (text.length + inserted.length > MAX_FIELD_LENGTH) return { text, cursor };
  return { text: text.slice(0, cursor) + inserted + text.slice(cursor), cursor: cursor + inserted.length };
}

/** The part of the field around its cursor, padded to exactly `width` columns, and the cursor's column in it. */
export function showField(
  field: Field,
  width: number,
  { glyphs }: Pick<Shared, 'glyphs'>,
): { readonly spans: readonly Span[]; readonly cursorColumn: number } {
  if (width < 1) return { spans: [], cursorColumn: 0 };
  const before = graphemesOf(visibleText(field.text.slice(0, field.cursor)));
  const after = visibleText(field.text.slice(field.cursor));
  const head = tailThatFits(before, width - 1, glyphs.more);
  const cursorColumn = stringWidth(head);
  const tail = fit(after, width - cursorColumn, glyphs.more);
  const space = ' '.repeat(Math.max(0, width - cursorColumn - stringWidth(tail)));
  return { spans: [{ text: head + tail + space }], cursorColumn };
}

/** The end of `parts` in at most `width` columns, `more` before it where something is left out. */
function tailThatFits(parts: readonly string[], width: number, more: string): string {
  if (stringWidth(parts.join('')) <= width) return parts.join('');
  let kept = '';
  let used = stringWidth(more);
  for (const part of parts.toReversed()) {
    used += stringWidth(part);
    if (used > width) break;
    kept = part + kept;
  }
  return more + kept;
}

const KEYS: { readonly [K in EditKey]?: (field: Field) => Field } = {
  backspace: ({ text, cursor }) => cut(text, before(text, cursor), cursor),
  delete: ({ text, cursor }) => cut(text, cursor, after(text, cursor)),
  left: ({ text, cursor }) => ({ text, cursor: before(text, cursor) }),
  right: ({ text, cursor }) => ({ text, cursor: after(text, cursor) }),
  home: ({ text }) => ({ text, cursor: 0 }),
  end: ({ text }) => ({ text, cursor: text.length }),
  'delete-word': ({ text, cursor }) => cut(text, wordBefore(text, cursor), cursor),
  'delete-to-start': ({ text, cursor }) => cut(text, 0, cursor),
  'delete-to-end': ({ text, cursor }) => cut(text, cursor, text.length),
};

function cut(text: string, from: number, to: number): Field {
  return { text: text.slice(0, from) + text.slice(to), cursor: from };
}

/** The offset one grapheme before `cursor`. */
function before(text: string, cursor: number): number {
  return cursor - (graphemesOf(text.slice(0, cursor)).at(-1)?.length ?? 0);
}

function after(text: string, cursor: number): number {
  return cursor + (graphemesOf(text.slice(cursor))[0]?.length ?? 0);
}

/** The offset of the word before `cursor`: spaces, then what is none. */
function wordBefore(text: string, cursor: number): number {
  return Math.max(0, text.slice(0, cursor).trimEnd().search(/\S+$/u));
}
