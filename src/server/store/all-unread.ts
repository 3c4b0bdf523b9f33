import type { UserId } from '../../protocol/ids.ts';
import type { Tables } from './tables.ts';
import { countUnread } from './unread.ts';
import { findConversations, findIntervals, findReadSeqs, toUnreadSpans } from './user-conversations.ts';

const MOST = 999;
const PAGE = 200;
/** Conversations looked into: those with the latest messages. */
const MOST_CONVERSATIONS = 2000;

/** How many messages of others a user has not read, over his conversations, counted up to 999. */
export async function countAllUnread(tables: Tables, userId: UserId): Promise<number> {
  let sum = 0;
  for (let page = 1; page <= MOST_CONVERSATIONS / PAGE; page += 1) {
    const { rows } = await findConversations(tables, { userId, page, count: PAGE });
    const [intervals, readSeqs] = await Promise.all([
      findIntervals(tables, userId, rows),
      findReadSeqs(tables, userId, rows),
    ]);
    const counts = await countUnread(tables, userId, toUnreadSpans(rows, intervals, readSeqs));
    for (const count of counts.values()) sum += count;
    if (rows.length < PAGE || sum >= MOST) break;
  }
  return Math.min(sum, MOST);
}
