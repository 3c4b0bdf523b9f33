import { describe, expect, test } from 'vitest';
import type { TargetResult } from '../../../src/protocol/admin-users.ts';
import { banView } from '../../../src/tui/connections/ban-view.ts';
import { disconnectView } from '../../../src/tui/connections/disconnect-view.ts';
import { unbanView } from '../../../src/tui/connections/unban-view.ts';
import type { AnyView, Target } from '../../../src/tui/view.ts';
import { sharedFor, SMALL, ViewInHand } from './view-in-hand.ts';

const FANG: Target = {
  userId: '1043',
  name: '王芳 🚀',
  connection: 'c-1',
  address: '10.0.4.99',
  client: 'v1',
};
const MING: Target = { userId: '2', name: '王小明', connection: 'c-2', address: '10.0.4.17', client: 'seed' };

function targets(count: number): Target[] {
  return Array.from({ length: count }, (_, at) => ({
    userId: String(at + 10),
    name: `user${at + 10}`,
    connection: `c-${at + 10}`,
    address: '10.0.0.1',
    client: 'v1',
  }));
}

function open(view: AnyView, whom: readonly Target[], size = SMALL): ViewInHand {
  return new ViewInHand(view, { targets: whom }, sharedFor(size));
}

/** What was pressed and not only looked at. */
function acted(view: ViewInHand): { method: string; input: object }[] {
  return view
    .calls()
    .filter(({ method }) => method.startsWith('user.'))
    .map(({ method, input }) => ({ method, input }));
}

function done({ userId, name, connection }: Target, more: Partial<TargetResult> = {}): TargetResult {
  return { target: connection ?? userId, user: { id: userId, name }, ended: 1, ...more };
}

