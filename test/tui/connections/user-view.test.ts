import { describe, expect, test } from 'vitest';
import type { ConnectionDetail, ConnectionRecord } from '../../../src/protocol/admin-connections.ts';
import type { UserDetail } from '../../../src/protocol/admin-users.ts';
import { historyView } from '../../../src/tui/connections/history-view.ts';
import { userView } from '../../../src/tui/connections/user-view.ts';
import { connectionOf, NOW, sharedFor, SMALL, ViewInHand } from './view-in-hand.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

const MING: UserDetail = {
  id: '2',
  name: '王小明',
  role: 'user',
  enabled: true,
  online: true,
  createdAt: NOW - 100 * HOUR,
  unread: 2,
  groupCount: 3,
  groups: [],
};

const DETAIL: ConnectionDetail = {
  ...connectionOf(2, {
    id: 'c-8f2',
    name: '王小明',
    address: '10.0.4.17',
    client: 'seed',
    since: NOW - 131 * MINUTE,
    in: 118,
    out: 942,
    userAgent: 'Mozilla/5.0 (Windows NT 10.0)',
  }),
  port: 51022,
  tokenIn: 'query',
  bytesIn: 9318,
  bytesOut: 90112,
  ratePerSecond: 0.2,
  rateLimit: 20,
  pongAgoMs: 4000,
  rttMs: 38,
  tokenExpiresAt: NOW + 19 * HOUR,
  user: MING,
};

const RECORDS: readonly ConnectionRecord[] = [
  record('c-8f2', { openedAt: NOW - 131 * MINUTE }),
  record('c-7', {
    openedAt: NOW - 5 * HOUR,
    closedAt: NOW - 131 * MINUTE,
    closeCode: 4510,
    cause: 'replaced by c-8f2',
  }),
  record('c-6', {
    openedAt: NOW - 28 * HOUR,
    closedAt: NOW - 26 * HOUR,
    closeCode: 4503,
    cause: 'kicked by deploy@srv: \u001b[31m双开',
  }),
];

function record(id: string, more: Partial<ConnectionRecord>): ConnectionRecord {
  return { id, openedAt: NOW, address: '10.0.4.17', client: 'seed', userAgent: '', ...more };
}

function openUser(user: UserDetail = MING): ViewInHand {
  const view = new ViewInHand(userView, { userId: '2', connection: 'c-8f2' });
  view.answer('user.get', user);
  view.answer('connection.get', DETAIL);
  view.answer('connection.list', { items: [DETAIL], total: 1, all: 9 });
  view.answer('connection.history', { items: RECORDS });
  return view;
}

