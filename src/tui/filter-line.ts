import { editField, fieldOf, showField, type Field } from './field.ts';
import { cell, widthOf, type Line } from './lines.ts';
import type { Edit, Shared } from './view.ts';

/** What a list is filtered by: what holds, and what is being typed in its place. */
export interface FilterLine {
  readonly text: string;
  readonly typing: Field | undefined;
}

export function filterLine(text = ''): FilterLine {
  return { text, typing: undefined };
}

/** `/` opens the field with what holds now. */
export function typeFilter({ text }: FilterLine): FilterLine {
  return { text, typing: fieldOf(text) };
}

/** Enter makes what was typed hold, escape forgets it. */
export function editFilter(filter: FilterLine, edit: Edit): FilterLine {
  const { text, typing } = filter;
  if (typing === undefined) return filter;
  if ('key' in edit && edit.key === 'escape') return filterLine(text);
  if ('key' in edit && edit.key === 'enter') return filterLine(typing.text.trim());
  return { text, typing: editField(typing, edit) };
}

/** The field, `hint` behind it while it is empty, and the column of the cursor. */
export function drawFilter(
  typing: Field,
  hint: string,
  width: number,
  shared: Shared,
): { readonly line: Line; readonly column: number } {
  const label = ' / ';
  const room = Math.max(0, width - widthOf(label));
  if (typing.text === '') {
    return {
      line: [{ text: label }, cell(` ${hint}`, room, shared.glyphs.more, { tone: 'dim' })],
      column: 3,
    };
  }
  const { spans, cursorColumn } = showField(typing, room, shared);
  return { line: [{ text: label }, ...spans], column: widthOf(label) + cursorColumn };
}
