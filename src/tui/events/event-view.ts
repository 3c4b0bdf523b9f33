import { visibleText } from '../../protocol/visible-text.ts';
import type { CommandName } from '../commands.ts';
import { count } from '../figures.ts';
import type { Line } from '../lines.ts';
import { isListMove, LIST_MOVES, type ListMove } from '../list.ts';
import { scrollText, topOf } from '../scroll.ts';
import { titleLine } from '../title-line.ts';
import { defineView, type Shared, type Size } from '../view.ts';
import { wrapLines } from '../wrap-lines.ts';

interface PageState {
  readonly title: string;
  readonly lines: readonly string[];
  /** The first line that is shown, of those the screen is wide enough for. */
  readonly top: number;
}

/** Something to be read line by line, whole: an event, an entry of the audit, a message. */
export const eventView = defineView<'event', PageState, never>({
  name: 'event',
  shape: 'page',
  open: ({ title, lines }) => ({ state: { title, lines, top: 0 } }),
  update(state, event, { size }) {
    if (event.type !== 'command') return { state };
    if (event.command === 'back') return { state, effects: [{ do: 'close' }] };
    return { state: isListMove(event.command) ? moved(state, event.command, size) : state };
  },
  draw(state, shared, size) {
    const wrapped = wrapLines(state.lines, size.columns - MARGIN.length);
    const height = heightOf(size);
    const top = topOf(state.top, wrapped.length, height);
    const shown = wrapped.slice(top, top + height);
    const lines = shown.map((text): Line => [{ text: `${MARGIN}${text}` }]);
    const where = whereText(top, shown.length, wrapped.length);
    return {
      lines: [titleLine(visibleText(state.title), where, size.columns, shared.glyphs), ...lines],
    };
  },
  commands: () => COMMANDS,
  isTyping: () => false,
  watches: () => ({}),
});

const COMMANDS: readonly CommandName[] = ['back', ...LIST_MOVES];
const MARGIN = '  ';

function moved(state: PageState, move: ListMove, size: Size): PageState {
  const total = wrapLines(state.lines, size.columns - MARGIN.length).length;
  return { ...state, top: scrollText(state.top, move, total, heightOf(size)) };
}

function heightOf({ rows }: Shared['size']): number {
  return Math.max(1, rows - 1);
}

/** `18 of 204`, where not everything is shown. */
function whereText(top: number, shown: number, total: number): string {
  return shown >= total ? '' : `${count(top + 1)}-${count(top + shown)} / ${count(total)}`;
}
