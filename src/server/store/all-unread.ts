import type { UserId } from '../../protocol/ids.ts';
import type { Tables } from './tables.ts';
import { countUnread } from './unread.ts';
import { findConversations, findIntervals, findReadSeqs, toUnreadSpans } from './user-conversations.ts';

const MOST = 999;
/** Conversations looked into: those with the latest messages. */
const MOST_CONVERSATIONS = 2000;
/** Conversations counted at once. */
const AT_ONCE = 200;

/** How many messages of others a user has not read, over his conversations, counted up to 999. */
export async function countAllUnread(tables: Tables, userId: UserId): Promise<number> {
  const latest = await findConversations(tables, { userId, page: 1, count: MOST_CONVERSATIONS });
  let sum = 0;
  for (let start = 0; start < latest.rows.length && sum < MOST; start += AT_ONCE) {
    const rows = latest.rows.slice(start, start + AT_ONCE);
    const [intervals, readSeqs] = await Promise.all([
      findIntervals(tables, userId, rows),
      findReadSeqs(tables, userId, rows),
    ]);
    const counts = await countUnread(tables, userId, toUnreadSpans(rows, intervals, readSeqs));
    for (const count of counts.values()) sum += count;
  }
  return Math.min(sum, MOST);
}
