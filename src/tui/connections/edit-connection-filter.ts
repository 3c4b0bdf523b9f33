import { parseConnectionFilter } from '../../protocol/connection-filter.ts';
import { toChatError } from '../../protocol/error-codes.ts';
import { editFilter } from '../filter-line.ts';
import type { Edit, Shared } from '../view.ts';
import { fromTheTop, type ConnectionsState } from './connections-state.ts';

/** A key in the filter. One that cannot be asked for stays open, and says why: the server would refuse it. */
export function editConnectionFilter(state: ConnectionsState, edit: Edit, shared: Shared): ConnectionsState {
  const filter = editFilter(state.filter, edit);
  const wrong = filter.typing === undefined ? undefined : mistakeIn(filter.typing.text, shared);
  if (filter.typing !== undefined) return { ...state, filter, wrong };
  const mistake = mistakeIn(filter.text, shared);
  if (mistake !== undefined) return { ...state, wrong: mistake };
  if (filter.text === state.filter.text) return { ...state, filter, wrong: undefined };
  return fromTheTop({ ...state, filter, wrong: undefined });
}

/** Why the server would refuse it. */
export function mistakeIn(filter: string, { language }: Shared): string | undefined {
  try {
    parseConnectionFilter(filter);
    return undefined;
  } catch (error) {
    return toChatError(error).textIn(language);
  }
}
