import { describe, expect, test } from 'vitest';
import {
  chosenOf,
  extendFeed,
  FEED_START,
  feedTick,
  moveFeed,
  openFeed,
  toggleFeed,
  wantsOlder,
  type Feed,
} from '../../src/tui/feed.ts';

interface Row {
  readonly id: number;
}

const rows = (...ids: readonly number[]): readonly Row[] => ids.map((id) => ({ id }));
const idsOf = ({ rows: shown }: Feed<Row>) => shown.map(({ id }) => id);
const START: Feed<Row> = FEED_START;

describe('a feed', () => {
  test('shows the newest page, and on top what was told before it came, once', () => {
    const early = feedTick(START, rows(4, 5), 0);
    expect(idsOf(openFeed(early, rows(4, 3, 2), true))).toEqual([5, 4, 3, 2]);
  });

  test('grows at the top while it is live, and has no cursor there', () => {
    const feed = feedTick(openFeed(START, rows(2, 1), false), rows(3, 4), 0);
    expect(idsOf(feed)).toEqual([4, 3, 2, 1]);
    expect(chosenOf(feed)).toBeUndefined();
  });

  test('a move holds it: the cursor stays on its row, what comes waits and is counted', () => {
    const opened = openFeed(START, rows(3, 2, 1), false);
    const held = moveFeed(moveFeed(opened, 'down', 10), 'down', 10);
    expect(chosenOf(held)).toEqual({ id: 2 });
    const later = feedTick(held, rows(4, 5), 0);
    expect([idsOf(later), later.arrived, chosenOf(later)]).toEqual([[3, 2, 1], 2, { id: 2 }]);
    const live = toggleFeed(later);
    expect([idsOf(live), live.isHeld, chosenOf(live)]).toEqual([[5, 4, 3, 2, 1], false, undefined]);
  });

  test('never shows rows together between which some are missing', () => {
    const live = feedTick(openFeed(START, rows(3, 2), false), rows(9, 10), 5);
    expect([idsOf(live), live.hasMore]).toEqual([[10, 9], true]);
    const held = feedTick(moveFeed(openFeed(START, rows(3, 2), false), 'down', 10), rows(9), 5);
    expect([idsOf(held), held.arrived]).toEqual([[3, 2], 6]);
    expect([idsOf(toggleFeed(held)), toggleFeed(held).hasMore]).toEqual([[9], true]);
  });

  test('is bounded, live and held', () => {
    const many = rows(...Array.from({ length: 2000 }, (_, at) => at + 10));
    const live = feedTick(openFeed(START, rows(1), false), many, 0);
    expect([live.rows.length, live.rows[0], live.hasMore]).toEqual([500, { id: 2009 }, true]);
    const held = feedTick(moveFeed(openFeed(START, rows(1), false), 'down', 10), many, 0);
    expect([held.waiting.length, held.arrived, held.hasHole]).toEqual([500, 2000, true]);
  });

  test('asks for older rows when the cursor comes near the end, and takes each once', () => {
    const opened = moveFeed(openFeed(START, rows(9, 8, 7), true), 'bottom', 2);
    expect(wantsOlder(opened, 2)).toBe(true);
    const longer = extendFeed({ ...opened, isAsking: true }, rows(7, 6, 5), false);
    expect([idsOf(longer), wantsOlder(longer, 2)]).toEqual([[9, 8, 7, 6, 5], false]);
  });
});
