import stringWidth from 'string-width';
import { visibleText } from '../protocol/visible-text.ts';
import { editField, insertInto, type Field } from './field.ts';
import { graphemesOf, type Line } from './lines.ts';
import type { Edit } from './view.ts';

/** A text field of many lines: alt-enter is a new line, pasted line ends are kept, up and down go by lines. */
export function editTextArea(field: Field, edit: Edit): Field {
  if ('insert' in edit) return insertInto(field, edit.insert.replaceAll(/\r\n?/g, '\n'));
  if (edit.key === 'alt-enter') return insertInto(field, '\n');
  if (edit.key === 'up') return moveByLine(field, -1);
  if (edit.key === 'down') return moveByLine(field, 1);
  if (edit.key === 'home') return { ...field, cursor: lineStart(field.text, field.cursor) };
  if (edit.key === 'end') return { ...field, cursor: lineEnd(field.text, field.cursor) };
  return editField(field, edit);
}

/** Exactly `rows` lines of exactly `width` columns around the cursor, wrapped, and where the cursor is in them. */
export function showTextArea(
  field: Field,
  width: number,
  rows: number,
): { readonly lines: readonly Line[]; readonly cursor: { readonly row: number; readonly column: number } } {
  const { lines, row, column } = wrap(field, Math.max(2, width));
  const first = Math.max(0, row - rows + 1);
  const shown = Array.from({ length: rows }, (_, at) => lines[first + at] ?? '');
  return {
    lines: shown.map((text) => [{ text: text + ' '.repeat(Math.max(0, width - stringWidth(text))) }]),
    cursor: { row: row - first, column },
  };
}

/** The text in lines that leave one column for the cursor, and where the cursor is. */
function wrap({ text, cursor }: Field, width: number): { lines: string[]; row: number; column: number } {
  const shownOf = createShown();
  const done: string[] = [];
  let line = '';
  let used = 0;
  let offset = 0;
  let place = { row: 0, column: 0 };
  const endLine = () => {
    done.push(line);
    line = '';
    used = 0;
  };
  for (const grapheme of graphemesOf(text)) {
    const shown = shownOf(grapheme);
    if (used + shown.columns > width - 1) endLine();
    if (offset === cursor) place = { row: done.length, column: used };
    line += shown.text;
    used += shown.columns;
    if (grapheme === '\n') endLine();
    offset += grapheme.length;
  }
  if (cursor >= offset) place = { row: done.length, column: used };
  return { lines: [...done, line], ...place };
}

/** What is shown of a grapheme, and how wide that is: measured once each, since a long text is drawn at every key. */
function createShown(): (grapheme: string) => { readonly text: string; readonly columns: number } {
  const known = new Map<string, { readonly text: string; readonly columns: number }>();
  return (grapheme) => {
    const before = known.get(grapheme);
    if (before !== undefined) return before;
    const text = grapheme === '\n' ? '' : visibleText(grapheme);
    const shown = { text, columns: stringWidth(text) };
    known.set(grapheme, shown);
    return shown;
  };
}

function moveByLine({ text, cursor }: Field, step: -1 | 1): Field {
  const start = lineStart(text, cursor);
  const end = lineEnd(text, cursor);
  if (step === -1 && start === 0) return { text, cursor: 0 };
  if (step === 1 && end === text.length) return { text, cursor: text.length };
  const column = graphemesOf(text.slice(start, cursor)).length;
  const otherStart = step === -1 ? lineStart(text, start - 1) : end + 1;
  const other = graphemesOf(text.slice(otherStart, lineEnd(text, otherStart)));
  return { text, cursor: otherStart + other.slice(0, column).join('').length };
}

function lineStart(text: string, cursor: number): number {
  return cursor === 0 ? 0 : text.lastIndexOf('\n', cursor - 1) + 1;
}

function lineEnd(text: string, cursor: number): number {
  const end = text.indexOf('\n', cursor);
  return end === -1 ? text.length : end;
}
