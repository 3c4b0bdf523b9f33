import type { ListMove } from './list.ts';

/** Where a key takes a text without a cursor: the first of its `total` lines that is shown, of `height` at once. */
export function scrollText(top: number, move: ListMove, total: number, height: number): number {
  const from = topOf(top, total, height);
  const goals: Readonly<Record<ListMove, number>> = {
    up: from - 1,
    down: from + 1,
    'page-up': from - height,
    'page-down': from + height,
    top: 0,
    bottom: total,
  };
  return topOf(goals[move], total, height);
}

/** The first line that is shown, so that no room is wasted below the last. */
export function topOf(top: number, total: number, height: number): number {
  return Math.max(0, Math.min(top, total - height));
}