describe('disconnect', () => {
  test.each([
    ['by id', [2], 'A seed page gives up after 45 s: 2 must reload it to come back.'],
    [
      'by id where there is room',
      [10_202, 10_203, 10_204],
      'After 45 s 10202, 10203, 10204 must reload the seed page.',
    ],
    [
      'else how many',
      [1, 2, 3, 4].map((id) => id * 10 ** 12),
      'After 45 s 4 users must reload the seed page.',
    ],
  ])('says which users must reload their page: %s', (_, ids, note) => {
    const seeds = ids.map((id) => ({ ...MING, userId: String(id), connection: `c-${id}` }));
    expect(open(disconnectView, seeds).text).toContain(`│           ${note} `);
  });

  test('takes of a reason that is too long as much as there is room for, never half a character', () => {
    const view = open(disconnectView, [FANG]);
    view.write('x');
    view.write('🚀'.repeat(5000));
    view.type('tab', 'enter', 'right', 'enter');
    expect(acted(view)).toMatchObject([{ input: { reason: `x${'🚀'.repeat(99)}` } }]);
  });

  test('names those it is for, and what they will see', () => {
    const view = open(disconnectView, [FANG, MING]);
    view.write('维护');
    expect(view.text.split('\n')).toEqual([
      '┌─ Disconnect 2 users ───────────────────────────────────────────────────────┐',
      '│   1043  王芳 🚀         10.0.4.99       v1    will show: 维护              │',
      '│   2     王小明          10.0.4.17       seed  cannot show a reason         │',
      '│                                                                            │',
      '│ Reason    维护                                                             │',
      '│ Keep out  ( ) not  (•) 60 s  ( ) 10 min  ( ) 1 h  ( ) ban until lifted     │',
      '│           A seed page gives up after 45 s: 2 must reload it to come back.  │',
      '│                                                                            │',
      '│                                                 [ Cancel ]   Disconnect    │',
      '└────────────────────────────────────────────────────────────────────────────┘',
    ]);
    expect(view.picture.cursor).toEqual({ row: 4, column: 16 });
  });

  test('enter in a field presses nothing, and the first button is Cancel', () => {
    const view = open(disconnectView, [FANG]);
    view.type('enter');
    expect(acted(view)).toEqual([]);
    expect(view.take('close')).toBeUndefined();
    view.type('enter');
    expect(acted(view)).toEqual([]);
    expect(view.take('close')).toEqual({ do: 'close' });
  });

  test('escape closes it from every field', () => {
    for (const tabs of [0, 1, 2]) {
      const view = open(disconnectView, [FANG]);
      view.type(...Array.from({ length: tabs }, () => 'tab' as const), 'escape');
      expect(acted(view)).toEqual([]);
      expect(view.take('close')).toEqual({ do: 'close' });
    }
  });

  test('asks for the connections as they were, and says what was done', () => {
    const view = open(disconnectView, [FANG, MING]);
    view.write('spam');
    view.type('tab', 'right', 'tab', 'right', 'enter');
    expect(acted(view)).toEqual([
      { method: 'user.kick', input: { connections: ['c-1', 'c-2'], for: 600, reason: 'spam' } },
    ]);
    expect(view.text).toContain('under way');
    view.answer('user.kick', { results: [done(FANG), done(MING)] });
    expect(view.take('notice')?.notice).toEqual({
      tone: 'good',
      text: 'disconnected 2 users (10 min): "spam"',
      undo: { method: 'user.unban', input: { users: ['1043', '2'] }, done: 'let in again: 2 users' },
    });
    expect(view.take('close')).toEqual({ do: 'close' });
  });

  test('keeping nobody out ends connections alone, and cannot be taken back', () => {
    const view = open(disconnectView, [MING]);
    view.type('tab', 'left');
    expect(view.text).toContain('A seed page is back after about 3 s.');
    view.type('tab', 'right', 'enter');
    expect(acted(view)).toEqual([{ method: 'user.kick', input: { connections: ['c-2'], for: 0 } }]);
    view.answer('user.kick', { results: [done(MING)] });
    expect(view.take('notice')?.notice).toEqual({ tone: 'good', text: 'disconnected 2 王小明' });
  });

  test('a user without a connection is named himself', () => {
    const view = open(disconnectView, [{ userId: '7', name: 'bob' }, MING]);
    view.type('enter', 'right', 'enter');
    expect(acted(view)).toEqual([
      { method: 'user.kick', input: { connections: ['c-2'], users: ['7'], for: 60 } },
    ]);
  });

  test('a connection that ended with the rest of its user is none that failed', () => {
    const second = { ...MING, connection: 'c-3' };
    const view = open(disconnectView, [MING, second]);
    view.type('enter', 'right', 'enter');
    const error = { code: 'not_found', msg: 'not found' } as const;
    view.answer('user.kick', { results: [done(MING, { ended: 2 }), { target: 'c-3', ended: 0, error }] });
    expect(view.take('notice')?.notice).toMatchObject({ tone: 'good', text: 'disconnected 2 王小明 (60 s)' });
  });

  test('who had no connection was only kept out', () => {
    const view = open(disconnectView, [{ userId: '7', name: 'bob' }]);
    view.type('enter', 'right', 'enter');
    view.answer('user.kick', { results: [done({ userId: '7', name: 'bob' }, { ended: 0 })] });
    expect(view.take('notice')?.notice).toMatchObject({ tone: 'good', text: 'kept out 7 bob (60 s)' });
  });

  test('says of one that he has gone, before and after', () => {
    const view = open(disconnectView, [FANG, MING]);
    view.refuse('connection.get', 'not_found');
    expect(view.lines[1]).toContain('has gone');
    expect(view.lines[2]).not.toContain('has gone');
    view.type('enter', 'right', 'enter');
    const error = { code: 'not_found', msg: 'not found' } as const;
    view.answer('user.kick', { results: [done(FANG, { ended: 0, error }), done(MING)] });
    expect(view.take('notice')?.notice).toMatchObject({
      tone: 'bad',
      text: 'disconnected 2 王小明 (60 s); c-1: has gone',
      undo: { input: { users: ['2'] } },
    });
  });

  test('a ban is of the user, who may have no connection by now', () => {
    const view = open(banView, [MING]);
    view.refuse('connection.get', 'not_found');
    expect(view.lines[1]).toContain('has gone, is banned even so');
  });

  test('goes on looking who is there while it is open', () => {
    const view = open(disconnectView, [MING]);
    view.answer('connection.get', {});
    view.tell({ type: 'second' });
    view.tell({ type: 'second' });
    view.refuse('connection.get', 'not_found');
    expect(view.lines[1]).toContain('has gone');
  });

  test('more than 20 want the count typed', () => {
    const view = open(disconnectView, targets(23));
    expect(view.text).toContain('and 15 more');
    view.type('enter', 'right', 'enter');
    expect(acted(view)).toEqual([]);
    expect(view.text).toContain('type the count first: 23');
    view.write('22');
    view.type('enter', 'enter');
    expect(acted(view)).toEqual([]);
    view.type('backspace');
    view.write('3');
    view.type('enter', 'enter');
    expect(acted(view)).toHaveLength(1);
  });

  test('so many that the server takes them in parts are asked for part by part', () => {
    const view = open(disconnectView, targets(2500));
    view.type('tab', 'tab');
    view.write('2500');
    view.type('enter', 'right', 'enter');
    const sizes = [];
    for (let part = 0; part < 3; part += 1) {
      const { connections } = view.answer('user.kick', { results: [done(FANG)] }) as {
        connections: string[];
      };
      sizes.push(connections.length);
    }
    expect(sizes).toEqual([1000, 1000, 500]);
    expect(view.take('close')).toEqual({ do: 'close' });
  });

  test('a ban chosen in it wants the count and bans', () => {
    const view = open(disconnectView, [MING]);
    view.type('tab', 'right', 'right', 'right', 'right', 'tab');
    view.write('1');
    view.type('enter', 'right', 'enter');
    expect(acted(view)).toEqual([{ method: 'user.ban', input: { users: ['2'] } }]);
  });

  test('what the server refuses is said, and the dialog stays', () => {
    const view = open(disconnectView, [MING]);
    view.type('enter', 'right', 'enter');
    view.refuse('user.kick', 'permission_denied', 'not allowed');
    expect(view.text).toContain('not allowed');
    expect(view.take('close')).toBeUndefined();
    view.type('enter');
    expect(acted(view)).toHaveLength(1);
  });

  test('a reason is no longer than what the server takes', () => {
    const view = open(disconnectView, [MING]);
    view.write('x'.repeat(200));
    view.write('y');
    view.type('enter', 'right', 'enter');
    expect(acted(view)[0]?.input).toMatchObject({ reason: 'x'.repeat(200) });
  });

  test.each([
    [36, 4],
    [40, 6],
    [60, 12],
    [120, 40],
  ])('fits into %i columns and %i rows', (columns, rows) => {
    const view = open(disconnectView, targets(30), { columns, rows });
    view.write('名'.repeat(60));
    expect(view.lines.length).toBeLessThanOrEqual(rows);
    expect(view.widths.filter((width) => width > columns)).toEqual([]);
    expect(new Set(view.widths).size).toBe(1);
    expect(view.text).toContain('Cancel');
  });
});