describe("a user's page", () => {
  test('somebody named as @alice is asked for by his name, and acted on by his id', () => {
    const view = new ViewInHand(userView, { userId: '@王小明' });
    expect(view.answer('user.get', MING)).toEqual({ user: '@王小明' });
    view.answer('connection.list', { items: [DETAIL], total: 2, all: 9 });
    view.answer('connection.get', DETAIL);
    expect(view.lines[0]).toMatch(/^─ User 2 王小明 ─+ ● online, 2 connections ─$/);
    view.press('disconnect');
    expect(view.take('open')).toMatchObject({
      argument: { targets: [{ userId: '2', connection: 'c-8f2' }] },
    });
    view.press('copy-id');
    expect(view.take('copy')).toMatchObject({ id: '2' });
  });

  test('tells of account, connection, traffic, heartbeat, and why earlier ones ended', () => {
    const lines = openUser().text.split('\n');
    expect(lines[0]).toMatch(/^─ User 2 王小明 ─+ ● online ─$/);
    expect(lines[1]).toBe('  account    enabled · member of 3 groups · unread 2');
    expect(lines[2]).toBe('  connection c-8f2  10.0.4.17:51022  since 11:51:07 (2h11m)  seed, ?token=');
    expect(lines[3]).toBe('             Mozilla/5.0 (Windows NT 10.0)');
    expect(lines[4]).toBe('  traffic    in 118 msg 9.1 KB · out 942 msg 88 KB · queue 0 · rate 0.2/s of 20');
    expect(lines[5]).toMatch(
      /^ {2}heartbeat {2}pong 4s ago, 38 ms · token until 2026-11-23 09:02 \(19h00m\)$/,
    );
    expect(lines[6]).toMatch(/^─ Earlier connections \(why they ended\) ─+$/);
    expect(lines[8]).toMatch(/^ {3}11:51:07 +2h49m +10\.0\.4\.17 +4510 replaced by c-8f2$/);
    expect(lines[9]).toMatch(/^ {3}yesterday 12:02 +2h00m .*4503 kicked by deploy@srv: ␛\[31m双开$/);
  });

  test('says who is kept out, until when and why', () => {
    const keepOut = { until: NOW + 10 * MINUTE, reason: 'spam', by: 'deploy@srv', since: NOW };
    expect(openUser({ ...MING, keepOut }).text).toContain(
      '  kept out   until 14:12:07 (10m left), deploy@srv: "spam"',
    );
    const ban = { reason: '', by: 'deploy@srv', since: NOW - MINUTE };
    expect(openUser({ ...MING, keepOut: ban }).text).toContain('  banned     since 14:01:07, deploy@srv');
  });

  test('acts on the connection it shows, and on the user once that has ended', () => {
    const view = openUser();
    view.press('disconnect');
    expect(view.take('open')).toMatchObject({ argument: { targets: [{ connection: 'c-8f2' }] } });
    for (let second = 0; second < 3; second += 1) view.tell({ type: 'second' });
    view.refuse('connection.get', 'not_found');
    expect(view.text).toContain('has ended');
    view.press('disconnect');
    expect(view.take('open')).toEqual({
      do: 'open',
      view: 'disconnect',
      argument: { targets: [{ userId: '2', name: '王小明' }] },
    });
  });

  test('goes on with the connection he comes back with', () => {
    const view = openUser();
    view.tell({ type: 'back' });
    view.refuse('connection.get', 'not_found');
    const again = { ...DETAIL, id: 'c-9' };
    while (view.calls('connection.list').length > 0) {
      view.answer('connection.list', { items: [again], total: 1, all: 9 });
    }
    expect(view.answer('connection.get', again)).toEqual({ connection: 'c-9' });
    expect(view.text).toContain('  connection c-9 ');
    expect(view.text).not.toContain('has ended');
  });

  test('a connection that had ended before the page came is said to have', () => {
    const view = new ViewInHand(userView, { userId: '2', connection: 'c-8f2' });
    view.refuse('connection.get', 'not_found');
    expect(view.text).toContain('  connection c-8f2 has ended');
  });

  test('a user who is not there is said so', () => {
    const view = new ViewInHand(userView, { userId: '99' });
    view.refuse('user.get', 'not_found', 'no user 99');
    expect(view.text).toContain('no user 99');
  });

  test.each([40, 80, 160])('no line is wider than %i columns', (columns) => {
    const view = openUser();
    view.shared = sharedFor({ columns, rows: 18 });
    expect(view.widths.filter((width) => width > columns)).toEqual([]);
    expect(view.lines.length).toBeLessThanOrEqual(18);
  });
});

describe('all connections of a user', () => {
  test('are read page by page as one goes down', () => {
    const view = new ViewInHand(historyView, { userId: '2' });
    view.answer('user.get', MING);
    const many = Array.from({ length: 100 }, (_, at) => record(`c-${at}`, { closedAt: NOW - at * MINUTE }));
    view.answer('connection.history', { items: many, next: 'older' });
    expect(view.lines[0]).toContain('Connections of 2 王小明');
    view.press('page-down');
    expect(view.calls()).toEqual([]);
    view.press('bottom');
    expect(view.answer('connection.history', { items: RECORDS })).toMatchObject({ before: 'older' });
    view.press('bottom');
    expect(view.text).toContain('kicked by deploy@srv');
    expect(view.calls()).toEqual([]);
  });

  test('a live one opens with its details, an ended one with its user', () => {
    const view = new ViewInHand(historyView, { userId: '2' }, sharedFor(SMALL));
    view.answer('connection.history', { items: RECORDS });
    view.press('details');
    expect(view.take('open')).toMatchObject({ argument: { userId: '2', connection: 'c-8f2' } });
    view.press('down', 'details');
    expect(view.take('open')).toMatchObject({ argument: { userId: '2' } });
    view.press('copy-id', 'back');
    expect(view.take('copy')).toEqual({ do: 'copy', id: 'c-7' });
    expect(view.take('close')).toEqual({ do: 'close' });
  });
});
