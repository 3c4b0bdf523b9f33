import type { WatchInput } from '../../protocol/admin.ts';
import type { CommandName } from '../commands.ts';
import { fieldOf } from '../field.ts';
import { filterLine } from '../filter-line.ts';
import { LIST_MOVES } from '../list.ts';
import { listHeight } from '../list-screen.ts';
import { defineView, type Shared, type Size } from '../view.ts';
import { newConnections, type ConnectionsMessage, type ConnectionsState } from './connections-state.ts';
import { drawConnections } from './draw-connections.ts';
import { mistakeIn } from './edit-connection-filter.ts';
import { updateConnections } from './update-connections.ts';

/** Who is connected now. */
export const connectionsView = defineView<'connections', ConnectionsState, ConnectionsMessage>({
  name: 'connections',
  shape: 'screen',
  open: ({ filter }, shared, last) => ({ state: reopen({ filter, last }, shared) }),
  update: updateConnections,
  draw: drawConnections,
  commands: ({ marks, filter }) =>
    marks.size > 0 || filter.text !== ''
      ? [...COMMANDS, 'back', ...LIST_MOVES]
      : [...COMMANDS, ...LIST_MOVES],
  isTyping: ({ filter }) => filter.typing !== undefined,
  watches: (state, size) => ({ 'connection.watch': windowOf(state, size) }),
});

const COMMANDS: readonly CommandName[] = [
  'details',
  'message',
  'mark',
  'disconnect',
  'filter',
  'sort',
  'sort-direction',
  'pause',
  'ban',
  'unban',
  'history',
  'mark-all',
  'copy-id',
];

interface Reopening {
  readonly filter: string | undefined;
  readonly last: ConnectionsState | undefined;
}

/** What one had filtered, sorted and marked is there when one comes back; another filter begins anew. */
function reopen({ filter, last }: Reopening, shared: Shared): ConnectionsState {
  if (filter !== undefined) return withFilter(filter, shared);
  if (last === undefined) return newConnections();
  return { ...last, sweep: undefined, wrong: undefined, filter: filterLine(last.filter.text) };
}

/** A filter that cannot be asked for stands in the field, to be mended. */
function withFilter(filter: string, shared: Shared): ConnectionsState {
  const wrong = mistakeIn(filter, shared);
  if (wrong === undefined) return newConnections(filter);
  return { ...newConnections(), wrong, filter: { text: '', typing: fieldOf(filter) } };
}

/** The rows in sight; held, also a page before and after them, so that a key that moves does not wait for the server. */
function windowOf(state: ConnectionsState, size: Size): WatchInput<'connection.watch'> {
  const { rows } = size;
  const inSight = listHeight(size, state.filter);
  const { filter, sort, isDescending, isHeld, list } = state;
  const order = isDescending ? `-${sort}` : sort;
  if (!isHeld) return { filter: filter.text, sort: order, offset: 0, limit: Math.min(inSight, MAX_ROWS) };
  const page = Math.floor(list.top / rows);
  const offset = Math.max(0, page - 1) * rows;
  return { filter: filter.text, sort: order, offset, limit: Math.min(rows * 4, MAX_ROWS), hold: true };
}

/** More the server does not give. */
const MAX_ROWS = 200;
