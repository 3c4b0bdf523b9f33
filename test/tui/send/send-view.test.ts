import { describe, expect, test } from 'vitest';
import type { SentMessage } from '../../../src/protocol/admin-records.ts';
import { sendView } from '../../../src/tui/send/send-view.ts';
import { driveView, faultsOf, NOW, SHARED, type Driven } from '../../support/drive-view.ts';
import { HOSTILE_TEXTS } from '../../support/hostile-texts.ts';

const WANG = { id: '2', name: '王小明' };
const ABOUT_WANG = {
  ...WANG,
  role: 'user',
  enabled: true,
  online: true,
  createdAt: NOW,
  unread: 0,
  groupCount: 0,
  groups: [],
};
const SENT: SentMessage = {
  id: '90071',
  conversationId: 'k5sWmvXyZ0123456789abc',
  seq: 118,
  sentAt: NOW,
  from: { id: '1', name: 'root' },
  to: WANG,
  storedAfterMs: 1.94,
  audience: { online: 1, offline: 0 },
  delivery: {
    delivered: 1,
    missed: 0,
    connections: [{ connection: 'c-8f2', user: WANG, client: 'seed', afterMs: 3.8 }],
  },
};

/** A form to 2 who is known, with a text that is still to be sent. */
function written(text: string): Driven {
  const view = driveView(sendView, { to: '2' });
  view.answer(ABOUT_WANG);
  view.answer({ items: [{ address: '10.0.4.17', client: 'seed' }], total: 1, all: 1 });
  view.type(text).takeEffects();
  return view;
}

function noticesOf(view: Driven): readonly string[] {
  return view.takeEffects().flatMap((effect) => (effect.do === 'notice' ? [effect.notice.text] : []));
}

