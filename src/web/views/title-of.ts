import type { ChatSummary } from '../model/state.ts';
import type { Text } from '../text/zh.ts';

/** What a chat is called; the lobby in the reader's language. */
export function titleOf(chat: ChatSummary, text: Text): string {
  return chat.kind === 'lobby' ? text.lobby : chat.title;
}
