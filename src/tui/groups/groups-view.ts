import type { AdminGroup, GroupPage } from '../../protocol/admin-users.ts';
import type { Column } from '../columns.ts';
import type { CommandName } from '../commands.ts';
import { count } from '../figures.ts';
import { isListMove, LIST_MOVES } from '../list.ts';
import { listNote } from '../list-note.ts';
import { drawListScreen, listHeight } from '../list-screen.ts';
import {
  movePages,
  PAGE_SIZE,
  PAGES_START,
  pageInSight,
  rowUnderCursor,
  settlePages,
  wantedPage,
  withPage,
  withTotal,
  type Pages,
} from '../pages.ts';
import { defineView, say, type CallError, type Effect, type Shared, type Step } from '../view.ts';

interface GroupsState {
  readonly pages: Pages<AdminGroup>;
  /** When what is in sight was last asked for; ms since 1970. */
  readonly askedAt: number;
  readonly error: CallError | undefined;
}

type GroupsMessage =
  | { readonly is: 'page'; readonly page: number; readonly groups: GroupPage }
  | { readonly is: 'failed'; readonly error: CallError };

type Next = Step<GroupsState, GroupsMessage>;

/** All groups: whose they are, how many are in them, how far their messages go. */
export const groupsView = defineView<'groups', GroupsState, GroupsMessage>({
  name: 'groups',
  shape: 'screen',
  open: (_argument, { now }) => askGroups({ pages: PAGES_START, askedAt: now, error: undefined }, 1),
  update(state, event, shared) {
    switch (event.type) {
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
  draw({ pages, error }, shared, size) {
    return drawListScreen(
      {
        title: withTotal(say(shared, { zh: '群组', en: 'Groups' }), pages),
        state: '',
        columns: COLUMNS,
        rows: pages.rows,
        list: settlePages(pages, listHeight(size)).list,
        idOf: ({ id }) => id,
        note: listNote({ ...pages, error }, { zh: '没有群组', en: 'no groups' }, shared),
      },
      shared,
      size,
    );
  },
  commands: ({ pages }) => (rowUnderCursor(pages) === undefined ? LIST_MOVES : [...ON_ONE, ...LIST_MOVES]),
  isTyping: () => false,
  watches: () => ({}),
});

/** What is in sight is asked for again this often. */
const REFRESH_MS = 5000;

const ON_ONE: readonly CommandName[] = ['details', 'message', 'copy-id'];

const COLUMNS: readonly Column<AdminGroup>[] = [
  { title: { zh: '群组', en: 'GROUP' }, width: 12, grows: 2, show: ({ id }) => id },
  { title: { zh: '名称', en: 'NAME' }, width: 10, grows: 3, from: 44, show: ({ name }) => name },
  { title: { zh: '群主', en: 'OWNER' }, width: 8, from: 56, show: ({ creatorId }) => creatorId },
  {
    title: { zh: '成员', en: 'MEMBERS' },
    width: 8,
    align: 'right',
    show: ({ memberCount }) => count(memberCount),
  },
  {
    title: { zh: '消息数', en: 'LAST SEQ' },
    width: 10,
    align: 'right',
    show: ({ lastSeq }) => count(lastSeq),
  },
];

function obey(state: GroupsState, command: CommandName, shared: Shared): Next {
  if (isListMove(command)) {
    return settled({ ...state, pages: movePages(state.pages, command, listHeight(shared.size)) }, shared);
  }
  const chosen = rowUnderCursor(state.pages);
  return chosen === undefined ? { state } : { state, effects: onOne(chosen.id, command) };
}

function onOne(group: string, command: CommandName): readonly Effect<GroupsMessage>[] {
  switch (command) {
    case 'details':
      return [{ do: 'open', view: 'group', argument: { group } }];
    case 'message':
      return [{ do: 'open', view: 'send', argument: { group } }];
    case 'copy-id':
      return [{ do: 'copy', id: group }];
    default:
      return [];
  }
}

function askGroups(state: GroupsState, page: number): Next {
  const call: Effect<GroupsMessage> = {
    do: 'call',
    method: 'group.list',
    input: { page, count: PAGE_SIZE },
    done: (groups) => ({ is: 'page', page, groups }),
    failed: (error) => ({ is: 'failed', error }),
  };
  return { state: { ...state, pages: { ...state.pages, isAsking: true } }, effects: [call] };
}

function isDue({ askedAt, pages }: GroupsState, { now, link }: Shared): boolean {
  return link.state === 'live' && !pages.isAsking && now - askedAt >= REFRESH_MS;
}

function refresh(state: GroupsState, { now }: Shared): Next {
  return askGroups({ ...state, askedAt: now }, pageInSight(state.pages));
}

function answered(state: GroupsState, message: GroupsMessage): GroupsState {
  if (message.is === 'failed') {
    return { ...state, error: message.error, pages: { ...state.pages, isAsking: false } };
  }
  const { page, groups } = message;
  const pages = withPage(state.pages, page, { rows: groups.groups, total: groups.total });
  return { ...state, pages, error: undefined };
}

function settled(state: GroupsState, shared: Shared): Next {
  const height = listHeight(shared.size);
  const next = { ...state, pages: settlePages(state.pages, height) };
  const page = state.error === undefined ? wantedPage(next.pages, height) : undefined;
  return page === undefined ? { state: next } : askGroups(next, page);
}
