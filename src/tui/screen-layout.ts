import type { Size } from './view.ts';

/** Which lines of the terminal are whose: head, tabs, the body views draw in, notice, footer. */
export interface ScreenLayout {
  /** Lines of the head: 2, or 1 on a small terminal. */
  readonly head: number;
  readonly hasTabs: boolean;
  /** The notice has its own line; otherwise it takes the footer's. */
  readonly hasNoticeLine: boolean;
}

/** Less cannot show anything true. */
const SMALLEST: Size = { columns: 36, rows: 8 };

export function layoutOf({ rows }: Size): ScreenLayout {
  if (rows < 14) return { head: 1, hasTabs: false, hasNoticeLine: false };
  return { head: 2, hasTabs: true, hasNoticeLine: true };
}

export function isTooSmall({ columns, rows }: Size): boolean {
  return columns < SMALLEST.columns || rows < SMALLEST.rows;
}

/** What views draw in. */
export function bodySize(terminal: Size): Size {
  const { head, hasTabs, hasNoticeLine } = layoutOf(terminal);
  const taken = head + (hasTabs ? 1 : 0) + (hasNoticeLine ? 1 : 0) + 1;
  return { columns: Math.max(1, terminal.columns), rows: Math.max(1, terminal.rows - taken) };
}
