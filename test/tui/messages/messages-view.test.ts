import { describe, expect, test } from 'vitest';
import type { MessageItem, MessagePage } from '../../../src/protocol/admin-records.ts';
import { messagesView } from '../../../src/tui/messages/messages-view.ts';
import { filterOf, scopeOf } from '../../../src/tui/messages/message-scope.ts';
import { driveView, faultsOf, NOW, SHARED } from '../../support/drive-view.ts';
import { HOSTILE_TEXTS } from '../../support/hostile-texts.ts';

const ROOT = { id: '1', name: 'root' };
const WANG = { id: '2', name: '王小明' };

function message(id: number, more: Partial<MessageItem> = {}): MessageItem {
  return {
    id: String(id),
    conversationId: 'k5sWmvXyZ0123456789abc',
    seq: id,
    from: ROOT,
    to: WANG,
    contentType: 1,
    bytes: 11,
    sentAt: NOW - 1000,
    ...more,
  };
}

function page(...items: readonly MessageItem[]): MessagePage {
  return { items };
}

function tick(messages: readonly MessageItem[], skipped = 0) {
  return { type: 'watch', tick: { watch: 'message.watch', data: { messages, skipped } } } as const;
}

describe('Messages', () => {
  test('asks for the newest, is told of new ones, and shows who wrote to whom, not what', () => {
    const view = driveView(messagesView, {});
    expect(view.calls()).toEqual([{ method: 'message.list', input: { limit: 100 } }]);
    expect(view.watches()).toEqual({ 'message.watch': {} });
    view.answer(page(message(7)));
    const { to: _to, ...rest } = message(8);
    view.tell(tick([{ ...rest, group: 'dev', contentType: 2 }]));
    const [title, head, first, second] = view.lines();
    expect(title).toMatch(/^─ Messages ─+ live ─$/);
    expect(head).toMatch(/TIME +FROM +TO +SEQ TYPE +SIZE +ID/);
    expect(first).toMatch(/14:02:06 +1 root +# dev +8 image +11 +8/);
    expect(second).toMatch(/14:02:06 +1 root +2 王小明 +7 text +11 +7/);
  });

  test('says of one that was taken back that it was', () => {
    const gone = message(7, { recalled: true, bytes: 0, contentType: 2 });
    const view = driveView(messagesView, {}).answer(page(gone));
    expect(view.lines()[2]).toMatch(/7 recalled +0 +7/);
    view.command('show-text');
    view.answer(page({ ...gone, content: '' }));
    expect(view.lines()[2]).toMatch(/2 王小明 +\[recalled\] *$/);
  });

  test('the text is asked for with v, and only then', () => {
    const view = driveView(messagesView, {}).answer(page(message(7)));
    view.command('show-text');
    expect(view.calls()).toEqual([{ method: 'message.list', input: { content: true, limit: 100 } }]);
    expect(view.watches()).toEqual({ 'message.watch': { content: true } });
    view.answer(
      page(message(7, { content: '你好\n在吗' }), message(6, { contentType: 4, content: '/f/a.pdf' })),
    );
    expect(view.lines().join('\n')).toMatch(/2 王小明 +你好␊在吗/);
    expect(view.lines().join('\n')).toContain('[file] /f/a.pdf');
    expect(view.lines()[0]).toContain('text shown (audited)');
    view.command('show-text');
    expect(view.watches()).toEqual({ 'message.watch': {} });
  });

  test('an answer to an earlier question is not taken', () => {
    const view = driveView(messagesView, {});
    view.command('filter').type('2').key('enter');
    expect(view.calls().map(({ input }) => input)).toEqual([{ limit: 100 }, { user: '2', limit: 100 }]);
    view.answer(page(message(5, { from: { id: '9', name: 'other' } })));
    expect(view.lines().join('\n')).not.toContain('other');
    view.answer(page(message(6)));
    expect(view.lines().join('\n')).toContain('2 王小明');
  });

  test('a cursor is where a move puts it and stays on its message; acting keys are for it', () => {
    const view = driveView(messagesView, {}).answer(page(message(7), message(6, { from: WANG, to: ROOT })));
    expect(view.commands()).not.toContain('message');
    expect(view.command('message').command('disconnect').takeEffects().slice(1)).toEqual([]);
    view.command('down').command('down');
    view.tell(tick([message(8), message(9)]));
    expect(view.lines()[0]).toContain('paused, 2 new');
    expect(view.lines()[3]).toMatch(/^ > /);
    const targets = [{ userId: '2', name: '王小明' }];
    view.takeEffects();
    view.command('disconnect').command('message').command('copy-id');
    expect(view.takeEffects()).toEqual([
      { do: 'open', view: 'disconnect', argument: { targets } },
      { do: 'open', view: 'send', argument: { to: '2' } },
      { do: 'copy', id: '6' },
    ]);
    view.command('pause');
    expect(view.lines()[0]).toContain(' live ');
    expect(view.lines()[2]).toMatch(/ 9$/);
  });

  test('older pages come when the cursor gets near the end', () => {
    const view = driveView(messagesView, {}).answer({
      items: Array.from({ length: 100 }, (_, at) => message(200 - at)),
      next: '101',
    });
    view.command('bottom');
    expect(view.calls()).toEqual([{ method: 'message.list', input: { limit: 100, before: '101' } }]);
    view.answer(page(message(100))).command('down');
    expect(view.lines().at(-1)).toMatch(/^ > .* 100$/);
  });

  test('what came while another page was on top is asked for, not passed over', () => {
    const live = driveView(messagesView, {}).answer(page(message(7)));
    live.tell({ type: 'back' });
    expect(live.calls()).toHaveLength(1);
    const held = driveView(messagesView, {})
      .answer(page(message(7)))
      .command('down');
    held.tell({ type: 'back' });
    expect([held.calls(), held.lines()[2]?.slice(0, 3)]).toEqual([[], ' > ']);
    held.tell(tick([message(9)])).command('pause');
    expect(held.calls()).toHaveLength(1);
    held.answer(page(message(9), message(8), message(7)));
    expect(held.lines().filter((line) => /2 王小明/.test(line))).toHaveLength(3);
  });

  test('what cannot be shown is said', () => {
    const view = driveView(messagesView, { user: '77' });
    view.fail({ code: 'no_such_recipient', text: 'There is no user 77' });
    expect(view.lines().join('\n')).toContain('There is no user 77');
    expect(view.watches()).toEqual({});
    view.tell({ type: 'live' });
    expect(view.calls()).toEqual([{ method: 'message.list', input: { user: '77', limit: 100 } }]);
    view.answer(page());
    expect(view.lines().join('\n')).toContain('no messages');
  });

  test('details have the text whole, where it was asked for', () => {
    const view = driveView(messagesView, {});
    view
      .command('show-text')
      .answer(page())
      .answer(page(message(7, { content: 'one\ntwo' })))
      .command('down');
    view.takeEffects();
    const [effect] = view.command('details').takeEffects();
    expect(effect).toMatchObject({ do: 'open', view: 'event' });
    const lines = effect?.do === 'open' && effect.view === 'event' ? effect.argument.lines : [];
    expect(lines.slice(-2)).toEqual(['one', 'two']);
  });

  test.each([
    ['2', { user: '2' }],
    ['@alice', { user: '@alice' }],
    ['all', { group: 'all' }],
    ['group:2', { group: '2' }],
    ['user:alice', { user: 'alice' }],
    ['  ', {}],
  ])('the filter %j is %j', (text, scope) => {
    expect(scopeOf(text)).toEqual(scope);
    expect(scopeOf(filterOf(scope))).toEqual(scope);
  });

  test('hostile text stays text, and nothing is wider than the screen', () => {
    const items = HOSTILE_TEXTS.map(([, text], at) =>
      message(at + 1, { from: { id: '3', name: text }, content: text }),
    );
    for (const columns of [20, 40, 80, 200]) {
      const size = { columns, rows: 18 };
      const view = driveView(messagesView, {}, { shared: { ...SHARED, size } });
      view
        .command('show-text')
        .answer(page())
        .answer(page(...items))
        .command('down');
      expect(faultsOf(view, size)).toEqual([]);
      view.command('filter').type('\u001b]0;x\u0007\u202e');
      expect(faultsOf(view, size)).toEqual([]);
    }
  });
});
