import { cell, type Line, type Span, type Tone } from './lines.ts';
import { say, type Shared } from './view.ts';

/** One column of a table: how wide it is, and what it shows of a row. */
export interface Column<Row> {
  readonly title: { readonly zh: string; readonly en: string };
  /** Columns of the terminal it takes at least. */
  readonly width: number;
  /** Its share of what is left over. */
  readonly grows?: number;
  readonly align?: 'right';
  /** Left out on terminals narrower than this. */
  readonly from?: number;
  readonly show: (row: Row, shared: Shared) => string;
  readonly tone?: (row: Row, shared: Shared) => Tone | undefined;
}

/** The line with the columns' titles, behind the three columns in which rows have their cursor and mark. */
export function headLine<Row>(columns: readonly Column<Row>[], width: number, shared: Shared): Line {
  const cells = layOut(columns, width).map(({ column, width: room_ }) =>
    cell(say(shared, column.title), room_, '', { ...alignOf(column), tone: 'dim' }),
  );
  return joined('   ', cells, { tone: 'dim' });
}

export interface RowState {
  readonly hasCursor: boolean;
  readonly isMarked: boolean;
}

/** One row: ` > ` before it has the cursor, ` * ` is marked. */
export function rowLine<Row>(
  columns: readonly Column<Row>[],
  row: Row,
  { hasCursor, isMarked }: RowState,
  { width, shared }: { readonly width: number; readonly shared: Shared },
): Line {
  const style = hasCursor ? ({ bold: true } as const) : {};
  const cells = layOut(columns, width).map(({ column, width: room_ }) => {
    const tone = column.tone?.(row, shared);
    const toned = tone === undefined ? {} : { tone };
    return cell(column.show(row, shared), room_, shared.glyphs.more, {
      ...alignOf(column),
      ...style,
      ...toned,
    });
  });
  const cursor = hasCursor ? shared.glyphs.arrow : ' ';
  return joined(isMarked && hasCursor ? `${cursor}* ` : ` ${isMarked ? '*' : cursor} `, cells, style);
}

interface Place<Row> {
  readonly column: Column<Row>;
  readonly width: number;
}

/** Which columns there is room for, and how much each gets; one column of space between two of them. */
function layOut<Row>(columns: readonly Column<Row>[], width: number): readonly Place<Row>[] {
  const shown = columns.filter(({ from = 0 }) => width >= from);
  const spare = width - LEFT - shown.reduce((sum, column) => sum + column.width + 1, -1);
  const shares = shown.reduce((sum, { grows = 0 }) => sum + grows, 0);
  const places: Place<Row>[] = [];
  let room = width - LEFT;
  let left = Math.max(0, spare);
  let sharesLeft = shares;
  for (const column of shown) {
    const { grows = 0 } = column;
    const more = grows === 0 ? 0 : Math.floor((left * grows) / sharesLeft);
    left -= more;
    sharesLeft -= grows;
    const taken = Math.min(column.width + more, room);
    if (taken > 0) places.push({ column, width: taken });
    room -= taken + 1;
  }
  return places;
}

const LEFT = 3;

function alignOf<Row>({ align }: Column<Row>): { readonly align?: 'right' } {
  return align === undefined ? {} : { align };
}

function joined(before: string, cells: readonly Span[], style: Omit<Span, 'text'>): Line {
  return [
    { text: before, ...style },
    ...cells.flatMap((span, at) => (at === 0 ? [span] : [{ text: ' ', ...style }, span])),
  ];
}
