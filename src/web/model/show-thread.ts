import type { Chat } from './chat-book.ts';
import type { Item, ItemState, Thread } from './state.ts';
import { reachesBack } from './thread-book.ts';
import type { Entry, Pages } from './thread-book.ts';

/** A thread as the views get it. An item that has not changed is the same object as before. */
export function showThread(pages: Pages, chat: Chat): Thread {
  const { key, older, draft, memberCount } = pages;
  const items = [...showStored(pages, chat), ...pages.unsent.map((entry) => show(entry, wayOf(entry)))];
  return { key, items, older, unreadFrom: unreadFrom(pages), draft, memberCount };
}

// From the newest back: whoever has read a message has read the ones before it.
function showStored({ stored, readers }: Pages, chat: Chat): Item[] {
  let atLeast = 0;
  const items = stored.toReversed().map((entry) => {
    atLeast = Math.max(atLeast, readers.get(entry.seq ?? 0) ?? 0);
    const isReadByPeer = chat.kind === 'private' && (entry.seq ?? 0) <= chat.peerReadSeq;
    return show(entry, stateOf(entry, isReadByPeer ? 1 : atLeast));
  });
  return items.toReversed();
}

function stateOf({ isMine, recalledBy }: Entry, readBy: number): ItemState {
  if (recalledBy !== undefined) return { kind: 'recalled', by: recalledBy };
  if (!isMine) return RECEIVED;
  return readBy === 0 ? SENT : { kind: 'read', count: readBy };
}

const RECEIVED = { kind: 'received' } as const;
const SENT = { kind: 'sent' } as const;
const PENDING = { kind: 'pending' } as const;

const wayOf = ({ way }: Entry): ItemState => way ?? PENDING;

function show(entry: Entry, state: ItemState): Item {
  const { shown } = entry;
  if (shown !== undefined && shown.seq === entry.seq && isSame(shown.state, state)) return shown;
  const { key, id, seq, senderId, isMine, content, contentType, at } = entry;
  entry.shown = { key, id, seq, senderId, isMine, content, contentType, at, state };
  return entry.shown;
}

function isSame(one: ItemState, other: ItemState): boolean {
  if (one === other) return true;
  if (one.kind !== other.kind) return false;
  const left = Object.values(one);
  return Object.values(other).every((value, at) => value === left[at]);
}

// Only where the messages before it are here too: else the line would stand where the page happens to begin.
function unreadFrom(pages: Pages): number | undefined {
  const { stored, unreadAfter } = pages;
  if (unreadAfter === undefined || !reachesBack(pages, unreadAfter)) return undefined;
  return stored.find(({ seq, isMine }) => !isMine && (seq ?? 0) > unreadAfter)?.seq;
}
