import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { atMost, moment, paging, userId, userIds, whole } from '../../../src/server/http/fields.ts';
import { parseQuery } from '../../../src/server/http/input.ts';

describe('page and count', () => {
  const query = z.object(paging);

  test.each<[text: string, page: number, count: number]>([
    ['', 1, 20],
    ['page=17&count=2', 17, 2],
    ['page=&count=', 1, 20],
    ['page=0&count=0', 1, 1],
    ['page=-3&count=-3', 1, 1],
    ['page=2.9&count=2.9', 2, 2],
    ['page=abc&count=NaN', 1, 20],
    ['page=undefined&count=null', 1, 20],
    ['page=1e99&count=1e99', 1_000_000_000, 200],
    ['page=Infinity&count=-Infinity', 1_000_000_000, 1],
    ['page=1&page=2&count=201', 1, 200],
    ['page[]=3&__proto__=1', 1, 20],
  ])('%s', (text, page, count) => {
    expect(query.parse(parseQuery(text))).toEqual({ page, count });
  });

  test('a limit has its own highest', () => {
    expect(z.object({ limit: atMost(300).optional() }).parse({ limit: '1000' })).toEqual({ limit: 300 });
  });
});

test.each<[unknown, number | undefined]>([
  ['2', 2],
  [2, 2],
  ['9007199254740991', Number.MAX_SAFE_INTEGER],
  ['9007199254740992', undefined],
  ['0', undefined],
  ['-1', undefined],
  ['01', undefined],
  ['1e3', undefined],
  [' 1', undefined],
  ['', undefined],
  [1.5, undefined],
  [true, undefined],
  [{}, undefined],
  [['1'], undefined],
])('a user id: %j', (value, id) => {
  const read = userId.safeParse(value);
  expect(read.success ? read.data : undefined).toBe(id);
});

test('several ids: each once, in their order', () => {
  expect(userIds.parse(['3', 1, '1', 3])).toEqual([3, 1]);
});

test.each<[string, number | undefined, number | undefined]>([
  ['1700000000', 1_700_000_000_000, 1_700_000_000_999],
  ['1700000000123', 1_700_000_000_123, 1_700_000_000_123],
  ['100000000000', 100_000_000_000_000, 100_000_000_000_999],
  ['100000000001', 100_000_000_001, 100_000_000_001],
  ['0', undefined, undefined],
  ['x', undefined, undefined],
  ['-5', undefined, undefined],
  ['1e9', undefined, undefined],
])('a moment: %s', (text, start, end) => {
  expect(moment('start').parse(text)).toBe(start);
  expect(moment('end').parse(text)).toBe(end);
});

test.each(['', '-1', '1.5', 'x', '9'.repeat(16), ['1', '2']])('no whole number: %j', (value) => {
  expect(whole.safeParse(value).success).toBe(false);
});

describe('a query', () => {
  test.each<[string, object]>([
    ['conversationId=&chatType=1', { chatType: '1' }],
    ['a=1&a=&a=2', { a: ['1', '2'] }],
    ['a=&a=', {}],
    ['a', {}],
    ['%zz=%zz', { '%zz': '%zz' }],
    ['constructor=1', { constructor: '1' }],
  ])('%s', (text, query) => {
    expect(parseQuery(text)).toEqual(query);
  });

  test('names no prototype', () => {
    expect(Object.getPrototypeOf(parseQuery('__proto__=1&__proto__[x]=1'))).toBe(Object.prototype);
  });
});
