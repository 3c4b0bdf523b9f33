import { describe, expect, test } from 'vitest';
import type { AuditItem, ServerEvent } from '../../../src/protocol/admin-records.ts';
import { auditFilterOf } from '../../../src/tui/events/audit-filter.ts';
import { eventView } from '../../../src/tui/events/event-view.ts';
import { eventsView } from '../../../src/tui/events/events-view.ts';
import { driveView, faultsOf, NOW, SHARED } from '../../support/drive-view.ts';
import { HOSTILE_TEXTS } from '../../support/hostile-texts.ts';

function event(id: number, more: Partial<ServerEvent> = {}): ServerEvent {
  return { id, at: NOW, level: 'info', event: 'connection_opened', fields: { user: 2 }, ...more };
}

function audited(id: number, more: Partial<AuditItem> = {}): AuditItem {
  return {
    id,
    at: NOW,
    actor: 'deploy@srv',
    action: 'user.kick',
    target: 'user:2',
    address: '127.0.0.1',
    result: 'ok',
    ...more,
  };
}

function tick(events: readonly ServerEvent[], skipped = 0) {
  return { type: 'watch', tick: { watch: 'event.watch', data: { events, skipped } } } as const;
}

describe('Events', () => {
  test('shows what the server says as it says it, filtered by the server', () => {
    const view = driveView(eventsView, { filter: 'refused' });
    expect(view.calls()).toEqual([{ method: 'event.list', input: { filter: 'refused', limit: 100 } }]);
    expect(view.watches()).toEqual({ 'event.watch': { filter: 'refused' } });
    view.answer({ items: [event(1)] });
    view.tell(tick([event(2, { level: 'warn', event: 'connection_refused', fields: { reason: 'origin' } })]));
    expect(view.lines()[0]).toMatch(/^─ Events · \/refused ─+ live ─$/);
    expect(view.lines()[2]).toMatch(/14:02:07 +warn +connection_refused +reason=origin/);
    expect(view.lines()[3]).toMatch(/14:02:07 +info +connection_opened +user=2/);
  });

  test('the audit is a filter of it: asked for again and again, held by a move', () => {
    const view = driveView(eventsView, {}).answer({ items: [] });
    view.command('audit');
    expect(view.calls()).toEqual([{ method: 'audit.list', input: { limit: 100 } }]);
    expect(view.watches()).toEqual({});
    view.answer({ items: [audited(1)] });
    expect(view.lines()[2]).toMatch(/14:02:07 +deploy@srv +user\.kick +user:2 +ok/);
    view.tell({ type: 'second' });
    view.tell({ type: 'second' });
    expect(view.calls()).toHaveLength(1);
    view.answer({ items: [audited(2, { result: 'conflict' }), audited(1)] });
    expect(view.lines()[2]).toContain('conflict');
    view
      .command('down')
      .share({ now: NOW + 3000 })
      .tell({ type: 'second' });
    view.answer({ items: [audited(3), audited(2), audited(1)] });
    expect(view.lines()[0]).toContain('paused, 1 new');
    view.command('audit');
    expect(view.calls()).toEqual([{ method: 'event.list', input: { limit: 100 } }]);
  });

  test('a gap in the audit is never shown as none', () => {
    const view = driveView(eventsView, { audit: true }).answer({ items: [audited(1)] });
    view.tell({ type: 'second' }).answer({ items: [audited(9), audited(8)], next: 8 });
    expect(
      view
        .lines()
        .join('\n')
        .match(/user\.kick/g),
    ).toHaveLength(2);
    view.command('bottom');
    expect(view.calls()).toEqual([{ method: 'audit.list', input: { limit: 100, before: 8 } }]);
  });

  test('details have every field', () => {
    const view = driveView(eventsView, {}).answer({
      items: [event(1, { fields: { user: 2, address: '::1' } })],
    });
    view.command('down').takeEffects();
    const [effect] = view.command('details').takeEffects();
    if (effect?.do !== 'open' || effect.view !== 'event') throw new Error('nothing was opened');
    const page = driveView(eventView, effect.argument);
    expect(page.lines().join('\n')).toMatch(/event +connection_opened\n[^]*user +2\n +address +::1/);
    page.command('back');
    expect(page.takeEffects()).toEqual([{ do: 'close' }]);
  });

  test('a page longer than the screen is read by moving, wrapped at its width', () => {
    const shared = { ...SHARED, size: { columns: 20, rows: 4 } };
    const lines = ['王'.repeat(20), 'two', 'three'];
    const page = driveView(eventView, { title: 'Message', lines }, { shared });
    expect(page.lines().slice(1)).toEqual([`  ${'王'.repeat(9)}`, `  ${'王'.repeat(9)}`, '  王王']);
    page.command('bottom');
    expect(page.lines().slice(1)).toEqual(['  王王', '  two', '  three']);
    expect(page.lines()[0]).toContain('3-5 / 5');
    expect(page.command('down').command('page-up').lines()[1]).toBe(`  ${'王'.repeat(9)}`);
  });

  test.each([
    ['deploy@srv user.kick', { actor: 'deploy@srv', action: 'user.kick' }],
    ['actor:user:1 message', { actor: 'user:1', action: 'message' }],
    ['message.send group', { action: 'message.send', target: 'group' }],
    ['user:2', { target: 'user:2' }],
    ['@alice', { target: '@alice' }],
    ['', {}],
  ])('%j of the audit is %j', (text, filter) => expect(auditFilterOf(text)).toEqual(filter));

  test('hostile text stays text, and nothing is wider than the screen', () => {
    const events = HOSTILE_TEXTS.map(([, text], at) =>
      event(at + 1, { event: text, fields: { [text]: text } }),
    );
    const audit = HOSTILE_TEXTS.map(([, text], at) =>
      audited(at + 1, { actor: text, target: text, result: text }),
    );
    for (const columns of [20, 40, 80, 200]) {
      const size = { columns, rows: 18 };
      const shared = { ...SHARED, size };
      expect(faultsOf(driveView(eventsView, {}, { shared }).answer({ items: events }), size)).toEqual([]);
      const view = driveView(eventsView, { audit: true }, { shared }).answer({ items: audit });
      expect(faultsOf(view, size)).toEqual([]);
      const lines = HOSTILE_TEXTS.map(([, text]) => text);
      expect(faultsOf(driveView(eventView, { title: lines.join(), lines }, { shared }), size)).toEqual([]);
    }
  });
});
