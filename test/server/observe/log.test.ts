import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createLog, type LogOptions } from '../../../src/server/observe/log.ts';

function createTestLog(options: Partial<LogOptions> = {}) {
  const written: string[] = [];
  const log = createLog({
    level: 'info',
    format: 'json',
    name: 'chatd',
    write: (text) => written.push(text),
    ...options,
  });
  return { log, written, last: () => JSON.parse(written.at(-1) ?? '') as Record<string, unknown> };
}

const JWT = 'eyJhbGciOiJIUzI1NiJ9.eyJ1aWQiOjEsImV4cCI6MX0.c2lnbmF0dXJl';

/** What nobody may find in a log, by way of any field. */
const SECRETS: readonly (readonly [what: string, fields: Record<string, unknown>, secret: string])[] = [
  ['a token field', { token: JWT }, 'eyJ'],
  ['a token in a URL', { url: `/ws?token=${JWT}&x=1` }, 'eyJ'],
  ['a token that is no JWT in a URL', { url: '/ws?x=1&token=opaque123' }, 'opaque123'],
  ['a token in an error', { error: new Error(`bad token ${JWT}`) }, 'eyJ'],
  ["a token in an error's cause", { error: new Error('x', { cause: new Error(JWT) }) }, 'eyJ'],
  ['a password', { user: { name: 'a', oldPwd: 'hunter2', newPassword: 'hunter2' } }, 'hunter2'],
  ['headers', { headers: { authorization: 'Bearer hunter2', cookie: 'hunter2' } }, 'hunter2'],
  ['a DSN', { message: 'connect root:hunter2@tcp(127.0.0.1:3306)/chatd' }, 'hunter2'],
  ['a database URL', { message: 'connect mysql://root:hunter2@127.0.0.1/chatd' }, 'hunter2'],
  ['the configured secret', { auth: { secret: 'hunter2' } }, 'hunter2'],
  ['message text', { frame: { type: 'chat', content: 'hunter2' } }, 'hunter2'],
  ['a list', { all: [{ token: 'hunter2' }] }, 'hunter2'],
];

describe.each(['json', 'pretty'] as const)('%s', (format) => {
  test.each(SECRETS)('hides %s', (_what, fields, secret) => {
    const { log, written } = createTestLog({ format });
    log.warn('something_happened', fields);
    expect(written).toHaveLength(1);
    expect(written[0]).not.toContain(secret);
  });

  test('one event is one line, whatever its fields say', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ unit: 'binary' }), fc.anything()), (fields) => {
        const { log, written } = createTestLog({ format });
        log.info('something_happened', fields);
        expect(written).toHaveLength(1);
        expect(written[0]).toMatch(/^[^\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}\p{Cs}]*\n$/u);
      }),
    );
  });

  test('a forged line is shown as the text it is', () => {
    const { log, written } = createTestLog({ format });
    log.info('connection_opened', { name: 'x\n12:00:00.000 ERROR server is gone \x1b[2J' });
    expect(written.join('').split('\n')).toHaveLength(2);
  });
});

describe('lines', () => {
  test('JSON: level, time, server, event, msg, then the fields', () => {
    const { log, last } = createTestLog();
    log.info('connection_opened', { userId: 2, name: 'alice' });
    const { time, ...rest } = last();
    expect(rest).toEqual({
      level: 'info',
      server: 'chatd',
      event: 'connection_opened',
      msg: 'connection opened',
      userId: 2,
      name: 'alice',
    });
    expect(new Date(String(time)).getTime()).toBeGreaterThan(Date.now() - 60_000);
  });

  test('fields cannot pass for what every line has', () => {
    const { log, last } = createTestLog();
    log.info('connection_opened', { level: 'error', event: 'forged', server: 'forged', time: 0 });
    expect(last()).toMatchObject({ level: 'info', event: 'connection_opened', server: 'chatd' });
  });

  test('pretty: time, level, words, fields', () => {
    const { log, written } = createTestLog({ format: 'pretty' });
    log.warn('upgrade_refused', { reason: 'origin', name: 'a b', count: 3 });
    expect(written[0]).toMatch(
      /^\d\d:\d\d:\d\d\.\d{3} WARN {2}upgrade refused {2}reason=origin name="a b" count=3\n$/,
    );
  });

  test('only from its level on; what is said for people always', () => {
    const { log, written, last } = createTestLog({ level: 'error' });
    log.warn('unheard');
    expect(written).toEqual([]);
    log.say('ready', 'Ready in 12 ms');
    expect(last()).toMatchObject({ level: 'info', event: 'ready', msg: 'Ready in 12 ms' });
    const pretty = createTestLog({ format: 'pretty' });
    pretty.log.say('ws_listening', '启动 WebSocket 服务: 127.0.0.1:9000');
    expect(pretty.written).toEqual(['启动 WebSocket 服务: 127.0.0.1:9000\n']);
  });

  test('an error keeps its name, code, causes and frames; what is long or deep is cut', () => {
    const { log, written, last } = createTestLog();
    const error = Object.assign(new TypeError('no\nway', { cause: 'why' }), {
      code: 'E_X',
      sql: 'SELECT secret',
    });
    const cycle: Record<string, unknown> = { big: 1n };
    cycle['self'] = cycle;
    log.error('failed', { error, cycle, long: 'x'.repeat(10_000), f: () => 1, when: new Date(0) });
    expect(last()['error']).toMatchObject({
      name: 'TypeError',
      message: 'no\nway',
      code: 'E_X',
      cause: 'why',
    });
    expect(last()).toMatchObject({ cycle: { big: '1' }, when: '1970-01-01T00:00:00.000Z' });
    expect(written[0]).not.toContain('SELECT');
    expect(written[0]?.length).toBeLessThan(6000);
  });
});
