import type { MessageFrame } from '../../protocol/frames.ts';
import type { HistoryMessage } from '../api/answers.ts';
import type { HistoryCursor, HistoryPlace } from '../api/create-api.ts';
import type { Core, Visit } from './core.ts';
import { openChatOf } from './open-chat.ts';
import type { ChatKey } from './state.ts';
import { createPages, takeIn } from './thread-book.ts';
import type { Pages, Stored } from './thread-book.ts';

/** The messages of the chats that were opened: pages from the server, live ones from the connection. */
export interface History {
  /** The chat's thread, loaded now if it is not held. */
  open(visit: Visit, key: ChatKey): Pages;
  loadOlder(): void;
  /** A message from the connection. */
  received(visit: Visit, key: ChatKey, message: MessageFrame): void;
  /** What is held of the chat is not to be trusted any more. */
  reset(visit: Visit, key: ChatKey): void;
  /** Asks for the newest again where that failed: the connection is back. */
  reload(): void;
}

const PAGE = 50;
const MOST = 300;
/** Beyond every seq: the newest page, by cursor. */
const NEWEST = 999_999_999_999_999;
/** Threads that are held, and messages of one that is not being read further up. */
const MOST_THREADS = 12;
const MOST_HELD = 1_000;

export function createHistory(core: Core): History {
  const { loadNewest, loadOlder, fillGap, reset } = createLoading(core);
  return {
    open(visit, key) {
      const held = visit.threads.get(key);
      const pages = held ?? createPages(key);
      visit.threads.delete(key);
      visit.threads.set(key, pages);
      letGo(visit);
      if (!pages.isLoaded && (held === undefined || pages.older === 'failed')) void loadNewest(visit, pages);
      return pages;
    },
    loadOlder() {
      const open = openChatOf(core);
      const canLoad = open?.pages.older === 'there_is_more' || open?.pages.older === 'failed';
      if (open !== undefined && canLoad) void loadOlder(open.visit, open.pages);
    },
    received(visit, key, message) {
      const pages = visit.threads.get(key);
      if (pages === undefined) return;
      const held = pages.stored.at(-1)?.seq ?? message.seq;
      takeIn(pages, fromFrame(message), visit.me.id);
      if (pages.isLoaded && message.seq > held + 1) void fillGap(visit, pages, held);
      if (visit.open !== key) trim(pages);
    },
    reset,
    reload() {
      const open = openChatOf(core);
      if (open?.pages.older === 'failed') void loadOlder(open.visit, open.pages);
    },
  };
}

/** The ways pages are asked for. */
function createLoading(core: Core) {
  async function loadNewest(visit: Visit, pages: Pages): Promise<void> {
    const unread = visit.chats.get(pages.key)?.unread ?? 0;
    const limit = Math.min(MOST, Math.max(PAGE, unread + 20));
    pages.older = 'loading';
    const list = await ask(core, visit, { pages, cursor: { beforeSeq: NEWEST, limit } });
    if (list !== undefined) pages.isLoaded = true;
    settleOlder(pages, list, limit);
    core.touch();
  }

  async function loadOlder(visit: Visit, pages: Pages): Promise<void> {
    if (!pages.isLoaded) return loadNewest(visit, pages);
    const first = pages.stored[0]?.seq;
    pages.older = first === undefined ? 'that_is_all' : 'loading';
    core.touch();
    if (first === undefined) return;
    const list = await ask(core, visit, { pages, cursor: { beforeSeq: first, limit: PAGE } });
    settleOlder(pages, list, PAGE);
    core.touch();
  }

  // Between what was held and the first message that came: the connection began later than the page was asked for.
  async function fillGap(visit: Visit, pages: Pages, afterSeq: number): Promise<void> {
    const list = await ask(core, visit, { pages, cursor: { afterSeq, limit: MOST } });
    if (list?.length === MOST && visit.threads.get(pages.key) === pages) reset(visit, pages.key);
    core.touch();
  }

  function reset(visit: Visit, key: ChatKey): void {
    const pages = visit.threads.get(key);
    if (pages === undefined) return;
    pages.stored = [];
    pages.isLoaded = false;
    pages.readers.clear();
    void loadNewest(visit, pages);
  }

  return { loadNewest, loadOlder, fillGap, reset };
}

/** Keeps a long thread from growing for ever, once nobody reads its beginning. Gives whether it did. */
export function trim(pages: Pages): boolean {
  if (pages.stored.length <= MOST_HELD * 1.5) return false;
  pages.stored = pages.stored.slice(-MOST_HELD);
  if (pages.older === 'that_is_all') pages.older = 'there_is_more';
  return true;
}

interface Asked {
  readonly pages: Pages;
  readonly cursor: HistoryCursor;
}

/** Takes a page in; undefined if it did not come. */
async function ask(
  core: Core,
  visit: Visit,
  { pages, cursor }: Asked,
): Promise<readonly HistoryMessage[] | undefined> {
  try {
    const list = await core.api.messages(placeOfHistory(pages.key), cursor);
    if (visit.isEnded) return undefined;
    for (const message of list) {
      visit.people.name(message.sendId, message.sendName);
      takeIn(pages, fromHistory(message), visit.me.id);
    }
    return list;
  } catch {
    return undefined;
  }
}

function settleOlder(pages: Pages, list: readonly HistoryMessage[] | undefined, limit: number): void {
  if (list === undefined) pages.older = 'failed';
  else pages.older = list.length < limit ? 'that_is_all' : 'there_is_more';
}

// The least recently opened first; never one with messages still on their way or a draft.
function letGo(visit: Visit): void {
  for (const [key, { unsent, draft }] of visit.threads) {
    if (visit.threads.size <= MOST_THREADS) return;
    if (key !== visit.open && unsent.length === 0 && draft === '') visit.threads.delete(key);
  }
}

function placeOfHistory(key: ChatKey): HistoryPlace {
  const id = key.slice(2);
  return key.startsWith('p:') ? { targetUserId: id } : { conversationId: id };
}

function fromHistory({ id, sendId, sentAt, recalled = false, ...rest }: HistoryMessage): Stored {
  const { seq, content, contentType } = rest;
  return {
    id: String(id),
    seq,
    senderId: sendId,
    content: recalled ? '' : content,
    contentType,
    at: sentAt,
    recalled,
  };
}

function fromFrame({ id, seq, sendId, content, contentType, sentAt, ...rest }: MessageFrame): Stored {
  const { clientMsgId, recalled = false } = rest;
  return { id, seq, senderId: sendId, content, contentType, at: sentAt, recalled, clientMsgId };
}
