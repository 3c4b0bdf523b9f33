import type { MessageItem } from '../../protocol/admin-records.ts';
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
import { editFilter, typeFilter } from '../filter-line.ts';
import { isListMove, LIST_MOVES, type ListMove } from '../list.ts';
import { listNote } from '../list-note.ts';
import { drawListScreen, listHeight } from '../list-screen.ts';
import {
  defineView,
  say,
  type Effect,
  type Shared,
  type Step,
  type Target,
  type ViewEvent,
} from '../view.ts';
import { messageColumns } from './message-columns.ts';
import { messageLines } from './message-lines.ts';
import { isInScope } from './message-scope.ts';
import {
  askAnew,
  askOlder,
  openMessages,
  wantedOf,
  type MessagesMessage,
  type MessagesState,
} from './messages-state.ts';

type Next = Step<MessagesState, MessagesMessage>;

/** Messages as they are stored: who to whom, and what only where it was asked for (`v`, audited). */
export const messagesView = defineView<'messages', MessagesState, MessagesMessage>({
  name: 'messages',
  shape: 'screen',
  open: openMessages,
  update(state, event, shared) {
    switch (event.type) {
      case 'edit':
        return typed(state, event, shared);
      case 'command':
        return obey(state, event.command, shared);
      case 'watch':
        return { state: told(state, event) };
      case 'message':
        return { state: answered(state, event.message) };
      case 'live':
      case 'back':
        return missed(state);
      default:
        return { state: { ...state, feed: settleFeed(state.feed, heightOf(state, shared)) } };
    }
  },
  draw(state, shared, size) {
    const { filter, feed } = state;
    return drawListScreen(
      {
        title: titleOf(state, shared),
        state: feedState(feed, shared),
        filter,
        hint: say(shared, HINT),
        columns: messageColumns(state.hasText),
        rows: feed.rows,
        list: settleFeed(feed, listHeight(size, filter)).list,
        idOf: ({ id }) => id,
        note: listNote({ error: state.error, isAsking: feed.isOpening, rows: feed.rows }, NONE, shared),
      },
      shared,
      size,
    );
  },
  commands: ({ feed }) => [...(chosenOf(feed) === undefined ? [] : ON_ONE), ...ALWAYS],
  isTyping: ({ filter }) => filter.typing !== undefined,
  watches: (state) => (state.error === undefined ? { 'message.watch': wantedOf(state) } : {}),
});

const ON_ONE: readonly CommandName[] = ['details', 'message', 'copy-id', 'disconnect', 'ban'];
const ALWAYS: readonly CommandName[] = ['show-text', 'filter', 'pause', ...LIST_MOVES];

function typed(
  state: MessagesState,
  { edit }: Extract<ViewEvent<MessagesMessage>, { type: 'edit' }>,
  shared: Shared,
): Next {
  const filter = editFilter(state.filter, edit);
  if (filter.text !== state.filter.text) return askAnew({ ...state, filter });
  const next = { ...state, filter };
  return { state: { ...next, feed: settleFeed(state.feed, heightOf(next, shared)) } };
}

function obey(state: MessagesState, command: CommandName, shared: Shared): Next {
  if (isListMove(command)) return moved(state, command, shared);
  if (command === 'filter') return { state: { ...state, filter: typeFilter(state.filter) } };
  if (command === 'show-text') return askAnew({ ...state, hasText: !state.hasText });
  if (command === 'pause') return paused(state);
  const chosen = chosenOf(state.feed);
  return chosen === undefined ? { state } : { state, effects: onOne(chosen, command, shared) };
}

/** Going on after something was missed begins with the newest page. */
function paused(state: MessagesState): Next {
  const { feed } = state;
  if (feed.isHeld && feed.hasHole) return askAnew(state);
  return { state: { ...state, feed: toggleFeed(feed) } };
}

/** Under a page, or while the server was gone, it was not told what came. */
function missed(state: MessagesState): Next {
  return state.feed.isHeld && state.error === undefined
    ? { state: { ...state, feed: missFeed(state.feed) } }
    : askAnew(state);
}

function moved(state: MessagesState, move: ListMove, shared: Shared): Next {
  const height = heightOf(state, shared);
  const next = { ...state, feed: moveFeed(state.feed, move, height) };
  return wantsOlder(next.feed, height) ? askOlder(next) : { state: next };
}

function onOne(item: MessageItem, command: CommandName, shared: Shared): readonly Effect<MessagesMessage>[] {
  const targets: readonly Target[] = [{ userId: item.from.id, name: item.from.name }];
  switch (command) {
    case 'details':
      return [
        {
          do: 'open',
          view: 'event',
          argument: { title: say(shared, { zh: '消息', en: 'Message' }), lines: messageLines(item, shared) },
        },
      ];
    case 'message':
      return [
        {
          do: 'open',
          view: 'send',
          argument: item.group === undefined ? { to: item.from.id } : { group: item.group },
        },
      ];
    case 'copy-id':
      return [{ do: 'copy', id: item.id }];
    case 'disconnect':
    case 'ban':
      return [{ do: 'open', view: command, argument: { targets } }];
    default:
      return [];
  }
}

function told(
  state: MessagesState,
  { tick }: Extract<ViewEvent<MessagesMessage>, { type: 'watch' }>,
): MessagesState {
  if (tick.watch !== 'message.watch') return state;
  const wanted = wantedOf(state);
  const messages = tick.data.messages.filter((item) => isInScope(item, wanted));
  return { ...state, feed: feedTick(state.feed, messages, tick.data.skipped) };
}

function answered(state: MessagesState, message: MessagesMessage): MessagesState {
  if (message.turn !== state.turn) return state;
  if (message.is === 'failed') return { ...state, error: message.error };
  const { page, before } = message;
  const hasMore = page.next !== undefined;
  if (before === undefined) return { ...state, feed: openFeed(state.feed, page.items, hasMore) };
  const isNextPage = state.feed.rows.at(-1)?.id === before;
  return isNextPage ? { ...state, feed: extendFeed(state.feed, page.items, hasMore) } : state;
}

function heightOf(state: MessagesState, { size }: Shared): number {
  return listHeight(size, state.filter);
}

function titleOf({ filter, hasText }: MessagesState, shared: Shared): string {
  const { middot } = shared.glyphs;
  const parts = [
    say(shared, { zh: '消息', en: 'Messages' }),
    ...(filter.text === '' ? [] : [`/${visibleText(filter.text)}`]),
    ...(hasText ? [say(shared, { zh: '显示内容 (已审计)', en: 'text shown (audited)' })] : []),
  ];
  return parts.join(` ${middot} `);
}

const NONE = { zh: '没有消息', en: 'no messages' } as const;
const HINT = {
  zh: '2、@alice (用户) 或 all、dev (群组); 留空为全部',
  en: '2, @alice (a user) or all, dev (a group); empty for all',
} as const;
