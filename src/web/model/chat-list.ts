import type { ListedChat } from '../api/answers.ts';
import type { Core, Visit } from './core.ts';
import type { ChatKey } from './state.ts';

/** The list of chats, as the server has it. */
export interface ChatList {
  /** Asks for it now; resolves when it was answered, or was not. */
  load(visit: Visit): Promise<void>;
  /** Asks for it soon: several reasons within a moment are one question. */
  refresh(visit: Visit): void;
}

const PAGE = 200;
const MOST_PAGES = 10;
/** ms */
const SOON = 400;
const TRY_AGAIN = 5_000;

export function createChatList(core: Core): ChatList {
  let cancel: (() => void) | undefined;

  async function load(visit: Visit): Promise<void> {
    cancel?.();
    cancel = undefined;
    try {
      const { listed, isWhole } = await askAll(core);
      if (visit.isEnded) return;
      take(visit, listed, isWhole);
    } catch {
      if (!visit.isEnded) schedule(visit, TRY_AGAIN);
    }
    core.touch();
  }

  function schedule(visit: Visit, ms: number): void {
    cancel ??= core.after(ms, () => {
      cancel = undefined;
      if (!visit.isEnded) void load(visit);
    });
  }

  return { load, refresh: (visit) => schedule(visit, SOON) };
}

async function askAll(core: Core): Promise<{ listed: readonly ListedChat[]; isWhole: boolean }> {
  const listed: ListedChat[] = [];
  for (let page = 1; page <= MOST_PAGES; page += 1) {
    const { list, total } = await core.api.chats(page, PAGE);
    listed.push(...list);
    if (list.length < PAGE || listed.length >= total) return { listed, isWhole: true };
  }
  return { listed, isWhole: false };
}

function take(visit: Visit, listed: readonly ListedChat[], isWhole: boolean): void {
  const present = new Set<ChatKey>();
  for (const entry of listed) {
    const chat = visit.chats.listed(entry);
    present.add(chat.key);
    if (chat.peerId !== undefined && entry.name !== '') visit.people.name(chat.peerId, entry.name);
  }
  if (!isWhole) return;
  for (const { key, kind } of visit.chats.all()) {
    if (kind === 'group' && !present.has(key)) leaveChat(visit, key);
  }
}

/** The chat is the user's no longer. */
export function leaveChat(visit: Visit, key: ChatKey): void {
  visit.chats.drop(key);
  visit.threads.delete(key);
  if (visit.open === key) visit.open = undefined;
}
