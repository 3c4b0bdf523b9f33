import type { AuditItem, AuditPage, EventPage, ServerEvent } from '../../protocol/admin-records.ts';
import { FEED_START, type Feed } from '../feed.ts';
import { filterLine, type FilterLine } from '../filter-line.ts';
import type { CallError, Effect, Step } from '../view.ts';
import { auditFilterOf } from './audit-filter.ts';

/** A row of Events: what the server said of itself, or what operators did. */
export type EventRow = ServerEvent | AuditItem;

export interface EventsState {
  /** Shown is the audit instead of the server's events. */
  readonly isAudit: boolean;
  readonly filter: FilterLine;
  readonly feed: Feed<EventRow>;
  /** Counts what was asked for anew: answers to an earlier question are not taken. */
  readonly turn: number;
  /** When the audit was last asked for its newest page; ms since 1970. */
  readonly polledAt: number;
  readonly isPolling: boolean;
  readonly error: CallError | undefined;
}

/** What came of its own calls. `for`: the newest page, older ones behind the row `before`, or what is new since. */
export interface EventsMessage {
  readonly turn: number;
  readonly for: PageKind;
  readonly before?: number | undefined;
  readonly outcome: EventPage | AuditPage | { readonly error: CallError };
}

type PageKind = 'newest' | 'older' | 'news';
type Next = Step<EventsState, EventsMessage>;

const PAGE = 100;

export function openEvents(argument: { readonly filter?: string; readonly audit?: true }): Next {
  return askAnew({
    isAudit: argument.audit === true,
    filter: filterLine(argument.filter),
    feed: FEED_START,
    turn: 0,
    polledAt: 0,
    isPolling: false,
    error: undefined,
  });
}

/** Forgets what is shown and asks for the newest page. */
export function askAnew(state: EventsState): Next {
  const next = { ...state, feed: FEED_START, turn: state.turn + 1, error: undefined, isPolling: false };
  return { state: next, effects: [askPage(next, 'newest')] };
}

export function askOlder(state: EventsState): Next {
  const before = state.feed.rows.at(-1)?.id;
  if (before === undefined) return { state };
  const feed = { ...state.feed, isAsking: true };
  return { state: { ...state, feed }, effects: [askPage(state, 'older', before)] };
}

/** The audit is not told on a clock: it is asked for, every other second. */
export function pollAudit(state: EventsState, now: number): Next {
  const isDue = state.isAudit && !state.isPolling && !state.feed.isOpening && now - state.polledAt >= 2000;
  if (!isDue) return { state };
  return { state: { ...state, isPolling: true, polledAt: now }, effects: [askPage(state, 'news')] };
}

function askPage(state: EventsState, kind: PageKind, before?: number): Effect<EventsMessage> {
  const { turn, isAudit, filter } = state;
  const paging = { limit: PAGE, ...(before === undefined ? {} : { before }) };
  const done = (outcome: EventsMessage['outcome']): EventsMessage => ({ turn, for: kind, before, outcome });
  const failed = (error: CallError) => done({ error });
  if (isAudit) {
    const input = { ...auditFilterOf(filter.text), ...paging };
    return { do: 'call', method: 'audit.list', input, done, failed };
  }
  const input = { ...(filter.text === '' ? {} : { filter: filter.text }), ...paging };
  return { do: 'call', method: 'event.list', input, done, failed };
}
