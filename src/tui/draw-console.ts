import type { ConsoleState, Layer } from './console-state.ts';
import { drawFooter, drawNotice } from './footer.ts';
import { drawHeader } from './header.ts';
import { seenLayers } from './layers.ts';
import { fit, type Line, type Picture } from './lines.ts';
import { clipLine, lineWidth } from './lines-layout.ts';
import { isTooSmall, layoutOf } from './screen-layout.ts';
import { drawTabs } from './tabs.ts';
import { say, type Size } from './view.ts';
import { viewOf } from './views.ts';

/** The whole terminal: exactly as many lines as it has rows, none wider than it is. */
export function drawConsole(state: ConsoleState): Picture {
  const { terminal, shared } = state;
  if (isTooSmall(terminal)) return tooSmall(state);
  const { head, hasTabs, hasNoticeLine } = layoutOf(terminal);
  const body = drawBody(state, shared.size);
  const footer = drawFooter(state);
  const top = [
    ...drawHeader(state, head),
    ...(hasTabs ? [drawTabs(state.layers[0]?.name, shared, terminal.columns)] : []),
  ];
  const notice = state.notice && drawNotice(state.notice, shared, terminal.columns);
  const isNoticeLast = !hasNoticeLine && notice !== undefined && state.commandLine === undefined;
  const lines = [
    ...top,
    ...body.lines,
    ...(hasNoticeLine ? [notice ?? []] : []),
    ...(isNoticeLast ? [notice] : footer.lines),
  ];
  const cursor =
    moved(footer.cursor, terminal.rows - 1, 0) ??
    (isTypingAbove(state) ? moved(body.cursor, top.length, 0) : undefined);
  return { lines: lines.map((line) => clipLine(line, terminal.columns)), cursor };
}

function isTypingAbove(state: ConsoleState): boolean {
  const top = state.layers.at(-1);
  return top !== undefined && viewOf(top.name).isTyping(top.state);
}

/** The uppermost page, and the dialogs over it: exactly `size.rows` lines. */
function drawBody(state: ConsoleState, size: Size): Picture {
  const [page, ...dialogs] = seenLayers(state);
  const below = page === undefined ? { lines: [] } : draw(state, page, size);
  const filled = { lines: filledTo(below.lines, size.rows), cursor: below.cursor };
  return dialogs.reduce((under: Picture, dialog) => laidOver(under, draw(state, dialog, size), size), filled);
}

function draw(state: ConsoleState, layer: Layer, size: Size): Picture {
  return viewOf(layer.name).draw(layer.state, state.shared, size);
}

function filledTo(lines: readonly Line[], rows: number): readonly Line[] {
  return Array.from({ length: rows }, (_, row) => lines[row] ?? []);
}

/** A box in the middle; the rows it takes are its alone. */
function laidOver(under: Picture, box: Picture, size: Size): Picture {
  const lines = box.lines.slice(0, size.rows);
  const width = Math.max(0, ...lines.map(lineWidth));
  const column = Math.max(0, Math.floor((size.columns - width) / 2));
  const row = Math.max(
    0,
    Math.min(size.rows - lines.length, Math.max(1, Math.floor((size.rows - lines.length) / 3))),
  );
  const placed = lines.map((line): Line => [{ text: ' '.repeat(column) }, ...line]);
  const rows = under.lines.map((line, at) => placed[at - row] ?? line);
  return { lines: rows, cursor: moved(box.cursor, row, column) };
}

function moved(cursor: Picture['cursor'], row: number, column: number): Picture['cursor'] {
  return cursor && { row: cursor.row + row, column: cursor.column + column };
}

function tooSmall({ terminal, shared }: ConsoleState): Picture {
  const { columns, rows } = terminal;
  const text = say(shared, {
    en: `${columns}x${rows} is too small`,
    zh: `${columns}x${rows} 太小`,
  });
  return {
    lines: [[{ text: fit(text, columns, '') }], ...Array.from({ length: Math.max(0, rows - 1) }, () => [])],
  };
}
