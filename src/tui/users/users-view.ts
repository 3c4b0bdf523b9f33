import type { AdminUser } from '../../protocol/admin-users.ts';
import { visibleText } from '../../protocol/visible-text.ts';
import type { CommandName } from '../commands.ts';
import { count } from '../figures.ts';
import { editFilter, filterLine, typeFilter } from '../filter-line.ts';
import { isListMove, LIST_MOVES } from '../list.ts';
import { listNote } from '../list-note.ts';
import { drawListScreen, listHeight } from '../list-screen.ts';
import {
  movePages,
  pageInSight,
  rowUnderCursor,
  settlePages,
  wantedPage,
  withPage,
  withTotal,
} from '../pages.ts';
import { defineView, say, type Effect, type Shared, type Step, type Target } from '../view.ts';
import { USER_COLUMNS } from './user-columns.ts';
import { askUsers, askUsersAnew, openUsers, type UsersMessage, type UsersState } from './users-state.ts';

type Next = Step<UsersState, UsersMessage>;

/** All accounts, by id: who they are, whether they may sign in, and whether they are online. */
export const usersView = defineView<'users', UsersState, UsersMessage>({
  name: 'users',
  shape: 'screen',
  open: (argument, { now }) => openUsers(argument, now),
  update(state, event, shared) {
    switch (event.type) {
      case 'edit': {
        const filter = editFilter(state.filter, event.edit);
        const next = { ...state, filter };
        return filter.text === state.filter.text ? settled(next, shared) : askUsersAnew(next);
      }
      case 'command':
        return obey(state, event.command, shared);
      case 'message':
        return settled(answered(state, event.message), shared);
      case 'live':
      case 'back':
        return refresh(state, shared);
      case 'second':
        return isDue(state, shared) ? refresh(state, shared) : { state };
      default:
        return { state };
    }
  },
  draw(state, shared, size) {
    const { filter, pages, marks } = state;
    return drawListScreen(
      {
        title: titleOf(state, shared),
        state: '',
        filter,
        hint: say(shared, { zh: '名字的一部分', en: 'a part of the name' }),
        columns: USER_COLUMNS,
        rows: pages.rows,
        list: settlePages(pages, listHeight(size, filter)).list,
        idOf: ({ id }) => id,
        marks: new Set(marks.keys()),
        note: listNote({ ...pages, error: state.error }, NONE, shared),
      },
      shared,
      size,
    );
  },
  commands: ({ pages, marks, filter }) => [
    ...(rowUnderCursor(pages) === undefined ? [] : ON_ONE),
    ...(rowUnderCursor(pages) === undefined && marks.size === 0 ? [] : ON_TARGETS),
    ...(marks.size === 0 && filter.text === '' ? [] : (['back'] as const)),
    ...ALWAYS,
  ],
  isTyping: ({ filter }) => filter.typing !== undefined,
  watches: () => ({}),
});

/** What is in sight is asked for again this often. */
const REFRESH_MS = 5000;

const ON_ONE: readonly CommandName[] = ['details', 'message', 'mark', 'history', 'copy-id'];
const ON_TARGETS: readonly CommandName[] = ['disconnect', 'ban', 'unban'];
const ALWAYS: readonly CommandName[] = ['filter', ...LIST_MOVES];

function obey(state: UsersState, command: CommandName, shared: Shared): Next {
  if (isListMove(command)) {
    return settled({ ...state, pages: movePages(state.pages, command, heightOf(state, shared)) }, shared);
  }
  if (command === 'filter') return { state: { ...state, filter: typeFilter(state.filter) } };
  if (command === 'back') return stepBack(state);
  const chosen = rowUnderCursor(state.pages);
  if (command === 'mark') {
    return chosen === undefined ? { state } : obey(toggleMark(state, chosen), 'down', shared);
  }
  if (command === 'disconnect' || command === 'ban' || command === 'unban') {
    const targets = targetsOf(state);
    if (targets.length === 0) return { state };
    return { state, effects: [{ do: 'open', view: command, argument: { targets } }] };
  }
  return chosen === undefined ? { state } : { state, effects: onOne(chosen.id, command) };
}

function onOne(userId: string, command: CommandName): readonly Effect<UsersMessage>[] {
  switch (command) {
    case 'details':
      return [{ do: 'open', view: 'user', argument: { userId } }];
    case 'history':
      return [{ do: 'open', view: 'history', argument: { userId } }];
    case 'message':
      return [{ do: 'open', view: 'send', argument: { to: userId } }];
    case 'copy-id':
      return [{ do: 'copy', id: userId }];
    default:
      return [];
  }
}

function toggleMark(state: UsersState, { id, name }: AdminUser): UsersState {
  const marks = new Map(state.marks);
  if (!marks.delete(id)) marks.set(id, { userId: id, name });
  return { ...state, marks };
}

/** Escape takes back one thing at a time: the marks, then the filter. */
function stepBack(state: UsersState): Next {
  if (state.marks.size > 0) return { state: { ...state, marks: new Map() } };
  return state.filter.text === '' ? { state } : askUsersAnew({ ...state, filter: filterLine() });
}

/** The marked ones, or the one under the cursor: users, whatever connections they have. */
function targetsOf({ marks, pages }: UsersState): readonly Target[] {
  if (marks.size > 0) return [...marks.values()];
  const chosen = rowUnderCursor(pages);
  return chosen === undefined ? [] : [{ userId: chosen.id, name: chosen.name }];
}

function isDue({ askedAt, pages }: UsersState, { now, link }: Shared): boolean {
  return link.state === 'live' && !pages.isAsking && now - askedAt >= REFRESH_MS;
}

/** Asks for what is in sight again: who is online, and what was done meanwhile. */
function refresh(state: UsersState, { now }: Shared): Next {
  return askUsers({ ...state, askedAt: now }, pageInSight(state.pages));
}

function answered(state: UsersState, message: UsersMessage): UsersState {
  if (message.turn !== state.turn) return state;
  if (message.is === 'failed') {
    return { ...state, error: message.error, pages: { ...state.pages, isAsking: false } };
  }
  const { page, users } = message;
  const pages = withPage(state.pages, page, { rows: users.users, total: users.total });
  return { ...state, pages, error: undefined };
}

/** The cursor where it belongs, and the next page asked for when it comes near. */
function settled(state: UsersState, shared: Shared): Next {
  const height = heightOf(state, shared);
  const next = { ...state, pages: settlePages(state.pages, height) };
  const page = state.error === undefined ? wantedPage(next.pages, height) : undefined;
  return page === undefined ? { state: next } : askUsers(next, page);
}

function heightOf(state: UsersState, { size }: Shared): number {
  return listHeight(size, state.filter);
}

function titleOf({ filter, pages, marks }: UsersState, shared: Shared): string {
  const { middot } = shared.glyphs;
  const parts = [
    withTotal(say(shared, { zh: '用户', en: 'Users' }), pages),
    ...(filter.text === '' ? [] : [`/${visibleText(filter.text)}`]),
    ...(marks.size === 0
      ? []
      : [say(shared, { zh: `已标记 ${marks.size}`, en: `${count(marks.size)} marked` })]),
  ];
  return parts.join(` ${middot} `);
}

const NONE = { zh: '没有这样的用户', en: 'no such user' } as const;
