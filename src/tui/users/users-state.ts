import type { AdminUser, UserPage } from '../../protocol/admin-users.ts';
import { filterLine, type FilterLine } from '../filter-line.ts';
import { PAGES_START, PAGE_SIZE, type Pages } from '../pages.ts';
import type { CallError, Effect, Step, Target } from '../view.ts';

export interface UsersState {
  readonly filter: FilterLine;
  readonly pages: Pages<AdminUser>;
  /** By id, as they were when they were marked. */
  readonly marks: ReadonlyMap<string, Target>;
  /** Counts what was asked for anew: answers to an earlier question are not taken. */
  readonly turn: number;
  /** When what is in sight was last asked for; ms since 1970. */
  readonly askedAt: number;
  readonly error: CallError | undefined;
}

export type UsersMessage =
  | { readonly is: 'page'; readonly turn: number; readonly page: number; readonly users: UserPage }
  | { readonly is: 'failed'; readonly turn: number; readonly error: CallError };

type Next = Step<UsersState, UsersMessage>;

export function openUsers(argument: { readonly name?: string }, now: number): Next {
  const filter = filterLine(argument.name);
  const nothing = { marks: new Map(), turn: 0, askedAt: now, error: undefined };
  return askUsersAnew({ filter, pages: PAGES_START, ...nothing });
}

/** Forgets what is shown, the marks too, and asks for the first page. */
export function askUsersAnew(state: UsersState): Next {
  const next = {
    ...state,
    pages: PAGES_START,
    marks: new Map(),
    turn: state.turn + 1,
    error: undefined,
  };
  return askUsers(next, 1);
}

export function askUsers(state: UsersState, page: number): Next {
  const { turn, filter } = state;
  const name = filter.text === '' ? {} : { name: filter.text };
  const call: Effect<UsersMessage> = {
    do: 'call',
    method: 'user.list',
    input: { page, count: PAGE_SIZE, ...name },
    done: (users) => ({ is: 'page', turn, page, users }),
    failed: (error) => ({ is: 'failed', turn, error }),
  };
  return { state: { ...state, pages: { ...state.pages, isAsking: true } }, effects: [call] };
}
