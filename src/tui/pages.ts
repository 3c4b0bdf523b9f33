import { count } from './figures.ts';
import { LIST_START, moveList, settleList, type List, type ListMove, type Rows } from './list.ts';

/**
 * A list that is asked for page by page, in the order of the server: users, groups. Its pages are kept as they come; one
 * that is asked for again replaces what was there.
 */
export interface Pages<Row> {
  readonly rows: readonly Row[];
  /** How many there are on the server. */
  readonly total: number;
  /** At least one page came. */
  readonly isKnown: boolean;
  /** A page was asked for and is not here yet. */
  readonly isAsking: boolean;
  readonly list: List;
}

export const PAGE_SIZE = 100;

export const PAGES_START: Pages<never> = {
  rows: [],
  total: 0,
  isKnown: false,
  isAsking: true,
  list: LIST_START,
};

/** Page `page` (from 1) came. */
export function withPage<Row extends { readonly id: string }>(
  pages: Pages<Row>,
  page: number,
  { rows, total }: { readonly rows: readonly Row[]; readonly total: number },
): Pages<Row> {
  const from = (page - 1) * PAGE_SIZE;
  const behind = rows.length < PAGE_SIZE ? [] : pages.rows.slice(from + PAGE_SIZE);
  const all = [...pages.rows.slice(0, from), ...rows, ...behind];
  const ids = new Set<string>();
  // What moved from one page to another between two questions is shown once.
  const once = all.filter(({ id }) => !ids.has(id) && ids.add(id));
  return { ...pages, rows: once, total, isKnown: true, isAsking: false };
}

export function movePages<Row extends { readonly id: string }>(
  pages: Pages<Row>,
  move: ListMove,
  height: number,
): Pages<Row> {
  return { ...pages, list: moveList(pages.list, move, rowsOf(pages), height) };
}

export function settlePages<Row extends { readonly id: string }>(
  pages: Pages<Row>,
  height: number,
): Pages<Row> {
  return { ...pages, list: settleList(pages.list, rowsOf(pages), height) };
}

/** The page to ask for because its rows are nearly in sight; undefined if none is. */
export function wantedPage<Row>(
  { rows, total, isAsking, list }: Pages<Row>,
  height: number,
): number | undefined {
  const isNear = list.index + 2 * height >= rows.length;
  if (isAsking || rows.length >= total || !isNear) return undefined;
  return Math.floor(rows.length / PAGE_SIZE) + 1;
}

/** `Users 4`: how many there are, once that is known. */
export function withTotal<Row>(name: string, { total, isKnown }: Pages<Row>): string {
  return isKnown ? `${name} ${count(total)}` : name;
}

/** The page the cursor is on, from 1: what is in sight is asked for again now and then. */
export function pageInSight<Row>({ list }: Pages<Row>): number {
  return Math.floor(list.index / PAGE_SIZE) + 1;
}

export function rowUnderCursor<Row extends { readonly id: string }>({
  rows,
  list,
}: Pages<Row>): Row | undefined {
  return list.cursor === undefined ? undefined : rows.find(({ id }) => id === list.cursor);
}

function rowsOf<Row extends { readonly id: string }>({ rows }: Pages<Row>): Rows {
  return { ids: rows.map(({ id }) => id), offset: 0, total: rows.length };
}
