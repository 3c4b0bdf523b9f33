import type { AuditItem, ServerEvent } from '../../protocol/admin-records.ts';
import { visibleText } from '../../protocol/visible-text.ts';
import type { CommandName } from '../commands.ts';
import {
  chosenOf,
  extendFeed,
  feedTick,
  missFeed,
  moveFeed,
  openFeed,
  settleFeed,
  toggleFeed,
  wantsOlder,
} from '../feed.ts';
import { feedState } from '../feed-state.ts';
import { editFilter, filterLine, typeFilter } from '../filter-line.ts';
import { isListMove, LIST_MOVES, type ListMove } from '../list.ts';
import { listNote } from '../list-note.ts';
import { drawListScreen, listHeight } from '../list-screen.ts';
import { defineView, say, type Edit, type Shared, type Step } from '../view.ts';
import { AUDIT_COLUMNS, EVENT_COLUMNS } from './event-columns.ts';
import { auditLines, eventLines } from './event-lines.ts';
import {
  askAnew,
  askOlder,
  openEvents,
  pollAudit,
  type EventRow,
  type EventsMessage,
  type EventsState,
} from './events-state.ts';

type Next = Step<EventsState, EventsMessage>;

/** What the server says of itself, as it happens; and the audit: what operators did. */
export const eventsView = defineView<'events', EventsState, EventsMessage>({
  name: 'events',
  shape: 'screen',
  open: openEvents,
  update(state, event, shared) {
    switch (event.type) {
      case 'edit':
        return typed(state, event.edit, shared);
      case 'command':
        return obey(state, event.command, shared);
      case 'watch': {
        const { tick } = event;
        if (tick.watch !== 'event.watch' || state.isAudit) return { state };
        return { state: { ...state, feed: feedTick(state.feed, tick.data.events, tick.data.skipped) } };
      }
      case 'message':
        return { state: answered(state, event.message) };
      case 'live':
        return askAnew(state);
      case 'back':
        return uncovered(state);
      case 'second':
        return shared.link.state === 'live' ? pollAudit(state, shared.now) : { state };
      default:
        return { state: { ...state, feed: settleFeed(state.feed, heightOf(state, shared)) } };
    }
  },
  draw(state, shared, size) {
    const { filter, feed, isAudit } = state;
    const common = {
      title: titleOf(state, shared),
      state: feedState(feed, shared),
      filter,
      hint: say(shared, isAudit ? AUDIT_HINT : EVENT_HINT),
      list: settleFeed(feed, listHeight(size, filter)).list,
      idOf: ({ id }: EventRow) => String(id),
      note: noteOf(state, shared),
    };
    return isAudit
      ? drawListScreen(
          { ...common, columns: AUDIT_COLUMNS, rows: feed.rows.filter(isAuditItem) },
          shared,
          size,
        )
      : drawListScreen({ ...common, columns: EVENT_COLUMNS, rows: feed.rows.filter(isEvent) }, shared, size);
  },
  commands: ({ feed }) => (chosenOf(feed) === undefined ? ALWAYS : ['details', ...ALWAYS]),
  isTyping: ({ filter }) => filter.typing !== undefined,
  watches: ({ isAudit, filter }) => {
    if (isAudit) return {};
    return { 'event.watch': filter.text === '' ? {} : { filter: filter.text } };
  },
});

const ALWAYS: readonly CommandName[] = ['audit', 'filter', 'pause', ...LIST_MOVES];

function typed(state: EventsState, edit: Edit, shared: Shared): Next {
  const filter = editFilter(state.filter, edit);
  if (filter.text !== state.filter.text) return askAnew({ ...state, filter });
  const next = { ...state, filter };
  return { state: { ...next, feed: settleFeed(state.feed, heightOf(next, shared)) } };
}

