import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Actions } from '../model/model.ts';
import type { Person } from '../model/state.ts';
import type { Text } from '../text/zh.ts';

/** What nearly every part of the page needs, so that it is not handed down through all of them. */
export interface Page {
  readonly text: Text;
  readonly actions: Actions;
  readonly people: ReadonlyMap<string, Person>;
  readonly myId: string | undefined;
}

export const PageContext = createContext<Page | undefined>(undefined);

export function usePage(): Page {
  const page = useContext(PageContext);
  if (page === undefined) throw new Error('no page around this view');
  return page;
}
