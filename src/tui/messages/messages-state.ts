import type { MessageItem, MessagePage, MessageWatch } from '../../protocol/admin-records.ts';
import { FEED_START, type Feed } from '../feed.ts';
import { filterLine, type FilterLine } from '../filter-line.ts';
import type { CallError, Effect, Step } from '../view.ts';
import { filterOf, scopeOf } from './message-scope.ts';

export interface MessagesState {
  readonly filter: FilterLine;
  /** `v`: with the text. */
  readonly hasText: boolean;
  readonly feed: Feed<MessageItem>;
  /** Counts what was asked for anew: answers to an earlier question are not taken. */
  readonly turn: number;
  readonly error: CallError | undefined;
}

/** What came of its own calls. `before`: the row that older ones were asked for; undefined for the newest page. */
export type MessagesMessage =
  | {
      readonly is: 'page';
      readonly turn: number;
      readonly before: string | undefined;
      readonly page: MessagePage;
    }
  | { readonly is: 'failed'; readonly turn: number; readonly error: CallError };

export const PAGE = 100;

export function openMessages(argument: {
  readonly user?: string;
  readonly group?: string;
}): Step<MessagesState, MessagesMessage> {
  return askAnew({
    filter: filterLine(filterOf(argument)),
    hasText: false,
    feed: FEED_START,
    turn: 0,
    error: undefined,
  });
}

/** Forgets what is shown and asks for the newest page. */
export function askAnew(state: MessagesState): Step<MessagesState, MessagesMessage> {
  const next = { ...state, feed: FEED_START, turn: state.turn + 1, error: undefined };
  return { state: next, effects: [askPage(next, undefined)] };
}

export function askOlder(state: MessagesState): Step<MessagesState, MessagesMessage> {
  const before = state.feed.rows.at(-1)?.id;
  if (before === undefined) return { state };
  return { state: { ...state, feed: { ...state.feed, isAsking: true } }, effects: [askPage(state, before)] };
}

/** What is watched and asked for. */
export function wantedOf(state: MessagesState): MessageWatch {
  return { ...scopeOf(state.filter.text), ...(state.hasText ? { content: true } : {}) };
}

function askPage(state: MessagesState, before: string | undefined): Effect<MessagesMessage> {
  const { turn } = state;
  return {
    do: 'call',
    method: 'message.list',
    input: { ...wantedOf(state), limit: PAGE, ...(before === undefined ? {} : { before }) },
    done: (page) => ({ is: 'page', turn, before, page }),
    failed: (error) => ({ is: 'failed', turn, error }),
  };
}
