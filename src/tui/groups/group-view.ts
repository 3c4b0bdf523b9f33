import type { AdminMember, GroupDetail } from '../../protocol/admin-users.ts';
import { visibleText } from '../../protocol/visible-text.ts';
import type { Column } from '../columns.ts';
import type { CommandName } from '../commands.ts';
import { count } from '../figures.ts';
import { cell, type Line } from '../lines.ts';
import { isListMove, LIST_MOVES, LIST_START, moveList, settleList, type List, type Rows } from '../list.ts';
import { listNote } from '../list-note.ts';
import { drawListScreen } from '../list-screen.ts';
import { defineView, say, type CallError, type Effect, type Shared, type Size, type Step } from '../view.ts';

interface GroupState {
  readonly group: string;
  readonly detail: GroupDetail | undefined;
  readonly list: List;
  readonly error: CallError | undefined;
  readonly askedAt: number;
}

type GroupMessage = { readonly detail: GroupDetail } | { readonly error: CallError };
type Next = Step<GroupState, GroupMessage>;

/** One group: whose it is, and who is in it. */
export const groupView = defineView<'group', GroupState, GroupMessage>({
  name: 'group',
  shape: 'page',
  open: ({ group }, shared) =>
    ask({ group, detail: undefined, list: LIST_START, error: undefined, askedAt: 0 }, shared),
  update(state, event, shared) {
    switch (event.type) {
      case 'command':
        return obey(state, event.command, shared);
      case 'message':
        return { state: settled({ ...state, error: undefined, ...event.message }, shared) };
      case 'live':
      case 'back':
        return ask(state, shared);
      case 'second':
        return isDue(state, shared) ? ask(state, shared) : { state };
      default:
        return { state };
    }
  },
  draw(state, shared, size) {
    const { group, detail, error } = state;
    const name = say(shared, { zh: '群组', en: 'Group' });
    const members = { ...size, rows: size.rows - 1 };
    const { lines } = drawListScreen(
      {
        title: `${name} ${visibleText(group)} ${visibleText(detail?.name ?? '')}`.trimEnd(),
        state: onlineText(detail, shared),
        columns: COLUMNS,
        rows: detail?.members ?? [],
        list: settleList(state.list, rowsOf(state), heightOf(size)),
        idOf: ({ id }) => id,
        note: listNote({ error, isAsking: detail === undefined, rows: detail?.members ?? [] }, NONE, shared),
      },
      shared,
      members,
    );
    const [title = [], ...rest] = lines;
    return { lines: [title, factsLine(detail, shared, size.columns), ...rest] };
  },
  commands: (state) => [...(memberOf(state) === undefined ? [] : ON_ONE), ...ALWAYS],
  isTyping: () => false,
  watches: () => ({}),
});

const REFRESH_MS = 5000;
const NONE = { zh: '没有成员', en: 'no members' } as const;

const ON_ONE: readonly CommandName[] = ['details', 'disconnect', 'ban', 'history'];
const ALWAYS: readonly CommandName[] = ['message', 'copy-id', 'back', ...LIST_MOVES];

const COLUMNS: readonly Column<AdminMember>[] = [
  { title: { zh: '用户', en: 'USER' }, width: 8, show: ({ id }) => id },
  { title: { zh: '名字', en: 'NAME' }, width: 12, grows: 1, show: ({ name }) => name },
  {
    title: { zh: '身份', en: 'ROLE' },
    width: 7,
    show: ({ role }, shared) => say(shared, ROLES[role]),
    tone: ({ role }) => (role === 'member' ? undefined : 'accent'),
  },
  {
    title: { zh: '在线', en: 'ONLINE' },
    width: 7,
    show: ({ online }, shared) =>
      online ? `${shared.glyphs.dot} ${say(shared, { zh: '在线', en: 'yes' })}` : '',
    tone: ({ online }) => (online ? 'good' : undefined),
  },
];

const ROLES = {
  owner: { zh: '群主', en: 'owner' },
  admin: { zh: '管理员', en: 'admin' },
  member: { zh: '成员', en: 'member' },
} as const;

function isDue({ askedAt }: GroupState, { now, link }: Shared): boolean {
  return link.state === 'live' && now - askedAt >= REFRESH_MS;
}

function ask(state: GroupState, { now }: Shared): Next {
  const call: Effect<GroupMessage> = {
    do: 'call',
    method: 'group.get',
    input: { group: state.group },
    done: (detail) => ({ detail }),
    failed: (error) => ({ error }),
  };
  return { state: { ...state, askedAt: now }, effects: [call] };
}

function obey(state: GroupState, command: CommandName, shared: Shared): Next {
  if (isListMove(command)) {
    return { state: { ...state, list: moveList(state.list, command, rowsOf(state), heightOf(shared.size)) } };
  }
  if (command === 'back') return { state, effects: [{ do: 'close' }] };
  if (command === 'copy-id') return { state, effects: [{ do: 'copy', id: state.group }] };
  if (command === 'message') {
    return { state, effects: [{ do: 'open', view: 'send', argument: { group: state.group } }] };
  }
  const member = memberOf(state);
  return member === undefined ? { state } : { state, effects: onOne(member, command) };
}

function onOne({ id, name }: AdminMember, command: CommandName): readonly Effect<GroupMessage>[] {
  switch (command) {
    case 'details':
      return [{ do: 'open', view: 'user', argument: { userId: id } }];
    case 'history':
      return [{ do: 'open', view: 'history', argument: { userId: id } }];
    case 'disconnect':
    case 'ban':
      return [{ do: 'open', view: command, argument: { targets: [{ userId: id, name }] } }];
    default:
      return [];
  }
}

function settled(state: GroupState, { size }: Shared): GroupState {
  return { ...state, list: settleList(state.list, rowsOf(state), heightOf(size)) };
}

function memberOf({ detail, list }: GroupState): AdminMember | undefined {
  return list.cursor === undefined ? undefined : detail?.members.find(({ id }) => id === list.cursor);
}

function rowsOf({ detail }: GroupState): Rows {
  const ids = detail?.members.map(({ id }) => id) ?? [];
  return { ids, offset: 0, total: ids.length };
}

/** Rows of members: below the title, the facts and the heads of the columns. */
function heightOf({ rows }: Size): number {
  return Math.max(1, rows - 3);
}

function onlineText(detail: GroupDetail | undefined, shared: Shared): string {
  if (detail === undefined) return '';
  const online = count(detail.members.filter((member) => member.online).length);
  return say(shared, { zh: `${online} 人在线`, en: `${online} online` });
}

function factsLine(detail: GroupDetail | undefined, shared: Shared, width: number): Line {
  if (detail === undefined) return [];
  const { creatorId, memberCount, lastSeq } = detail;
  const owner = detail.members.find(({ id }) => id === creatorId)?.name ?? '';
  const { middot } = shared.glyphs;
  const text = say(shared, {
    zh: `群主 ${creatorId} ${owner} ${middot} ${count(memberCount)} 名成员 ${middot} 最后序号 ${count(lastSeq)}`,
    en: `owner ${creatorId} ${owner} ${middot} ${count(memberCount)} members ${middot} last seq ${count(lastSeq)}`,
  });
  return [cell(`   ${text}`, width, shared.glyphs.more)];
}
