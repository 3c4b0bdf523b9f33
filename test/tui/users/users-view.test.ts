import { describe, expect, test } from 'vitest';
import type { AdminUser } from '../../../src/protocol/admin-users.ts';
import { usersView } from '../../../src/tui/users/users-view.ts';
import { driveView, faultsOf, NOW, SHARED } from '../../support/drive-view.ts';
import { HOSTILE_TEXTS } from '../../support/hostile-texts.ts';

function user(id: number, more: Partial<AdminUser> = {}): AdminUser {
  return {
    id: String(id),
    name: `user${id}`,
    role: 'user',
    enabled: true,
    online: false,
    createdAt: NOW,
    ...more,
  };
}

function users(from: number, to: number): readonly AdminUser[] {
  return Array.from({ length: to - from + 1 }, (_, at) => user(from + at));
}

describe('Users', () => {
  test('shows who there is, and whether they may and can be reached', () => {
    const view = driveView(usersView, {});
    const keepOut = { reason: 'spam', by: 'deploy@srv', since: NOW };
    view.answer({
      users: [
        user(1, { name: 'root', role: 'admin', online: true }),
        user(2, { enabled: false }),
        user(3, { keepOut }),
        user(4, { keepOut: { ...keepOut, until: NOW + 540_000 } }),
      ],
      total: 4,
    });
    expect(view.lines()[0]).toMatch(/^─ Users 4 ─+$/);
    expect(view.lines()[2]).toMatch(/^ > 1 +root +admin +enabled +● yes +2026-11-22 14:02/);
    expect(view.lines()[3]).toMatch(/user2 +user +disabled/);
    expect(view.lines()[4]).toMatch(/user3 +user +banned/);
    expect(view.lines()[5]).toMatch(/user4 +user +out 9m/);
  });

  test('what is not known is not said: no total, no keys for nobody', () => {
    const view = driveView(usersView, {}).fail({ code: 'no_server', text: 'no chatd answers' });
    expect(view.lines()[0]).toMatch(/^─ Users ─+$/);
    expect(view.lines().join('\n')).toContain('no chatd answers');
    expect(view.commands()).not.toContain('history');
  });

  test('a filter is a part of the name, and the server’s to find', () => {
    const view = driveView(usersView, {}).answer({ users: users(1, 3), total: 3 });
    view.command('filter').type('王');
    expect(view.isTyping()).toBe(true);
    expect([view.lines()[1], view.cursor()]).toEqual([` / 王${' '.repeat(75)}`, { row: 1, column: 5 }]);
    view.key('enter');
    expect(view.calls()).toEqual([{ method: 'user.list', input: { page: 1, count: 100, name: '王' } }]);
    view.answer({ users: [], total: 0 });
    expect(view.lines().join('\n')).toContain('no such user');
    view.command('filter').type('x').key('escape');
    expect([view.isTyping(), view.calls(), view.lines()[0]?.includes('/王 ')]).toEqual([false, [], true]);
  });

  test('pages come when they are near; a page that is asked for again replaces itself', () => {
    const view = driveView(usersView, {}).answer({ users: users(1, 100), total: 150 });
    expect(view.calls()).toEqual([]);
    view.command('bottom');
    expect(view.calls()).toEqual([{ method: 'user.list', input: { page: 2, count: 100 } }]);
    view.answer({ users: users(101, 150), total: 150 });
    view.command('bottom');
    expect(view.lines().at(-1)).toMatch(/^ > 150 /);
    view.share({ now: NOW + 6000 }).tell({ type: 'second' });
    expect(view.calls()).toEqual([{ method: 'user.list', input: { page: 2, count: 100 } }]);
    view.answer({ users: [...users(101, 149), user(150, { online: true })], total: 150 });
    expect(view.lines().at(-1)).toMatch(/^ > 150 .*● yes/);
  });

  test('while the server is gone the last picture stays, and nothing is asked', () => {
    const view = driveView(usersView, {}).answer({ users: users(1, 3), total: 3 });
    const before = view.lines();
    const link = { state: 'gone', since: NOW, nextTryAt: NOW, why: '1006' } as const;
    view.share({ now: NOW + 60_000, link }).tell({ type: 'second' });
    expect([view.lines(), view.calls()]).toEqual([before, []]);
    view.share({ link: { state: 'live' } }).tell({ type: 'live' });
    expect(view.calls()).toHaveLength(1);
  });

  test('marks and cursor belong to ids: a table that changes does not hit a neighbour', () => {
    const view = driveView(usersView, {}).answer({ users: users(1, 4), total: 4 });
    view.command('down').command('mark').command('mark').takeEffects();
    view.share({ now: NOW + 6000 }).tell({ type: 'second' });
    view.answer({ users: [user(0, { name: 'new' }), user(1), user(3), user(4)], total: 4 }).takeEffects();
    expect(view.lines()[0]).toContain('2 marked');
    const [effect] = view.command('disconnect').takeEffects();
    expect(effect).toEqual({
      do: 'open',
      view: 'disconnect',
      argument: {
        targets: [
          { userId: '2', name: 'user2' },
          { userId: '3', name: 'user3' },
        ],
      },
    });
  });

  test('escape takes back the marks, then the filter', () => {
    const view = driveView(usersView, { name: 'user' }).answer({ users: users(1, 3), total: 3 });
    view.command('mark').command('back');
    expect(view.lines()[0]).toMatch(/^─ Users 3 · \/user ─+$/);
    view.command('back');
    expect(view.calls()).toEqual([{ method: 'user.list', input: { page: 1, count: 100 } }]);
    expect(view.commands()).not.toContain('back');
  });

  test('a cursor whose user has gone is on nobody', () => {
    const view = driveView(usersView, {}).answer({ users: users(1, 3), total: 3 });
    view.command('down');
    view.share({ now: NOW + 6000 }).tell({ type: 'second' });
    view.answer({ users: [user(1), user(3)], total: 2 }).takeEffects();
    view.command('ban').command('details');
    expect(view.takeEffects()).toEqual([]);
    expect(view.commands()).not.toContain('ban');
  });

  test('the keys of a row are for its user', () => {
    const view = driveView(usersView, {}).answer({ users: users(7, 7), total: 1 });
    view.takeEffects();
    for (const command of ['details', 'history', 'message', 'copy-id', 'ban', 'unban'] as const) {
      view.command(command);
    }
    const targets = [{ userId: '7', name: 'user7' }];
    expect(view.takeEffects()).toEqual([
      { do: 'open', view: 'user', argument: { userId: '7' } },
      { do: 'open', view: 'history', argument: { userId: '7' } },
      { do: 'open', view: 'send', argument: { to: '7' } },
      { do: 'copy', id: '7' },
      { do: 'open', view: 'ban', argument: { targets } },
      { do: 'open', view: 'unban', argument: { targets } },
    ]);
  });

  test('hostile text stays text, and nothing is wider than the screen', () => {
    const all = HOSTILE_TEXTS.map(([, name], at) =>
      user(at + 1, { name, online: true, keepOut: { reason: name, by: name, since: NOW } }),
    );
    for (const columns of [20, 40, 80, 200]) {
      const size = { columns, rows: 30 };
      const view = driveView(usersView, {}, { shared: { ...SHARED, size } });
      view.answer({ users: all, total: all.length });
      expect(faultsOf(view, size)).toEqual([]);
    }
  });
});
