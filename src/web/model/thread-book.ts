import type { ContentType } from '../../protocol/frames.ts';
import type { ChatKey, Item, ItemState, Thread } from './state.ts';

/** A message as a thread keeps it: stored, or on its way. */
export interface Entry {
  readonly key: string;
  readonly senderId: string;
  readonly isMine: boolean;
  content: string;
  readonly contentType: ContentType;
  at: number;
  id: string | undefined;
  /** Undefined until it is stored. */
  seq: number | undefined;
  /** Who took it back; '' if that is not known. */
  recalledBy: string | undefined;
  /** Until it is stored. */
  way: Extract<ItemState, { kind: 'pending' | 'uploading' | 'failed' }> | undefined;
  /** What is uploaded before it can be sent. */
  file: File | undefined;
  /** As it was shown last: the same object as long as nothing changed. */
  shown: Item | undefined;
}

/** A stored message from a page or a connection. */
export interface Stored {
  readonly id: string;
  readonly seq: number;
  readonly senderId: string;
  readonly content: string;
  readonly contentType: ContentType;
  readonly at: number;
  readonly recalled: boolean;
  /** Of one's own, as far as it is known. */
  readonly clientMsgId?: string | undefined;
}

/** One chat's messages: an unbroken stretch up to the newest, and what is on its way. */
export interface Pages {
  readonly key: ChatKey;
  /** By seq, oldest first. */
  stored: Entry[];
  /** In the order of sending. */
  unsent: Entry[];
  older: Thread['older'];
  /** Whether the newest page has come: before, live messages alone are here. */
  isLoaded: boolean;
  /** How far the user had read when it was opened; undefined if there was nothing unread. */
  unreadAfter: number | undefined;
  draft: string;
  memberCount: number | undefined;
  /** Of one's own in a group: how many have read it, by seq. */
  readonly readers: Map<number, number>;
}

export function createPages(key: ChatKey): Pages {
  return {
    key,
    stored: [],
    unsent: [],
    older: 'loading',
    isLoaded: false,
    unreadAfter: undefined,
    draft: '',
    memberCount: undefined,
    readers: new Map(),
  };
}

/** Takes a stored message in, wherever it came from; one that is there already stays what it is. */
export function takeIn(pages: Pages, message: Stored, me: string): void {
  const place = placeOf(pages.stored, message.seq);
  const there = pages.stored[place];
  if (there?.seq === message.seq) {
    if (message.recalled) takeBack(pages, message.seq, '');
    return;
  }
  const isMine = message.senderId === me;
  const waiting = isMine ? pages.unsent.find(({ key }) => key === message.clientMsgId) : undefined;
  const entry = waiting ?? createEntry(`#${message.seq}`, message, isMine);
  if (waiting !== undefined) pages.unsent = pages.unsent.filter((one) => one !== waiting);
  settle(entry, message);
  if (message.recalled) entry.recalledBy = '';
  pages.stored.splice(place, 0, entry);
}

/** What was on its way is stored. The same message may have come by a sync before its ack. */
export function settleSent(
  pages: Pages,
  entry: Entry,
  at: { id: string; seq: number; sentAt: number },
): void {
  const place = placeOf(pages.stored, at.seq);
  const there = pages.stored[place];
  settle(entry, { id: at.id, seq: at.seq, at: at.sentAt });
  if (there === entry) return;
  pages.unsent = pages.unsent.filter((one) => one !== entry);
  const isDouble = there?.seq === at.seq;
  if (isDouble) entry.recalledBy = there.recalledBy;
  pages.stored.splice(place, isDouble ? 1 : 0, entry);
}

export function takeBack(pages: Pages, seq: number, by: string): void {
  const entry = pages.stored[placeOf(pages.stored, seq)];
  if (entry?.seq !== seq || (entry.recalledBy !== undefined && by === '')) return;
  entry.recalledBy = by;
  entry.content = '';
}

/** Where in `stored` the message of that seq is, or belongs. */
export function placeOf(stored: readonly Entry[], seq: number): number {
  const last = stored.at(-1)?.seq ?? 0;
  if (seq > last) return stored.length;
  let low = 0;
  let high = stored.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((stored[middle]?.seq ?? 0) < seq) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The messages of others after `seq`; undefined if what is held does not reach back that far. */
export function countUnread(pages: Pages, seq: number): number | undefined {
  const { stored } = pages;
  if (!reachesBack(pages, seq)) return undefined;
  const after = stored.slice(placeOf(stored, seq + 1));
  return after.filter(({ isMine, recalledBy }) => !isMine && recalledBy === undefined).length;
}

/** Whether everything after `seq` is held. */
export function reachesBack({ isLoaded, older, stored }: Pages, seq: number): boolean {
  return isLoaded && (older === 'that_is_all' || (stored[0]?.seq ?? Infinity) <= seq + 1);
}

export function createUnsent(key: string, senderId: string, message: Draft): Entry {
  const entry = createEntry(key, { ...message, senderId, id: undefined, seq: undefined }, true);
  entry.way = { kind: 'pending' };
  return entry;
}

export interface Draft {
  readonly content: string;
  readonly contentType: ContentType;
  readonly at: number;
}

type New = Draft & {
  readonly senderId: string;
  readonly id: string | undefined;
  readonly seq: number | undefined;
};

function createEntry(key: string, message: New, isMine: boolean): Entry {
  const { senderId, content, contentType, at, id, seq } = message;
  const nothing = { recalledBy: undefined, way: undefined, file: undefined, shown: undefined };
  return { key, senderId, isMine, content, contentType, at, id, seq, ...nothing };
}

function settle(entry: Entry, { id, seq, at }: Pick<Stored, 'id' | 'seq' | 'at'>): void {
  entry.id = id;
  entry.seq = seq;
  entry.at = at;
  entry.way = undefined;
  entry.file = undefined;
}
