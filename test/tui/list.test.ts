import { describe, expect, test } from 'vitest';
import { LIST_START, moveList, settleList, type Rows } from '../../src/tui/list.ts';

/** The cursor belongs to an id, never to a row. */

const all = (...ids: readonly string[]): Rows => ({ ids, offset: 0, total: ids.length });
const HEIGHT = 3;

describe('the cursor of a list', () => {
  test('takes the first row that comes', () => {
    expect(settleList(LIST_START, all(), HEIGHT)).toMatchObject({ cursor: undefined, awaits: true });
    expect(settleList(LIST_START, all('a', 'b'), HEIGHT)).toMatchObject({
      cursor: 'a',
      index: 0,
      awaits: false,
    });
  });

  test('goes with its id when rows move', () => {
    const list = settleList(LIST_START, all('a', 'b', 'c', 'd'), HEIGHT);
    expect(settleList(list, all('b', 'c', 'd', 'a'), HEIGHT)).toEqual({
      cursor: 'a',
      index: 3,
      top: 1,
      awaits: false,
    });
  });

  test('is on nobody when its id goes, until a key says where', () => {
    const list = moveList(
      settleList(LIST_START, all('a', 'b', 'c'), HEIGHT),
      'down',
      all('a', 'b', 'c'),
      HEIGHT,
    );
    const lost = settleList(list, all('a', 'c'), HEIGHT);
    expect(lost).toMatchObject({ cursor: undefined, index: 1, awaits: false });
    expect(settleList(lost, all('x', 'y'), HEIGHT).cursor).toBeUndefined();
    expect(moveList(lost, 'down', all('a', 'c'), HEIGHT).cursor).toBe('c');
    expect(moveList(lost, 'up', all('a', 'c'), HEIGHT).cursor).toBe('c');
    expect(moveList(lost, 'top', all('a', 'c'), HEIGHT).cursor).toBe('a');
  });

  test('waits for a row that is not known yet', () => {
    const window: Rows = { ids: ['a', 'b', 'c'], offset: 0, total: 100 };
    const list = moveList(settleList(LIST_START, window, HEIGHT), 'bottom', window, HEIGHT);
    expect(list).toEqual({ cursor: undefined, index: 99, top: 97, awaits: true });
    const next: Rows = { ids: ['x', 'y', 'z'], offset: 97, total: 100 };
    expect(settleList(list, next, HEIGHT)).toMatchObject({ cursor: 'z', awaits: false });
  });

  test('pages, ends, and never beyond them', () => {
    const rows = all('a', 'b', 'c', 'd', 'e');
    const start = settleList(LIST_START, rows, HEIGHT);
    const go = (...moves: readonly Parameters<typeof moveList>[1][]) =>
      moves.reduce((list, move) => moveList(list, move, rows, HEIGHT), start);
    expect(go('page-down')).toMatchObject({ cursor: 'd', top: 1 });
    expect(go('page-down', 'page-down')).toMatchObject({ cursor: 'e', top: 2 });
    expect(go('up')).toMatchObject({ cursor: 'a', top: 0 });
    expect(go('bottom', 'up', 'up', 'up')).toMatchObject({ cursor: 'b', top: 1 });
    expect(go('bottom', 'page-up', 'top')).toMatchObject({ cursor: 'a', top: 0 });
  });

  test('an empty list has none', () => {
    expect(moveList(LIST_START, 'down', all(), HEIGHT)).toMatchObject({
      cursor: undefined,
      index: 0,
      top: 0,
    });
  });
});
