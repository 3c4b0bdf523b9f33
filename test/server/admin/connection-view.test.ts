import { describe, expect, test } from 'vitest';
import type { ConnectionView, ConnectionWatch } from '../../../src/protocol/admin-connections.ts';
import { connectionSource } from '../../../src/server/admin/connection-view.ts';
import { Crowd } from './crowd.ts';

function watch(crowd: Crowd, settings: ConnectionWatch) {
  const watching = connectionSource(crowd.parts).open();
  void watching.set(settings);
  return {
    set: (more: ConnectionWatch) => void watching.set({ ...settings, ...more }),
    read: () => watching.read() as ConnectionView,
  };
}

const rowsOf = ({ items }: ConnectionView) => items.map(({ id, gone }) => (gone ? `${id} gone` : id));

describe('a live window', () => {
  test('moves with the order', () => {
    const crowd = new Crowd();
    const [one, , three] = ['c-1', 'c-2', 'c-3'].map((id) => crowd.add(id));
    const view = watch(crowd, { sort: '-queue', limit: 2 });
    three!.unsent = 9;
    expect(rowsOf(view.read())).toEqual(['c-3', 'c-1']);
    one!.unsent = 10;
    expect(view.read()).toMatchObject({ offset: 0, total: 3, all: 3, arrived: 0 });
    expect(rowsOf(view.read())).toEqual(['c-1', 'c-3']);
  });

  test('beyond the end is the last there is', () => {
    const crowd = new Crowd();
    crowd.addMany(10);
    const view = watch(crowd, { offset: 8, limit: 4 });
    expect(view.read()).toMatchObject({ offset: 6, total: 10 });
    expect(watch(crowd, { offset: 500, limit: 50 }).read()).toMatchObject({ offset: 0, total: 10 });
    expect(watch(crowd, { filter: 'nobody', offset: 3 }).read()).toMatchObject({ offset: 0, items: [] });
  });

  test('settings that are wrong leave the old ones', () => {
    const crowd = new Crowd();
    crowd.add('c-1');
    const view = watch(crowd, { filter: 'user1' });
    expect(() => view.set({ filter: 'queue>' })).toThrow('invalid_field');
    expect(() => view.set({ sort: 'nothing' })).toThrow('invalid_field');
    expect(rowsOf(view.read())).toEqual(['c-1']);
  });
});

describe('a held window', () => {
  test('keeps every row in its place: figures go on, who leaves is marked, who comes is counted', () => {
    const crowd = new Crowd();
    const one = crowd.add('c-1', { unsent: 1 });
    crowd.add('c-2', { unsent: 2, messagesIn: 7 });
    crowd.add('c-3', { unsent: 3 });
    const view = watch(crowd, { sort: '-queue', limit: 3 });
    expect(rowsOf(view.read())).toEqual(['c-3', 'c-2', 'c-1']);
    view.set({ hold: true });
    one.unsent = 99;
    crowd.remove('c-2');
    crowd.add('c-4', { unsent: 50 });
    const held = view.read();
    expect(rowsOf(held)).toEqual(['c-3', 'c-2 gone', 'c-1']);
    expect(held).toMatchObject({ total: 3, all: 3, arrived: 1 });
    expect(held.items.map(({ queued }) => queued)).toEqual([3, 2, 99]);
    expect(held.items[1]).toMatchObject({ in: 7, name: 'user2' });
    view.set({ hold: false });
    expect(rowsOf(view.read())).toEqual(['c-1', 'c-4', 'c-3']);
  });

  test('holds what was last told, though all has moved between the picture and the key', () => {
    const crowd = new Crowd();
    crowd.addMany(20, (at) => ({ unsent: 100 - at }));
    const view = watch(crowd, { sort: '-queue', offset: 5, limit: 5 });
    const seen = rowsOf(view.read());
    crowd.remove(seen[1] ?? '');
    for (const connection of crowd.parts.connections.all()) {
      (connection as { unsent: number }).unsent = 1000 - connection.unsent;
    }
    view.set({ offset: 5, hold: true });
    expect(rowsOf(view.read())).toEqual(seen.map((id, at) => (at === 1 ? `${id} gone` : id)));
    view.set({ offset: 0, limit: 20, hold: true });
    const all = view.read();
    expect(all).toMatchObject({ total: 20, all: 19, arrived: 0 });
    expect(new Set(all.items.map(({ id }) => id)).size).toBe(20);
  });

  test('another filter or sort is another order, held anew', () => {
    const crowd = new Crowd();
    crowd.add('c-1', { unsent: 1 });
    crowd.add('c-2', { unsent: 2 });
    const view = watch(crowd, { sort: 'queue', hold: true });
    crowd.add('c-3', { unsent: 0 });
    expect(rowsOf(view.read())).toEqual(['c-1', 'c-2']);
    view.set({ sort: '-queue', hold: true });
    expect(rowsOf(view.read())).toEqual(['c-2', 'c-1', 'c-3']);
    view.set({ sort: '-queue', filter: 'queue>0', hold: true });
    crowd.add('c-4', { unsent: 4 });
    crowd.add('c-5', { unsent: 0 });
    expect(view.read()).toMatchObject({ total: 2, all: 5, arrived: 1 });
  });

  test('never grows: 10,000 that come and go leave it as it was', () => {
    const crowd = new Crowd();
    crowd.addMany(100);
    const view = watch(crowd, { hold: true, limit: 200 });
    for (let at = 0; at < 10_000; at += 1) {
      crowd.add(`x-${at}`);
      if (at % 100 === 0) view.read();
      crowd.remove(`x-${at}`);
    }
    expect(view.read()).toMatchObject({ total: 100, arrived: 0 });
  });
});
