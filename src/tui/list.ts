import type { CommandName } from './commands.ts';

/**
 * Moving in a list. The cursor belongs to an id and never to a row: when rows move it goes with its own, and when its
 * own has gone it is on nobody, until a key puts it somewhere. So a key never acts on a neighbour that moved in.
 */
export interface List {
  /** Whose row it is on. Undefined: nobody's. */
  readonly cursor: string | undefined;
  /** Where that row is, or was, in the whole list. */
  readonly index: number;
  /** The first row that is shown. */
  readonly top: number;
  /** A key went to `index`, whose row is not known yet: it takes it when it comes. */
  readonly awaits: boolean;
}

/** What is known of the list: the ids from `offset` on, and how many there are in all. */
export interface Rows {
  readonly ids: readonly string[];
  readonly offset: number;
  readonly total: number;
}

/** At the top, and takes the first row that comes. */
export const LIST_START: List = { cursor: undefined, index: 0, top: 0, awaits: true };

export const LIST_MOVES = ['up', 'down', 'page-up', 'page-down', 'top', 'bottom'] as const;
export type ListMove = (typeof LIST_MOVES)[number];

export function isListMove(command: CommandName): command is ListMove {
  return (LIST_MOVES as readonly string[]).includes(command);
}

/** Where a key takes the cursor. `height` is how many rows are shown. */
export function moveList(list: List, move: ListMove, rows: Rows, height: number): List {
  const last = Math.max(0, rows.total - 1);
  const index = Math.min(last, Math.max(0, goalOf(list, move, last, Math.max(1, height))));
  const cursor = rows.ids[index - rows.offset];
  return {
    cursor,
    index,
    top: topFor(index, list.top, rows.total, height),
    awaits: cursor === undefined,
  };
}

/** The same cursor after rows came, moved or went, or the height changed. */
export function settleList(list: List, rows: Rows, height: number): List {
  const at = list.cursor === undefined ? -1 : rows.ids.indexOf(list.cursor);
  if (at !== -1) return follow(list, rows.offset + at, rows, height);
  const last = Math.max(0, rows.total - 1);
  const index = Math.min(list.index, last);
  const top = topFor(index, list.top, rows.total, height);
  if (!list.awaits) return { cursor: undefined, index, top, awaits: false };
  const cursor = rows.ids[index - rows.offset];
  return { cursor, index, top, awaits: cursor === undefined };
}

function follow(list: List, index: number, rows: Rows, height: number): List {
  return { cursor: list.cursor, index, top: topFor(index, list.top, rows.total, height), awaits: false };
}

function goalOf(list: List, move: ListMove, last: number, height: number): number {
  // A cursor that lost its row comes back where that was, before it moves on.
  const isLost = list.cursor === undefined && !list.awaits;
  const step = isLost ? 0 : 1;
  const goals: Readonly<Record<ListMove, number>> = {
    up: list.index - step,
    down: list.index + step,
    'page-up': list.index - height,
    'page-down': list.index + height,
    top: 0,
    bottom: last,
  };
  return goals[move];
}

/** The first shown row so that `index` is shown, and no room is wasted below the end. */
function topFor(index: number, top: number, total: number, height: number): number {
  const rows = Math.max(1, height);
  const shown = Math.min(Math.max(top, index - rows + 1), index);
  return Math.max(0, Math.min(shown, total - rows));
}
