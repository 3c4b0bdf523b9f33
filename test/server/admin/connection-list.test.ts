import { array, assert, nat, property } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CONNECTION_SORTS } from '../../../src/protocol/admin-connections.ts';
import { toConnectionPage } from '../../../src/server/admin/connection-page.ts';
import { selectFirst } from '../../../src/server/admin/select-first.ts';
import { Crowd } from './crowd.ts';

const idsOf = (page: { readonly items: readonly { readonly id: string }[] }) =>
  page.items.map(({ id }) => id);

describe('the order of a page', () => {
  const crowd = new Crowd();
  const now = crowd.now;
  crowd.add('c-1', { name: 'bob', address: '10.0.4.17', since: now - 9000, lastActiveAt: now, unsent: 5 });
  crowd.add('c-2', {
    name: 'Alice',
    address: '10.0.4.2',
    since: now - 5000,
    lastActiveAt: now - 7,
    unsent: 0,
  });
  crowd.add('c-3', { name: '王', address: '::1', since: now - 7000, lastActiveAt: now - 3, unsent: 5 });

  test.each([
    ['user', 'c-1 c-2 c-3'],
    ['-user', 'c-3 c-2 c-1'],
    ['name', 'c-2 c-1 c-3'],
    ['address', 'c-2 c-1 c-3'],
    ['up', 'c-2 c-3 c-1'],
    ['-up', 'c-1 c-3 c-2'],
    ['idle', 'c-1 c-3 c-2'],
    ['-in', 'c-3 c-2 c-1'],
    ['out', 'c-1 c-2 c-3'],
    ['queue', 'c-2 c-1 c-3'],
    ['-queue', 'c-1 c-3 c-2'],
    ['client', 'c-2 c-1 c-3'],
    [undefined, 'c-1 c-2 c-3'],
  ])('by %s', (sort, ids) => {
    expect(idsOf(toConnectionPage(crowd.parts, { sort })).join(' ')).toBe(ids);
  });

  test.each([
    [{ sort: 'size' }, 'sort'],
    [{ sort: '--queue' }, 'sort'],
    [{ filter: 'nonsense>1' }, 'filter'],
    [{ cursor: '' }, 'cursor'],
    [{ cursor: 'rubbish' }, 'cursor'],
    [{ cursor: Buffer.from('["queue",1,"c-1"]').toString('base64url') }, 'cursor'],
    [{ cursor: Buffer.from('["user","1","c-1"]').toString('base64url') }, 'cursor'],
    [{ cursor: Buffer.from('["user",null,"c-1"]').toString('base64url') }, 'cursor'],
    [{ cursor: Buffer.from('{}').toString('base64url') }, 'cursor'],
  ])('%j is refused', (query, field) => {
    expect(() => toConnectionPage(crowd.parts, query)).toThrow(
      expect.objectContaining({ code: 'invalid_field', detail: expect.objectContaining({ field }) }),
    );
  });
});

describe('pages', () => {
  test.each(CONNECTION_SORTS.flatMap((sort) => [sort, `-${sort}`]))(
    'sorted by %s show everybody once, though rows come, go and move between them',
    (sort) => {
      const crowd = new Crowd();
      // Many of the same value: the id has to tell them apart.
      crowd.addMany(500, (at) => ({ unsent: at % 7, name: `n${at % 5}`, messagesIn: at % 3 }));
      const staying = new Set(idsOf(toConnectionPage(crowd.parts, { limit: 1000 })));
      const seen: string[] = [];
      for (let cursor: string | undefined, page = 0; page === 0 || cursor !== undefined; page += 1) {
        const answer = toConnectionPage(crowd.parts, { sort, limit: 37, cursor });
        seen.push(...idsOf(answer));
        cursor = answer.next;
        // Time goes by, the last row shown ends, somebody comes: no row that stays may notice.
        crowd.now += 1000;
        const last = seen.at(-1) ?? '';
        crowd.remove(last);
        crowd.add(`late-${page}`);
      }
      const shown = seen.filter((id) => staying.has(id));
      expect(new Set(shown).size).toBe(shown.length);
      expect(shown.length).toBe(500);
    },
  );

  test('count what matches and what there is; the last has no next', () => {
    const crowd = new Crowd();
    crowd.addMany(10);
    const page = toConnectionPage(crowd.parts, { filter: 'client:seed', limit: 5 });
    expect(page).toMatchObject({ total: 5, all: 10 });
    expect(page.next).toBeUndefined();
    expect(toConnectionPage(crowd.parts, { limit: 9 }).next).toBeDefined();
  });

  test('a screen of 10,000 takes milliseconds', () => {
    const crowd = new Crowd();
    crowd.addMany(10_000, (at) => ({ unsent: (at * 7919) % 10_007 }));
    const query = { filter: '!queue<10 safari', sort: '-queue', limit: 50 };
    for (let round = 0; round < 20; round += 1) toConnectionPage(crowd.parts, query);
    const times = Array.from({ length: 20 }, () => {
      const since = performance.now();
      toConnectionPage(crowd.parts, query);
      return performance.now() - since;
    }).sort((a, b) => a - b);
    // Generous: other tests have the processors too. Alone it takes about 5.
    expect(times[10]).toBeLessThan(60);
  });
});

test('the first few of many are those that sorting all gives', () => {
  assert(
    property(array(nat(50), { maxLength: 300 }), nat(320), (values, count) => {
      const items = values.map((value, at) => ({ value, at }));
      const compare = (a: { value: number; at: number }, b: { value: number; at: number }) =>
        a.value - b.value || a.at - b.at;
      expect(selectFirst(items, count, compare)).toEqual(items.toSorted(compare).slice(0, count));
    }),
  );
});
