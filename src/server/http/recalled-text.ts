import type { StoredMessage } from '../chat/store-ports.ts';

/** What a seed's page shows, which knows of no recalls, in the place of a message that was taken back. */
const RECALLED_TEXT = '消息已撤回';

/** A message's content as the seed's routes give it. */
export function shownContent({ recalled, content, contentType }: StoredMessage) {
  return recalled === true ? { content: RECALLED_TEXT, contentType: 1 } : { content, contentType };
}
