import { visibleText } from '../../protocol/visible-text.ts';
import { count } from '../figures.ts';
import { clipLine, lineWidth } from '../lines-layout.ts';
import type { Line, Picture } from '../lines.ts';
import { say, type Shared, type Size } from '../view.ts';
import { dialogBox } from './dialog-box.ts';
import { buttonsLine, countRow, errorRow, keepOutRows, reasonRow, type Row } from './dialog-rows.ts';
import { countOf, isForConnections, partsOf, usersOf, type DialogState } from './dialog-state.ts';
import { targetLines } from './target-lines.ts';

/** The box: whom it is for, its fields from the top, and what was wrong. */
export function drawDialog(state: DialogState, shared: Shared, size: Size): Picture {
  const width = Math.min(size.columns, WIDEST);
  const inside = Math.max(1, width - 4);
  const form = fitted(formRows(state, shared, inside), size.rows - 3);
  const room = Math.max(1, size.rows - form.length - 2);
  const targets = targetLines(state, shared, { columns: inside, rows: room });
  const all: readonly Row[] = [...targets.map((line) => ({ line })), ...form];
  const rows = all.slice(Math.max(0, all.length - size.rows + 2));
  const lines = rows.map(({ line }) => filled(line, inside));
  const at = rows.findIndex(({ cursor }) => cursor !== undefined);
  const column = rows[at]?.cursor;
  return {
    lines: dialogBox(titleOf(state, shared), lines, width, shared.glyphs),
    cursor: column === undefined ? undefined : { row: at + 1, column: column + 2 },
  };
}

const WIDEST = 78;

function filled(line: Line, width: number): Line {
  const clipped = clipLine(line, width);
  const space = width - lineWidth(clipped);
  return space === 0 ? clipped : [...clipped, { text: ' '.repeat(space) }];
}

function formRows(state: DialogState, shared: Shared, width: number): readonly Row[] {
  const parts = partsOf(state);
  const blank: Row = { line: [], isSpare: true };
  const isPart = (part: (typeof parts)[number], rows: readonly Row[]) => (parts.includes(part) ? rows : []);
  return [
    blank,
    ...isPart('reason', [reasonRow(state, shared, width)]),
    ...isPart('keep-out', keepOutRows(state, shared, width)),
    ...isPart('count', [countRow(state, shared, width)]),
    errorRow(state, shared, width),
    { line: buttonsLine(state, shared, width) },
  ];
}

/** On a small terminal what can be done without goes first; the buttons never. */
function fitted(rows: readonly Row[], room: number): readonly Row[] {
  return rows.length <= room ? rows : rows.filter(({ isSpare }) => isSpare !== true);
}

/** `Disconnect 2 users`, `Ban 91 mallory`. */
function titleOf(state: DialogState, shared: Shared): string {
  const whom = whomOf(state, shared);
  const titles = {
    disconnect: { zh: `断开 ${whom}`, en: `Disconnect ${whom}` },
    ban: { zh: `封禁 ${whom}`, en: `Ban ${whom}` },
    unban: { zh: `解除 ${whom} 的封禁或禁入`, en: `Let ${whom} in again` },
  } as const;
  return say(shared, titles[state.kind]);
}

function whomOf(state: DialogState, shared: Shared): string {
  const [only, another] = usersOf(state.targets);
  if (only !== undefined && another === undefined) return visibleText(`${only.userId} ${only.name}`).trim();
  const many = count(countOf(state));
  return isForConnections(state)
    ? say(shared, { zh: `${many} 个连接`, en: `${many} connections` })
    : say(shared, { zh: `${many} 位用户`, en: `${many} users` });
}
