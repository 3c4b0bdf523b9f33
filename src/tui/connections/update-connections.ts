import { CONNECTION_SORTS, type ConnectionView } from '../../protocol/admin-connections.ts';
import type { CommandName } from '../commands.ts';
import { typeFilter } from '../filter-line.ts';
import { isListMove, LIST_START, moveList, settleList, type ListMove } from '../list.ts';
import { listHeight } from '../list-screen.ts';
import type { Effect, OpenEffect, Shared, Step, Target, ViewEvent } from '../view.ts';
import { fromTheTop, rowAtCursor, rowsOf } from './connections-state.ts';
import type { ConnectionsMessage, ConnectionsState } from './connections-state.ts';
import { editConnectionFilter } from './edit-connection-filter.ts';
import { onSweepFailed, onSweepPage, startSweep } from './sweep.ts';
import { targetOf } from './target-of.ts';

type ConnectionsStep = Step<ConnectionsState, ConnectionsMessage>;

export function updateConnections(
  state: ConnectionsState,
  event: ViewEvent<ConnectionsMessage>,
  shared: Shared,
): ConnectionsStep {
  switch (event.type) {
    case 'command':
      return onCommand(state, event.command, shared);
    case 'edit':
      return { state: editConnectionFilter(state, event.edit, shared) };
    case 'watch':
      return {
        state: event.tick.watch === 'connection.watch' ? onTick(state, event.tick.data, shared) : state,
      };
    case 'message':
      return event.message.type === 'page'
        ? onSweepPage(state, event.message, shared)
        : onSweepFailed(state, event.message);
    case 'back':
      return state.marks.size === 0 ? { state } : startSweep(state, 'check');
    case 'live':
      // The order that was held is not the one the server would hold now.
      return { state: { ...state, isHeld: false, list: { ...state.list, top: 0 } } };
    case 'second':
      return { state };
  }
}

/** Live, the top of the list stays in sight whatever the cursor's row does; held, the cursor does. */
function onTick(state: ConnectionsState, view: ConnectionView, shared: Shared): ConnectionsState {
  const settled = settleList(state.list, rowsOf(view), listHeight(shared.size, state.filter));
  const list = state.isHeld ? settled : { ...settled, top: 0 };
  return { ...state, view, list };
}

function onCommand(state: ConnectionsState, command: CommandName, shared: Shared): ConnectionsStep {
  if (isListMove(command)) return { state: move(state, command, shared) };
  switch (command) {
    case 'pause':
      return { state: state.isHeld ? goOn(state) : { ...state, isHeld: true } };
    case 'sort':
      return { state: fromTheTop({ ...state, ...nextSort(state) }) };
    case 'sort-direction':
      return { state: fromTheTop({ ...state, isDescending: !state.isDescending }) };
    case 'filter':
      return { state: { ...state, filter: typeFilter(state.filter) } };
    case 'mark':
      return { state: mark(state, shared) };
    case 'mark-all':
      return startSweep(state, 'mark');
    case 'back':
      return { state: stepBack(state) };
    default:
      return { state, effects: effectsOf(state, command) };
  }
}

/** Moving away from the top holds the order: a list that is being read does not move. */
function move(state: ConnectionsState, command: ListMove, shared: Shared): ConnectionsState {
  const list = moveList(state.list, command, rowsOf(state.view), listHeight(shared.size, state.filter));
  return { ...state, list, isHeld: state.isHeld || list.index > 0 };
}

/** Those who came while the order was held are among the rows again: a key that follows at once may move to them. */
function goOn(state: ConnectionsState): ConnectionsState {
  const { view } = state;
  const together = view && { ...view, total: view.total + view.arrived, arrived: 0 };
  return fromTheTop({ ...state, view: together });
}

/** Figures begin with the largest, names with A. */
function nextSort({ sort }: ConnectionsState): Pick<ConnectionsState, 'sort' | 'isDescending'> {
  const at = (CONNECTION_SORTS.indexOf(sort) + 1) % CONNECTION_SORTS.length;
  const next = CONNECTION_SORTS[at] ?? sort;
  return { sort: next, isDescending: !['user', 'name', 'address', 'client'].includes(next) };
}

function mark(state: ConnectionsState, shared: Shared): ConnectionsState {
  const row = rowAtCursor(state);
  if (row === undefined) return state;
  const marks = new Map(state.marks);
  if (!marks.delete(row.id)) marks.set(row.id, targetOf(row));
  return move({ ...state, marks, isHeld: true }, 'down', shared);
}

/** Escape takes back one thing at a time: the marks, then the filter. */
function stepBack(state: ConnectionsState): ConnectionsState {
  if (state.marks.size > 0 || state.sweep !== undefined)
    return { ...state, marks: new Map(), sweep: undefined };
  if (state.filter.text === '') return state;
  return fromTheTop({ ...state, filter: { text: '', typing: undefined }, list: LIST_START });
}

function effectsOf(state: ConnectionsState, command: CommandName): readonly Effect<ConnectionsMessage>[] {
  const row = rowAtCursor(state);
  const targets = targetsOf(state);
  const dialog = dialogFor(command, targets);
  if (dialog !== undefined) return targets.length === 0 ? [] : [dialog];
  if (row === undefined) return [];
  switch (command) {
    case 'details':
      return [{ do: 'open', view: 'user', argument: { userId: row.userId, connection: row.id } }];
    case 'history':
      return [{ do: 'open', view: 'history', argument: { userId: row.userId } }];
    case 'message':
      return [{ do: 'open', view: 'send', argument: { to: row.userId } }];
    case 'copy-id':
      return [{ do: 'copy', id: row.id }];
    default:
      return [];
  }
}

function dialogFor(command: CommandName, targets: readonly Target[]): OpenEffect | undefined {
  switch (command) {
    case 'disconnect':
    case 'ban':
    case 'unban':
      return { do: 'open', view: command, argument: { targets } };
    default:
      return undefined;
  }
}

/** Those marked, wherever their rows are now; without marks the one under the cursor. */
function targetsOf(state: ConnectionsState): readonly Target[] {
  if (state.marks.size > 0) return [...state.marks.values()];
  const row = rowAtCursor(state);
  return row === undefined ? [] : [targetOf(row)];
}
