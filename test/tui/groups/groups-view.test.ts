import { describe, expect, test } from 'vitest';
import type { AdminGroup, GroupDetail } from '../../../src/protocol/admin-users.ts';
import { groupView } from '../../../src/tui/groups/group-view.ts';
import { groupsView } from '../../../src/tui/groups/groups-view.ts';
import { driveView, faultsOf, NOW, SHARED } from '../../support/drive-view.ts';
import { HOSTILE_JOINED, HOSTILE_TEXTS } from '../../support/hostile-texts.ts';

const DEV: AdminGroup = { id: 'dev', name: '开发组', creatorId: '1', memberCount: 2, lastSeq: 1234 };
const DETAIL: GroupDetail = {
  ...DEV,
  members: [
    { id: '1', name: 'root', role: 'owner', online: true },
    { id: '2', name: '王小明', role: 'member', online: false },
  ],
};

describe('Groups', () => {
  test('shows all groups, and opens the one under the cursor', () => {
    const view = driveView(groupsView, {});
    expect(view.calls()).toEqual([{ method: 'group.list', input: { page: 1, count: 100 } }]);
    view.answer({ groups: [{ ...DEV, id: 'all', memberCount: 9874 }, DEV], total: 2 });
    expect(view.lines()[2]).toMatch(/^ > all +开发组 +1 +9,874 +1,234$/);
    view.command('down').takeEffects();
    view.command('details').command('message').command('copy-id');
    expect(view.takeEffects()).toEqual([
      { do: 'open', view: 'group', argument: { group: 'dev' } },
      { do: 'open', view: 'send', argument: { group: 'dev' } },
      { do: 'copy', id: 'dev' },
    ]);
  });

  test('what cannot be asked is said, and asked again', () => {
    const view = driveView(groupsView, {}).fail({ code: 'storage_unavailable', text: 'no storage' });
    expect(view.lines().join('\n')).toContain('no storage');
    view.share({ now: NOW + 6000 }).tell({ type: 'second' });
    view.answer({ groups: [DEV], total: 1 });
    expect(view.lines().join('\n')).not.toContain('no storage');
  });

  test('a group shows who is in it, and its keys are for the member under the cursor', () => {
    const view = driveView(groupView, { group: 'dev' });
    expect(view.calls()).toEqual([{ method: 'group.get', input: { group: 'dev' } }]);
    view.answer(DETAIL);
    expect(view.lines()[0]).toMatch(/^─ Group dev 开发组 ─+ 1 online ─$/);
    expect(view.lines()[1]).toContain('owner 1 root · 2 members · last seq 1,234');
    expect(view.lines()[3]).toMatch(/^ > 1 +root +owner +● yes/);
    view.command('down').takeEffects();
    view.command('details').command('disconnect').command('message').command('back');
    expect(view.takeEffects()).toEqual([
      { do: 'open', view: 'user', argument: { userId: '2' } },
      { do: 'open', view: 'disconnect', argument: { targets: [{ userId: '2', name: '王小明' }] } },
      { do: 'open', view: 'send', argument: { group: 'dev' } },
      { do: 'close' },
    ]);
  });

  test('a group that is not there is said not to be', () => {
    const view = driveView(groupView, { group: 'nope' }).fail({ code: 'not_found', text: 'no group nope' });
    expect(view.lines().join('\n')).toContain('no group nope');
    expect(view.commands()).not.toContain('disconnect');
  });

  test('hostile text stays text, and nothing is wider than the screen', () => {
    const members = HOSTILE_TEXTS.map(([, name], at) => ({
      id: String(at + 1),
      name,
      role: 'owner' as const,
      online: true,
    }));
    for (const columns of [20, 40, 80, 200]) {
      for (const name of [HOSTILE_JOINED, ...HOSTILE_TEXTS.slice(-2).map(([, text]) => text)]) {
        const size = { columns, rows: 30 };
        const shared = { ...SHARED, size };
        const groups = driveView(groupsView, {}, { shared }).answer({ groups: [{ ...DEV, name }], total: 1 });
        expect(faultsOf(groups, size)).toEqual([]);
        const group = driveView(groupView, { group: 'dev' }, { shared }).answer({ ...DETAIL, name, members });
        expect(faultsOf(group, size)).toEqual([]);
      }
    }
  });
});