describe('Send', () => {
  test('says how many bytes there may be, and shows when there are more', () => {
    const ready = { actor: 'a@b', name: 'n', version: '1', node: 'n/1', maxContent: 16_384, at: NOW };
    const view = driveView(sendView, { to: '2' }, { shared: { ready } });
    view.type('你好, 这是一条测试消息');
    expect(view.lines()[6]).toMatch(/测试消息 +32 \/ 16,384 B$/);
    view.type('x'.repeat(16_384));
    expect(view.lines()[6]).toMatch(/ 16,416 \/ 16,384 B$/);
    view.share({ size: { columns: 40, rows: 8 } });
    expect(view.lines()[6]).toMatch(/ 16,416 B$/);
  });

  test('says who is named before it is sent, and where the cursor is', () => {
    const view = driveView(sendView, { to: '2' });
    expect(view.calls()).toEqual([{ method: 'user.get', input: { user: '2' } }]);
    view.answer(ABOUT_WANG);
    expect(view.calls()).toEqual([{ method: 'connection.list', input: { filter: 'user:2', limit: 1 } }]);
    view.answer({ items: [{ address: '10.0.4.17', client: 'seed' }], total: 1, all: 1 });
    expect(view.lines().slice(1, 3)).toEqual([
      expect.stringMatching(/^ {2}To {8}\(•\) user {2}\( \) group/),
      expect.stringMatching(/^ {12}2 +2 王小明 {2}● online 10\.0\.4\.17, seed client/),
    ]);
    view.type('你好');
    expect(view.lines()[6]).toMatch(/^ {2}Text {6}你好 +6 B$/);
    expect(view.cursor()).toEqual({ row: 6, column: 16 });
  });

  test('sends what the form says and tells what came of it', () => {
    const view = written('你好').key('enter');
    const input = { to: '2', content: '你好', contentType: 1, wait: 'delivered', waitMs: 5000 };
    expect(view.calls()).toEqual([{ method: 'message.send', input }]);
    expect(view.lines().join('\n')).toMatch(/… sending/);
    view.key('enter').key('ctrl-r');
    expect(view.calls()).toHaveLength(1);
    view.answer(SENT);
    expect(view.lines().slice(-2)).toEqual([
      '  ✓ stored     14:02:07.120  id 90071 · seq 118 · 1.9 ms',
      '  ✓ delivered  14:02:07.123  2 王小明 on c-8f2 (pong after 3.8 ms)',
    ]);
    expect(noticesOf(view)).toEqual(['sent to 2 王小明: id 90071']);
  });

  test('never sends the same twice by itself: ctrl-r does', () => {
    const view = written('hi').key('enter').answer(SENT);
    view.takeEffects();
    view.key('enter');
    expect([view.calls(), noticesOf(view)]).toEqual([[], ['This message was sent: ctrl-r sends it again']]);
    view.key('ctrl-r').answer(SENT);
    view.type('!').key('enter');
    expect(view.calls()).toMatchObject([{ input: { content: 'hi!' } }]);
  });

  test('what nobody knows is not called unsent, and not sent again by enter', () => {
    const view = written('hi').key('enter').fail({ code: 'timed_out', text: 'No answer within 15 s' });
    expect(view.lines().at(-1)).toContain('✗ unknown');
    view.key('enter');
    expect(view.calls()).toEqual([]);
  });

  test('what was refused can be bettered and sent', () => {
    const view = written('hi').key('enter').fail({ code: 'no_such_recipient', text: 'There is no user 2' });
    expect(view.lines().at(-1)).toMatch(/✗ not sent +14:02:07\.120 {2}There is no user 2/);
    view.key('enter');
    expect(view.calls()).toHaveLength(1);
  });

  test('nobody and nothing are not sent', () => {
    const view = driveView(sendView, {});
    view.key('enter').type('2').key('enter');
    expect(noticesOf(view)).toEqual(['To whom?', 'There is no text']);
    view.type('now').key('enter');
    expect(view.calls().map(({ method }) => method)).toEqual(['user.get', 'message.send']);
  });

  test('to a group, in another name, of another type, without waiting', () => {
    const view = driveView(sendView, {});
    view.key('shift-tab').key('right').key('tab').type('dev').key('tab').type('@bot');
    view
      .key('tab')
      .key('right')
      .key('tab')
      .key('left')
      .key('tab')
      .type('/f/a.png')
      .key('alt-enter')
      .type('x');
    view.answer({ id: 'dev', name: '开发组', creatorId: '1', memberCount: 9, lastSeq: 1, members: [] });
    expect(view.lines()[2]).toContain('开发组  9 members, 0 online');
    view.key('enter');
    expect(view.calls().at(-1)).toEqual({
      method: 'message.send',
      input: { as: '@bot', group: 'dev', content: '/f/a.png\nx', contentType: 2, wait: 'stored' },
    });
    const { to: _to, delivery: _delivery, ...stored } = SENT;
    view.fail({ code: 'not_found', text: '' });
    view.answer({ ...stored, group: 'dev', audience: { online: 3, offline: 5 } });
    expect(view.lines().at(-1)).toContain('3 online, 5 offline');
  });

  test('who did not answer in time is named', () => {
    const connections = [
      { connection: 'c-1', user: WANG, client: 'v1' as const },
      { connection: 'c-2', user: WANG, client: 'v1' as const, afterMs: 2 },
    ];
    const view = written('hi').key('enter');
    view.answer({ ...SENT, delivery: { delivered: 1, missed: 1, connections } });
    expect(view.lines().slice(-3)).toEqual([
      '  ✗ delivered  1 answered, 1 did not',
      '  ✗ missed     2 王小明 on c-1 (no answer in time)',
      '  ✓ delivered  14:02:07.122  2 王小明 on c-2 (pong after 2 ms)',
    ]);
  });

  test('the draft is kept, but never for somebody else, nor when it was sent', () => {
    const draft = written('draft').state;
    const contentOf = (argument: object, last: unknown) =>
      driveView(sendView, argument, { last }).lines()[6]?.slice(12, 17).trim();
    expect(contentOf({}, draft)).toBe('draft');
    expect(contentOf({ to: '2' }, draft)).toBe('draft');
    expect(contentOf({ to: '3' }, draft)).toBe('');
    expect(contentOf({ group: '2' }, draft)).toBe('');
    expect(contentOf({ to: '2' }, written('draft').key('enter').answer(SENT).state)).toBe('');
    const view = written('x').key('escape');
    expect(view.takeEffects()).toEqual([{ do: 'close' }]);
  });

  test('an answer about a name that was changed meanwhile is not taken', () => {
    const view = driveView(sendView, { to: '2' }).key('shift-tab');
    view.key('shift-tab').key('shift-tab').key('shift-tab').type('2').tell({ type: 'second' });
    view.answer(ABOUT_WANG);
    expect(view.lines()[2]).not.toContain('王小明');
    expect(view.calls()).toEqual([{ method: 'user.get', input: { user: '22' } }]);
  });

  test('hostile text stays text, in every size, with the cursor on the screen', () => {
    for (const [columns, rows] of [
      [20, 5],
      [40, 6],
      [80, 18],
      [200, 50],
    ] as const) {
      const size = { columns, rows };
      for (const [, text] of HOSTILE_TEXTS) {
        const view = driveView(sendView, { to: '2' }, { shared: { ...SHARED, size } });
        view.answer({ ...ABOUT_WANG, name: text }).answer({ items: [], total: 0, all: 0 });
        view
          .type(text)
          .key('enter')
          .answer({ ...SENT, to: { id: '2', name: text } });
        expect(faultsOf(view, size)).toEqual([]);
        expect(view.cursor()?.row).toBeLessThan(rows);
        expect(view.cursor()?.column).toBeLessThan(columns);
      }
    }
  });
});