describe('ban', () => {
  test('wants the count of users typed, each once', () => {
    const view = open(banView, [MING, { ...MING, connection: 'c-3' }, FANG]);
    view.write('双开');
    view.type('enter', 'right', 'enter');
    expect(acted(view)).toEqual([]);
    view.write('2');
    view.type('enter', 'enter');
    expect(acted(view)).toEqual([{ method: 'user.ban', input: { users: ['2', '1043'], reason: '双开' } }]);
    view.answer('user.ban', { results: [done(MING), done(FANG)] });
    expect(view.take('notice')?.notice).toMatchObject({
      text: 'banned 2 users: "双开"',
      undo: { method: 'user.unban', input: { users: ['2', '1043'] } },
    });
  });
});

describe('unban', () => {
  test('needs no count, and is not taken back', () => {
    const view = open(unbanView, [MING]);
    view.type('right', 'enter');
    expect(acted(view)).toEqual([{ method: 'user.unban', input: { users: ['2'] } }]);
    view.answer('user.unban', { results: [done(MING, { ended: 0 })] });
    expect(view.take('notice')?.notice).toEqual({ tone: 'good', text: 'let in again: 2 王小明' });
  });
});

describe('while the server is at it', () => {
  test('no key does anything', () => {
    const view = open(unbanView, [MING]);
    view.type('right', 'enter', 'enter', 'escape');
    expect(acted(view)).toHaveLength(1);
    expect(view.take('close')).toBeUndefined();
  });
});
