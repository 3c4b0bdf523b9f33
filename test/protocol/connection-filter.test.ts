import { describe, expect, test } from 'vitest';
import { type FilteredConnection, parseConnectionFilter } from '../../src/protocol/connection-filter.ts';
import { ChatError } from '../../src/protocol/error-codes.ts';

const NOW = 1_800_000_000_000;
const MINUTE = 60_000;

const wang: FilteredConnection = {
  id: 'c-8f2',
  userId: '2',
  name: '王小明',
  address: '10.0.4.17',
  client: 'seed',
  since: NOW - 131 * MINUTE,
  idleMs: 4_000,
  in: 118,
  out: 942,
  queued: 0,
  userAgent: 'Mozilla/5.0 (Windows NT 10.0) Chrome/141',
};
const alice: FilteredConnection = {
  ...wang,
  id: 'c-92x',
  userId: '1043',
  name: 'Alice [ops] 王',
  address: 'fe80::12',
  client: 'v1',
  since: NOW - 40_000,
  idleMs: 6 * MINUTE,
  in: 7,
  queued: 831_488,
  userAgent: '',
};

describe('a filter means', () => {
  test.each<[filter: string, wang: boolean, alice: boolean]>([
    ['', true, true],
    ['   ', true, true],
    ['王', true, true],
    ['王小', true, false],
    ['小明 王', true, false],
    ['2', true, true],
    ['user:2', true, false],
    ['user:1043', false, true],
    ['user:104', false, false],
    ['user:@王小明', true, false],
    ['@王小明', true, false],
    ['@王', false, false],
    ['user:"@ALICE [ops] 王"', false, true],
    ['c-8f2', true, false],
    ['c-8f', false, false],
    ['id:c-92x', false, true],
    ['ALICE', false, true],
    ['[ops]', false, true],
    ['.*', false, false],
    ['10.0.4.', true, false],
    ['address:0.4', true, false],
    ['fe80::12', false, true],
    ['fe80::', false, true],
    ['::12', false, true],
    ['address:fe80::', false, true],
    ['chrome', true, false],
    ['agent:"windows nt"', true, false],
    ['"Windows NT"', true, false],
    ['windows nt', true, false],
    ['client:seed', true, false],
    ['CLIENT:V1', false, true],
    ['!client:seed', false, true],
    ['!!client:seed', true, false],
    ['!王小明', false, true],
    ['queue>100k', false, true],
    ['queue>812k', false, false],
    ['queue>=812k', false, true],
    ['queue>0.5MiB', false, true],
    ['queue:0', true, false],
    ['!queue=0', false, true],
    ['idle>5m', false, true],
    ['idle<=4', true, false],
    ['idle<=4000ms', true, false],
    ['up<1h', false, true],
    ['up>2h10m', true, false],
    ['up>1d', false, false],
    ['in>100', true, false],
    ['in<0.1k', false, true],
    ['out=942', true, true],
    ['client:seed in>100 10.0', true, false],
    ['client:seed in<100', false, false],
  ])('%j', (filter, ...expected) => {
    const holds = parseConnectionFilter(filter);
    expect([holds(wang, NOW), holds(alice, NOW)]).toEqual(expected);
  });

  test('the same in composed and decomposed letters', () => {
    const holds = parseConnectionFilter('zoe\u0308');
    expect(holds({ ...wang, name: 'ZOË' }, NOW)).toBe(true);
  });
});

describe('what is wrong with a filter is said', () => {
  test.each<[string, RegExp, RegExp]>([
    ['qeue>1', /^no such key qeue; there are: user .*queue/, /^不认识 qeue/],
    ['constructor>5', /^no such key constructor/, /^不认识 constructor/],
    ['constructor:x', /^no such key constructor/, /^不认识 constructor/],
    ['rv:109', /quotation marks/, /引号/],
    ['client:web', /^client is seed or v1$/, /seed 或 v1/],
    ['client>seed', /^client cannot be compared with >: write client:value$/, /client:值/],
    ['name:', /^a value is missing after name:$/, /name: 后面/],
    ['name:""', /^a value is missing after name:$/, /name: 后面/],
    ['queue>many', /^queue cannot be compared with "many"; for example queue>100k$/, /例: queue>100k/],
    ['queue>', /for example queue>100k$/, /例/],
    ['queue>-1', /for example/, /例/],
    ['in>5m5', /for example in>100$/, /例/],
    ['idle>5x', /for example idle>5m$/, /例/],
    ['up>1e9', /for example up>5m$/, /例/],
    ['!', /is empty/, /空项/],
    ['""', /is empty/, /空项/],
    ['王 "小', /is not closed/, /不成对/],
    ['x'.repeat(257), /at most 256/, /256/],
    ['x '.repeat(17), /at most 16/, /16/],
  ])('%j', (filter, en, zh) => {
    const error = refusalOf(filter);
    expect(error).toMatchObject({ code: 'invalid_field', detail: { field: 'filter' } });
    expect(error.textIn('en')).toMatch(en);
    expect(error.textIn('zh')).toMatch(zh);
  });

  test('a hostile filter costs nothing', () => {
    const since = performance.now();
    const name = 'a'.repeat(10_000);
    for (const filter of [
      '(a+)+$',
      `${'a'.repeat(200)}!`,
      '!'.repeat(256),
      '"'.repeat(200),
      '\\',
      '[',
      '(?:',
    ]) {
      const verdicts = tryFilter(filter, { ...wang, name });
      expect([true, false, 'invalid_field']).toContain(verdicts);
    }
    expect(performance.now() - since).toBeLessThan(500);
  });
});

function refusalOf(filter: string): ChatError {
  try {
    parseConnectionFilter(filter);
  } catch (error) {
    if (error instanceof ChatError) return error;
    throw error;
  }
  throw new Error(`taken: ${filter}`);
}

function tryFilter(filter: string, connection: FilteredConnection): boolean | string {
  try {
    return parseConnectionFilter(filter)(connection, NOW);
  } catch (error) {
    return error instanceof ChatError ? error.code : String(error);
  }
}
