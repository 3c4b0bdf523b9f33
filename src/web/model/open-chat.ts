import type { Chat } from './chat-book.ts';
import type { Core, Visit } from './core.ts';
import type { Pages } from './thread-book.ts';

/** The chat that is shown, with its thread. */
export interface OpenChat {
  readonly visit: Visit;
  readonly chat: Chat;
  readonly pages: Pages;
}

export function openChatOf({ visit }: Pick<Core, 'visit'>): OpenChat | undefined {
  if (visit?.open === undefined) return undefined;
  const chat = visit.chats.get(visit.open);
  const pages = visit.threads.get(visit.open);
  return chat === undefined || pages === undefined ? undefined : { visit, chat, pages };
}
