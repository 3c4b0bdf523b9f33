import type { ConnectionHistory, ConnectionRecord } from '../../protocol/admin-connections.ts';
import type { CommandName } from '../commands.ts';
import {
  isListMove,
  LIST_START,
  moveList,
  settleList,
  type List,
  type ListMove,
  type Rows,
} from '../list.ts';
import { listHeight } from '../list-screen.ts';
import type { CallError, Effect, Shared, Step, ViewEvent } from '../view.ts';

export interface HistoryState {
  readonly userId: string;
  readonly name: string;
  readonly records: readonly ConnectionRecord[];
  /** `before` of the next page; undefined once all are there. */
  readonly next: string | undefined;
  readonly isAsking: boolean;
  readonly list: List;
  readonly error: string | undefined;
}

export type HistoryMessage =
  | { readonly type: 'page'; readonly before: string | undefined; readonly page: ConnectionHistory }
  | { readonly type: 'user'; readonly name: string }
  | { readonly type: 'failed'; readonly error: CallError }
  | { readonly type: 'nothing' };

type HistoryStep = Step<HistoryState, HistoryMessage>;

export function openHistory(userId: string): HistoryStep {
  const state: HistoryState = {
    userId,
    name: '',
    records: [],
    next: undefined,
    isAsking: true,
    list: LIST_START,
    error: undefined,
  };
  return { state, effects: [askForName(userId), askForPage(userId, undefined)] };
}

export function updateHistory(
  state: HistoryState,
  event: ViewEvent<HistoryMessage>,
  shared: Shared,
): HistoryStep {
  switch (event.type) {
    case 'command':
      if (isListMove(event.command)) {
        return readOn(move(state, event.command, shared), shared);
      }
      return { state, effects: effectsOf(state, event.command) };
    case 'message':
      return onMessage(state, event.message, shared);
    case 'live':
    case 'back':
      return openAgain(state);
    case 'edit':
    case 'watch':
    case 'second':
      return { state };
  }
}

function move(state: HistoryState, command: ListMove, shared: Shared): HistoryState {
  return { ...state, list: moveList(state.list, command, rowsOf(state), listHeight(shared.size)) };
}

function onMessage(state: HistoryState, message: HistoryMessage, shared: Shared): HistoryStep {
  switch (message.type) {
    case 'nothing':
      return { state };
    case 'user':
      return { state: { ...state, name: message.name } };
    case 'failed':
      return { state: { ...state, isAsking: false, error: message.error.text } };
    case 'page': {
      const { before, page } = message;
      const records = before === undefined ? page.items : [...state.records, ...page.items];
      const came = { ...state, records, next: page.next, isAsking: false, error: undefined };
      return { state: { ...came, list: settleList(came.list, rowsOf(came), listHeight(shared.size)) } };
    }
  }
}

function openAgain(state: HistoryState): HistoryStep {
  return { state: { ...state, isAsking: true }, effects: [askForPage(state.userId, undefined)] };
}

/** Asks for the next page before its rows are in sight. */
function readOn(state: HistoryState, shared: Shared): HistoryStep {
  const isNear = state.list.index + 2 * listHeight(shared.size) >= state.records.length;
  if (state.isAsking || state.next === undefined || !isNear) return { state };
  return { state: { ...state, isAsking: true }, effects: [askForPage(state.userId, state.next)] };
}

function rowsOf({ records }: HistoryState): Rows {
  return { ids: records.map(({ id }) => id), offset: 0, total: records.length };
}

function effectsOf(state: HistoryState, command: CommandName): readonly Effect<HistoryMessage>[] {
  if (command === 'back') return [{ do: 'close' }];
  const record = state.records.find(({ id }) => id === state.list.cursor);
  if (record === undefined) return [];
  if (command === 'copy-id') return [{ do: 'copy', id: record.id }];
  if (command !== 'details') return [];
  const { userId } = state;
  const argument = record.closedAt === undefined ? { userId, connection: record.id } : { userId };
  return [{ do: 'open', view: 'user', argument }];
}

function askForName(userId: string): Effect<HistoryMessage> {
  return {
    do: 'call',
    method: 'user.get',
    input: { user: userId },
    done: ({ name }) => ({ type: 'user', name }),
    failed: () => ({ type: 'nothing' }),
  };
}

function askForPage(userId: string, before: string | undefined): Effect<HistoryMessage> {
  return {
    do: 'call',
    method: 'connection.history',
    input: { user: userId, before, limit: 100 },
    done: (page) => ({ type: 'page', before, page }),
    failed: (error) => ({ type: 'failed', error }),
  };
}
