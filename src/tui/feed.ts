import { LIST_START, moveList, settleList, type List, type ListMove, type Rows } from './list.ts';

/**
 * A list that grows at its top: messages, events. Live, it has no cursor: there is no row that stays. The first move
 * holds it and takes the cursor to a row; what comes meanwhile waits, and is counted.
 */
export interface Feed<Row> {
  /** The latest first, without holes. */
  readonly rows: readonly Row[];
  /** There are older ones to ask for. */
  readonly hasMore: boolean;
  /** The newest page was asked for and is not here yet. */
  readonly isOpening: boolean;
  /** An older page was. */
  readonly isAsking: boolean;
  readonly isHeld: boolean;
  /** What came while it was held or opening, the latest first. */
  readonly waiting: readonly Row[];
  /** How many came while it was held; more than wait, when there were too many. */
  readonly arrived: number;
  /** Between what waits and the rows something is missing. */
  readonly hasHole: boolean;
  readonly list: List;
}

export interface FeedRow {
  readonly id: string | number;
}

/** What is kept of a live feed, and what may wait. */
const KEPT = 500;

const LIVE_LIST: List = { ...LIST_START, awaits: false };

export const FEED_START: Feed<never> = {
  rows: [],
  hasMore: false,
  isOpening: true,
  isAsking: false,
  isHeld: false,
  waiting: [],
  arrived: 0,
  hasHole: false,
  list: LIVE_LIST,
};

/** The newest page came: what was told meanwhile is put on top of it. */
export function openFeed<Row extends FeedRow>(
  feed: Feed<Row>,
  page: readonly Row[],
  hasMore: boolean,
): Feed<Row> {
  const known = new Set(page.map(idOf));
  const later = feed.isOpening ? feed.waiting.filter((row) => !known.has(idOf(row))) : [];
  const opened = { ...FEED_START, isOpening: false, rows: [...later, ...page], hasMore };
  // A key that moved meanwhile is not taken back, if its row is there.
  const isThere = opened.rows.some((row) => idOf(row) === feed.list.cursor);
  return feed.isHeld && isThere ? { ...opened, isHeld: true, list: feed.list } : opened;
}

/** An older page came. */
export function extendFeed<Row extends FeedRow>(
  feed: Feed<Row>,
  page: readonly Row[],
  hasMore: boolean,
): Feed<Row> {
  const known = new Set(feed.rows.map(idOf));
  const older = page.filter((row) => !known.has(idOf(row)));
  return { ...feed, rows: [...feed.rows, ...older], hasMore, isAsking: false };
}

/** What was told since the last time, oldest first. `skipped`: how many before them were not told. */
export function feedTick<Row extends FeedRow>(
  feed: Feed<Row>,
  told: readonly Row[],
  skipped: number,
): Feed<Row> {
  const known = new Set([...feed.rows, ...feed.waiting].map(idOf));
  const fresh = told.filter((row) => !known.has(idOf(row))).toReversed();
  if (fresh.length === 0 && skipped === 0) return feed;
  const isHole = skipped > 0;
  if (feed.isHeld || feed.isOpening) {
    const waiting = isHole ? fresh : [...fresh, ...feed.waiting];
    return {
      ...feed,
      waiting: waiting.slice(0, KEPT),
      arrived: feed.arrived + fresh.length + skipped,
      hasHole: feed.hasHole || isHole || waiting.length > KEPT,
    };
  }
  const rows = isHole ? fresh : [...fresh, ...feed.rows];
  return { ...feed, rows: rows.slice(0, KEPT), hasMore: feed.hasMore || isHole || rows.length > KEPT };
}

/** A key that moves holds the feed. */
export function moveFeed<Row extends FeedRow>(feed: Feed<Row>, move: ListMove, height: number): Feed<Row> {
  return { ...feed, isHeld: true, list: moveList(feed.list, move, rowsOf(feed), height) };
}

/** Whether the rows below are nearly used up and there are more: then they are to be asked for. */
export function wantsOlder<Row>(feed: Feed<Row>, height: number): boolean {
  return feed.hasMore && !feed.isAsking && !feed.isOpening && feed.list.index + height >= feed.rows.length;
}

/** It was not told for a while: when it goes on, it is to be asked for anew. */
export function missFeed<Row>(feed: Feed<Row>): Feed<Row> {
  return { ...feed, waiting: [], hasHole: true };
}

/** Holds it, or lets it go on with what waited. One with a hole shows what is newer than it only. */
export function toggleFeed<Row extends FeedRow>(feed: Feed<Row>): Feed<Row> {
  if (!feed.isHeld) return { ...feed, isHeld: true };
  const rows = feed.hasHole ? feed.waiting : [...feed.waiting, ...feed.rows];
  const hasMore = feed.hasMore || feed.hasHole || rows.length > KEPT;
  return { ...FEED_START, isOpening: feed.isOpening, rows: rows.slice(0, KEPT), hasMore };
}

/** The row under the cursor. */
export function chosenOf<Row extends FeedRow>({ rows, list }: Feed<Row>): Row | undefined {
  return list.cursor === undefined ? undefined : rows.find((row) => idOf(row) === list.cursor);
}

/** For another height. */
export function settleFeed<Row extends FeedRow>(feed: Feed<Row>, height: number): Feed<Row> {
  const list = settleList(feed.list, rowsOf(feed), height);
  return { ...feed, list: feed.list.cursor === undefined ? { ...list, awaits: false } : list };
}

function rowsOf<Row extends FeedRow>({ rows }: Feed<Row>): Rows {
  return { ids: rows.map(idOf), offset: 0, total: rows.length };
}

function idOf({ id }: FeedRow): string {
  return String(id);
}
