import type { Core, Visit } from './core.ts';
import type { Dialog, PeopleSearch, Person } from './state.ts';

export interface Search {
  /** Looks for people by a part of their name, in the dialog that is open; with nothing, shows the first. */
  search(query: string): void;
}

/** ms after the last key. */
const PAUSE = 180;

export const NO_SEARCH: PeopleSearch = { query: '', found: undefined };

export function createSearch(core: Core): Search {
  let cancel: (() => void) | undefined;

  async function ask(visit: Visit, query: string): Promise<void> {
    const found = await core.api.people({ name: query }).catch(() => []);
    if (visit.isEnded) return;
    const people = found
      .filter(({ id, status }) => id !== visit.me.id && status === 1)
      .map(({ id, name }) => remember(visit, id, name));
    const { dialog } = core.state;
    if (!isSearching(dialog) || dialog.search.query !== query) return;
    core.set({ dialog: { ...dialog, search: { query, found: people } } });
  }

  return {
    search(query) {
      const { visit, state } = core;
      if (visit === undefined || !isSearching(state.dialog)) return;
      core.set({ dialog: { ...state.dialog, search: { query, found: undefined } } });
      cancel?.();
      cancel = core.after(query === '' ? 0 : PAUSE, () => void ask(visit, query));
    },
  };
}

function remember(visit: Visit, id: string, name: string): Person {
  visit.people.name(id, name);
  return visit.people.get(id);
}

type Searching = Extract<Dialog, { search: PeopleSearch }>;

function isSearching(dialog: Dialog | undefined): dialog is Searching {
  return dialog !== undefined && 'search' in dialog;
}
