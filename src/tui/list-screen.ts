import { headLine, rowLine, type Column } from './columns.ts';
import { drawFilter, type FilterLine } from './filter-line.ts';
import { cell, type Line, type Picture, type Tone } from './lines.ts';
import type { List } from './list.ts';
import { titleLine } from './title-line.ts';
import type { Shared, Size } from './view.ts';

/** What a screen that is one list shows. */
export interface ListScreen<Row> {
  /** Harmless already: see titleLine. */
  readonly title: string;
  readonly state: string;
  readonly filter?: FilterLine;
  /** Shown in the empty filter field. */
  readonly hint?: string;
  readonly columns: readonly Column<Row>[];
  /** From the first on. */
  readonly rows: readonly Row[];
  readonly list: List;
  readonly idOf: (row: Row) => string;
  readonly marks?: ReadonlySet<string>;
  /** Instead of the rows, where there are none; under them otherwise, where there is room. */
  readonly note?: { readonly text: string; readonly tone: Tone } | undefined;
}

/** How many rows such a screen has room for. */
export function listHeight({ rows }: Size, filter?: FilterLine): number {
  return Math.max(1, rows - 2 - (filter?.typing === undefined ? 0 : 1));
}

/** Its title line, the filter while it is typed, the heads of the columns, and the rows in sight. */
export function drawListScreen<Row>(screen: ListScreen<Row>, shared: Shared, size: Size): Picture {
  const { columns: width } = size;
  const typing = screen.filter?.typing;
  const field = typing === undefined ? undefined : drawFilter(typing, screen.hint ?? '', width, shared);
  const height = listHeight(size, screen.filter);
  const lines: Line[] = [
    titleLine(screen.title, screen.state, width, shared.glyphs),
    ...(field === undefined ? [] : [field.line]),
    headLine(screen.columns, width, shared),
    ...rowLines(screen, shared, { columns: width, rows: height }),
  ];
  const { note } = screen;
  if (note !== undefined && lines.length < size.rows) {
    lines.push([cell(`   ${note.text}`, width, shared.glyphs.more, { tone: note.tone })]);
  }
  return {
    lines: lines.slice(0, size.rows),
    cursor: field === undefined ? undefined : { row: 1, column: field.column },
  };
}

function rowLines<Row>(screen: ListScreen<Row>, shared: Shared, size: Size): readonly Line[] {
  const { rows, list, marks, idOf, columns } = screen;
  return rows.slice(list.top, list.top + size.rows).map((row) => {
    const id = idOf(row);
    const state = { hasCursor: id === list.cursor, isMarked: marks?.has(id) === true };
    return rowLine(columns, row, state, { width: size.columns, shared });
  });
}
