import type { ConnectionPage, ConnectionSort, ConnectionView } from '../../protocol/admin-connections.ts';
import { filterLine, type FilterLine } from '../filter-line.ts';
import { LIST_START, type List, type Rows } from '../list.ts';
import type { CallError, Target } from '../view.ts';
import type { ConnectionRow } from './connection-columns.ts';

/** What the screen of connections remembers. Cursor and marks belong to ids of connections, never to rows. */
export interface ConnectionsState {
  readonly filter: FilterLine;
  /** Why the filter that is being typed cannot be asked for. */
  readonly wrong: string | undefined;
  readonly sort: ConnectionSort;
  readonly isDescending: boolean;
  /** The order stands still. */
  readonly isHeld: boolean;
  readonly view: ConnectionView | undefined;
  readonly list: List;
  /** By id of the connection. */
  readonly marks: ReadonlyMap<string, Target>;
  readonly sweep: Sweep | undefined;
}

/** The whole list, read page by page: to mark all that match, or to unmark those that have gone. */
export interface Sweep {
  readonly purpose: 'mark' | 'check';
  readonly filter: string;
  readonly found: ReadonlyMap<string, Target>;
}

export type ConnectionsMessage =
  | { readonly type: 'page'; readonly sweep: Sweep; readonly page: ConnectionPage }
  | { readonly type: 'failed'; readonly sweep: Sweep; readonly error: CallError };

/** Those with the most unsent first: who is in trouble is what one looks for. */
export function newConnections(filter = ''): ConnectionsState {
  return {
    filter: filterLine(filter),
    wrong: undefined,
    sort: 'queue',
    isDescending: true,
    isHeld: false,
    view: undefined,
    list: LIST_START,
    marks: new Map(),
    sweep: undefined,
  };
}

/** The same screen from the top, live, for what the server will tell next: the order or the filter is another. */
export function fromTheTop(state: ConnectionsState): ConnectionsState {
  return { ...state, isHeld: false, list: LIST_START };
}

export function rowsOf(view: ConnectionView | undefined): Rows {
  if (view === undefined) return { ids: [], offset: 0, total: 0 };
  return { ids: view.items.map(({ id }) => id), offset: view.offset, total: view.total };
}

/** The connection under the cursor, as it was last told. */
export function rowAtCursor({ view, list }: ConnectionsState): ConnectionRow | undefined {
  return list.cursor === undefined ? undefined : view?.items.find(({ id }) => id === list.cursor);
}