function obey(state: EventsState, command: CommandName, shared: Shared): Next {
  if (isListMove(command)) return moved(state, command, shared);
  if (command === 'filter') return { state: { ...state, filter: typeFilter(state.filter) } };
  if (command === 'audit') return askAnew({ ...state, isAudit: !state.isAudit, filter: filterLine() });
  if (command === 'pause') return paused(state);
  const chosen = chosenOf(state.feed);
  if (command !== 'details' || chosen === undefined) return { state };
  const argument = isEvent(chosen)
    ? { title: say(shared, { zh: '事件', en: 'Event' }), lines: eventLines(chosen) }
    : { title: say(shared, { zh: '审计', en: 'Audit' }), lines: auditLines(chosen, shared) };
  return { state, effects: [{ do: 'open', view: 'event', argument }] };
}

/** Going on after something was missed begins with the newest page. */
function paused(state: EventsState): Next {
  const { feed } = state;
  if (feed.isHeld && feed.hasHole) return askAnew(state);
  return { state: { ...state, feed: toggleFeed(feed) } };
}

/** Under a page it was not told what came. */
function uncovered(state: EventsState): Next {
  return state.feed.isHeld ? { state: { ...state, feed: missFeed(state.feed) } } : askAnew(state);
}

function moved(state: EventsState, move: ListMove, shared: Shared): Next {
  const height = heightOf(state, shared);
  const next = { ...state, feed: moveFeed(state.feed, move, height) };
  return wantsOlder(next.feed, height) ? askOlder(next) : { state: next };
}

function answered(state: EventsState, message: EventsMessage): EventsState {
  if (message.turn !== state.turn) return state;
  const { outcome } = message;
  const settled = message.for === 'news' ? { ...state, isPolling: false } : state;
  const { feed } = state;
  if ('error' in outcome) {
    return { ...settled, error: outcome.error, feed: { ...feed, isAsking: false, isOpening: false } };
  }
  const hasMore = outcome.next !== undefined;
  const rows: readonly EventRow[] = outcome.items;
  const next = { ...settled, error: undefined };
  if (message.for === 'newest') return { ...next, feed: openFeed(feed, rows, hasMore) };
  if (message.for === 'news') return { ...next, feed: withNews(state, rows) };
  const isNextPage = feed.rows.at(-1)?.id === message.before;
  return isNextPage ? { ...next, feed: extendFeed(feed, rows, hasMore) } : next;
}

/** Of the newest page, what is newer than all that is known; if that is all of it, something was missed between. */
function withNews({ feed }: EventsState, page: readonly EventRow[]): EventsState['feed'] {
  const known = Math.max(0, ...[feed.waiting[0], feed.rows[0]].map((row) => row?.id ?? 0));
  const news = page.filter(({ id }) => id > known);
  const isHole = known > 0 && news.length > 0 && news.length === page.length;
  return feedTick(feed, news.toReversed(), isHole ? 1 : 0);
}

function heightOf(state: EventsState, { size }: Shared): number {
  return listHeight(size, state.filter);
}

function isEvent(row: EventRow): row is ServerEvent {
  return 'event' in row;
}

function isAuditItem(row: EventRow): row is AuditItem {
  return 'action' in row;
}

function titleOf({ filter, isAudit }: EventsState, shared: Shared): string {
  const name = isAudit
    ? say(shared, { zh: '审计', en: 'Events: audit' })
    : say(shared, { zh: '事件', en: 'Events' });
  return filter.text === '' ? name : `${name} ${shared.glyphs.middot} /${visibleText(filter.text)}`;
}

function noteOf({ error, feed, isAudit }: EventsState, shared: Shared) {
  const none = isAudit ? { zh: '没有审计记录', en: 'nothing audited' } : { zh: '没有事件', en: 'no events' };
  return listNote({ error, isAsking: feed.isOpening, rows: feed.rows }, none, shared);
}

const EVENT_HINT = {
  zh: '级别、事件、字段中的词; ! 表示排除',
  en: 'words of level, event or fields; ! excludes',
} as const;
const AUDIT_HINT = {
  zh: 'actor:deploy@srv  action:user.kick  target:user:2',
  en: 'actor:deploy@srv  action:user.kick  target:user:2',
} as const;
