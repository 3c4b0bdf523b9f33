import type { Chat } from './chat-book.ts';
import type { Visit } from './core.ts';
import type { ChatSummary } from './state.ts';

/** The list as the views get it, the newest message first. A chat that has not changed is the same object as before. */
export function showChats(visit: Visit): readonly ChatSummary[] {
  const chats = [...visit.chats.all()];
  chats.sort((one, other) => placeInTime(other) - placeInTime(one) || compareTitles(one, other));
  return chats.map((chat) => show(chat, visit));
}

const placeInTime = ({ last, openedAt }: Chat): number => Math.max(last?.at ?? 0, openedAt);

function compareTitles({ title: one }: Chat, { title: other }: Chat): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

const shownBefore = new WeakMap<Chat, ChatSummary>();

function show(chat: Chat, visit: Visit): ChatSummary {
  const { key, conversationId, kind, title, peerId, last, unread, mayManage } = chat;
  const before = shownBefore.get(chat);
  const typing = [...chat.typing.keys()];
  const summary: ChatSummary = {
    key,
    conversationId,
    kind,
    title: (peerId === undefined ? '' : visit.people.get(peerId).name) || title,
    peerId,
    last,
    unread,
    typing: isSameList(before?.typing, typing) ? before.typing : typing,
    unsent: visit.threads.get(key)?.unsent.length ?? 0,
    mayManage,
  };
  if (before !== undefined && isSameSummary(before, summary)) return before;
  shownBefore.set(chat, summary);
  return summary;
}

function isSameList(one: readonly string[] | undefined, other: readonly string[]): one is readonly string[] {
  return one?.length === other.length && one.every((id, at) => id === other[at]);
}

function isSameSummary(one: ChatSummary, other: ChatSummary): boolean {
  return Object.entries(other).every(([key, value]) => value === one[key as keyof ChatSummary]);
}
