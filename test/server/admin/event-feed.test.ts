import { beforeEach, describe, expect, test } from 'vitest';
import type { Log, LogFields } from '../../../src/server/chat/ports.ts';
import { createEventFeed, type EventFeed } from '../../../src/server/admin/event-feed.ts';
import { toEventFilter } from '../../../src/server/admin/event-filter.ts';
import { createEventWatch } from '../../../src/server/admin/event-watch.ts';
import { toSafeFields } from '../../../src/server/observe/log-fields.ts';

const ANY = toEventFilter('');
const ALL = { before: Number.MAX_SAFE_INTEGER, limit: 200, filter: ANY };

let written: string[];
let feed: EventFeed;

beforeEach(() => {
  written = [];
  const at = (level: string) => (event: string, _fields?: LogFields) =>
    void written.push(`${level} ${event}`);
  const log: Log = { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
  feed = createEventFeed({ log, clock: { now: () => 7 }, toSafeFields });
});

describe('the event feed', () => {
  test('passes everything on and keeps all but debug, counting up', () => {
    feed.log.info('connection_opened', { userId: 2 });
    feed.log.debug('frame_received');
    feed.log.error('audit_failed');
    expect(written).toEqual(['info connection_opened', 'debug frame_received', 'error audit_failed']);
    expect(feed.list(ALL)).toEqual({
      items: [
        { id: 2, at: 7, level: 'error', event: 'audit_failed', fields: {} },
        { id: 1, at: 7, level: 'info', event: 'connection_opened', fields: { userId: 2 } },
      ],
      next: undefined,
    });
  });

  test('keeps fields as they were when they were written', () => {
    const list = ['a'];
    const error = new Error('first');
    feed.log.warn('everything', { list, error });
    list.push('b');
    error.message = 'second';
    expect(feed.list(ALL).items[0]?.fields).toMatchObject({ list: 'a', 'error.message': 'first' });
  });

  test('makes one flat row of fields, without secrets, texts of messages, or anything long', () => {
    const cause = Object.assign(new Error('it broke'), { code: 'E1' });
    feed.log.warn('everything', {
      name: 'x'.repeat(1000),
      half: `${'x'.repeat(299)}😀`,
      list: ['a', 2, { no: 1 }, null],
      nothing: null,
      missing: undefined,
      work: () => 1,
      ratio: Number.NaN,
      cause,
      content: '你好',
      text: '你好',
      token: 'abc',
      url: '/ws?token=secret',
      deep: { er: { password: 'x', yes: true } },
    });
    const [event] = feed.list(ALL).items;
    expect(event?.fields).toEqual({
      name: `${'x'.repeat(300)}…`,
      half: `${'x'.repeat(299)}\uFFFD…`,
      list: 'a, 2',
      ratio: 'NaN',
      'cause.name': 'Error',
      'cause.message': 'it broke',
      'cause.code': 'E1',
      content: '[hidden]',
      text: '[hidden]',
      token: '[hidden]',
      url: '/ws?token=[token]',
      'deep.er.password': '[hidden]',
      'deep.er.yes': true,
    });
  });

  test('keeps the last 2000, whoever reads', () => {
    for (let n = 1; n <= 4500; n += 1) feed.log.info('tick', { n });
    const first = feed.list({ ...ALL, limit: 2000 });
    expect(first.items.map(({ id }) => id)).toEqual(Array.from({ length: 2000 }, (_, n) => 4500 - n));
    expect(first.next).toBeUndefined();
    expect(feed.since(0, ANY)).toMatchObject({ events: { length: 200 }, skipped: 4300 });
    expect(feed.since(4498, ANY).events.map(({ id }) => id)).toEqual([4499, 4500]);
    expect(feed.since(4500, ANY)).toEqual({ events: [], skipped: 0 });
  });

  test('pages back without a gap, under a filter too', () => {
    for (let n = 1; n <= 30; n += 1) feed.log.info(n % 3 === 0 ? 'fizz' : 'tick');
    const seen: number[] = [];
    let before: number | undefined = Number.MAX_SAFE_INTEGER;
    while (before !== undefined) {
      const page: ReturnType<EventFeed['list']> = feed.list({
        before,
        limit: 4,
        filter: toEventFilter('fizz'),
      });
      seen.push(...page.items.map(({ id }) => id));
      before = page.next;
    }
    expect(seen).toEqual([30, 27, 24, 21, 18, 15, 12, 9, 6, 3]);
  });

  test.each([
    ['', true],
    ['  ', true],
    ['!', true],
    ['REFUSED', true],
    ['warn bad_token', true],
    ['reason=bad', true],
    ['10.0.0', true],
    ['!info', true],
    ['!warn', false],
    ['refused !bad_token', false],
    ['refused info', false],
  ])('finds by words: %j', (filter, expected) => {
    feed.log.warn('connection_refused', { reason: 'bad_token', address: '10.0.0.1' });
    expect(feed.list({ ...ALL, filter: toEventFilter(filter) }).items).toHaveLength(expected ? 1 : 0);
  });
});

describe('a watch of events', () => {
  test('tells what came since it was read last, from its beginning on', async () => {
    feed.log.info('before');
    const watching = createEventWatch(feed).open();
    await watching.set({});
    expect(await watching.read()).toBeUndefined();
    feed.log.info('one');
    feed.log.info('two');
    expect(await watching.read()).toMatchObject({ events: [{ event: 'one' }, { event: 'two' }], skipped: 0 });
    expect(await watching.read()).toBeUndefined();
  });

  test('goes on under another filter, and says how many it left out', async () => {
    const watching = createEventWatch(feed).open();
    await watching.set({ filter: 'one' });
    feed.log.info('two');
    expect(await watching.read()).toBeUndefined();
    await watching.set({});
    for (let n = 0; n < 2300; n += 1) feed.log.info('flood', { n });
    const tick = await watching.read();
    expect(tick).toMatchObject({ events: { length: 200 }, skipped: 2100 });
    expect(tick?.events.at(-1)?.fields).toEqual({ n: 2299 });
    expect(await watching.read()).toBeUndefined();
  });
});
