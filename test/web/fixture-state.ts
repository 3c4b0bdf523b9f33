import type { ChatSummary, Item, ItemState, Person, State } from '../../src/web/model/state.ts';

/** A state with something of everything the page can show, to look at it and to ask the views. Now is `now`. */
export function fixtureState(now: number): State {
  const people = toPeople(now);
  return {
    screen: 'chat',
    server: { name: 'Hill Street', canRegister: true },
    signIn: { mode: 'login', name: '', isBusy: false, error: undefined },
    me: { id: '7', name: '林小雨' },
    connection: { kind: 'online' },
    chats: toChats(now),
    thread: {
      key: 'g:hike',
      items: toItems(now),
      older: 'there_is_more',
      unreadFrom: 21,
      draft: '',
      memberCount: 12,
    },
    people: new Map(people.map((person) => [person.id, person])),
    dialog: undefined,
    toasts: [],
    settings: { language: 'zh', theme: 'system', notify: true },
  };
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

function toPeople(now: number): readonly Person[] {
  return [
    { id: '2', name: 'Tom Becker', online: true, lastSeen: now },
    { id: '3', name: '王建国', online: false, lastSeen: now - 25 * MINUTE },
    { id: '4', name: 'ana', online: false, lastSeen: now - 30 * HOUR },
    { id: '5', name: '陈美', online: true, lastSeen: now },
    {
      id: '6',
      name: 'a_name_that_is_as_long_as_names_may_be_on_this_server_64_letters',
      online: undefined,
      lastSeen: 0,
    },
    { id: '7', name: '林小雨', online: true, lastSeen: now },
  ];
}

function toChats(now: number): readonly ChatSummary[] {
  const text = (senderId: string, said: string, at: number) =>
    ({ text: said, kind: 'text', senderId, at }) as const;
  const few = { typing: [], unsent: 0, unread: 0, mayManage: false };
  return [
    {
      ...few,
      key: 'g:hike',
      conversationId: 'hike',
      kind: 'group',
      title: '周末徒步 Weekend hike',
      peerId: undefined,
      mayManage: true,
      last: text('5', '早上九点，地铁站 A 口见', now - MINUTE),
      unread: 3,
      typing: ['2'],
    },
    {
      ...few,
      key: 'p:2',
      conversationId: 'x',
      kind: 'private',
      title: 'Tom Becker',
      peerId: '2',
      last: text('7', 'See you there 👍', now - 9 * MINUTE),
    },
    {
      ...few,
      key: 'g:all',
      conversationId: 'all',
      kind: 'lobby',
      title: 'all',
      peerId: undefined,
      last: text('4', 'The new printer is on the second floor now, next to the kitchen', now - 3 * HOUR),
      unread: 999,
    },
    {
      ...few,
      key: 'p:3',
      conversationId: 'y',
      kind: 'private',
      title: '王建国',
      peerId: '3',
      last: { ...text('3', '', now - 26 * HOUR), kind: 'image' },
      unread: 12,
    },
    {
      ...few,
      key: 'p:4',
      conversationId: 'z',
      kind: 'private',
      title: 'ana',
      peerId: '4',
      last: { ...text('4', '', now - 60 * HOUR), kind: 'recalled' },
    },
    {
      ...few,
      key: 'g:ops',
      conversationId: 'ops',
      kind: 'group',
      title: 'Operations',
      peerId: undefined,
      last: text('2', 'deploy is done', now - 200 * HOUR),
      unsent: 2,
    },
    {
      ...few,
      key: 'p:6',
      conversationId: undefined,
      kind: 'private',
      title: 'a_name_that_is_as_long_as_names_may_be_on_this_server_64_letters',
      peerId: '6',
      last: undefined,
    },
  ];
}

function toItems(now: number): readonly Item[] {
  const yesterday = now - 26 * HOUR;
  const rows: readonly (readonly [sender: string, content: string, at: number, state?: ItemState])[] = [
    ['5', '这个周末天气不错，要不要去爬山？', yesterday],
    ['5', '香山，或者远一点去箭扣', yesterday + MINUTE],
    ['2', 'Yes please! Which trail do we take?\nI only have until five.', yesterday + 2 * MINUTE],
    [
      '7',
      '短的那条上去，长的那条下来，路线在这里：https://hike.example/fragrant-hills?day=6，出发前看一眼',
      yesterday + 4 * MINUTE,
      { kind: 'read', count: 11 },
    ],
    ['7', '👍', yesterday + 5 * MINUTE, { kind: 'read', count: 9 }],
    ['4', 'hm, not that one', yesterday + 6 * MINUTE, { kind: 'recalled', by: '4' }],
    ['3', '    $ chatd send --to @ana "hi"\n    stored  id 1  seq 1', yesterday + 20 * MINUTE],
    ['6', 'averyverylongwordwithoutanyspace'.repeat(6), now - 50 * MINUTE],
    ['7', '我带水果 🍊 和热茶', now - 40 * MINUTE, { kind: 'read', count: 2 }],
    ['7', 'And a first-aid kit, just in case', now - 39 * MINUTE, { kind: 'sent' }],
    ['5', '<b>太好了</b> &amp; "谢谢"', now - 3 * MINUTE],
    ['5', '早上九点，地铁站 A 口见', now - 2 * MINUTE],
    ['2', '🏔️🥾', now - MINUTE],
    ['7', '好，明天见', now - 30_000, { kind: 'pending' }],
    [
      '7',
      'This one did not make it',
      now - 20_000,
      { kind: 'failed', error: '您不在该群组中', canRetry: true },
    ],
  ];
  return rows.map(([senderId, content, at, state = { kind: 'received' }], index) => ({
    key: `k${index}`,
    id: String(index),
    seq: state.kind === 'pending' || state.kind === 'failed' ? undefined : index + 11,
    senderId,
    isMine: senderId === '7',
    content,
    contentType: 1,
    at,
    state,
  }));
}
