import type { ReadNotice } from '../../protocol/frames.ts';
import { groupConversation, LOBBY, toGroupId, type UserId } from '../../protocol/ids.ts';
import type { ConversationId } from '../../protocol/ids.ts';
import type { Stretch } from './conversation-ports.ts';
import { createAtMostOnce } from './at-most-once.ts';
import { andThen } from './now-or-later.ts';
import type { Delivery, MembersCache } from './ports.ts';
import type { RecentAuthors } from './recent-authors.ts';

/** That somebody has read on in a group. */
export interface GroupRead {
  readonly conversationId: ConversationId;
  readonly reader: UserId;
  /** What he had not read before. */
  readonly newly: readonly Stretch[];
  readonly upTo: number;
}

interface ReadReceiptsOptions {
  readonly authors: Pick<RecentAuthors, 'between'>;
  readonly members: MembersCache;
  readonly delivery: Pick<Delivery, 'signal'>;
  /** ms between two receipts to the same author of the same group. */
  readonly everyMs?: number;
}

interface Receipt {
  readonly author: UserId;
  readonly notice: ReadNotice;
}

/** Some 300 bytes each. */
const MOST_RESTING = 50_000;

/**
 * Tells the authors of what was read in a group, each at most once a second: a hint to ask for the counts, so of several
 * readers within a second only the one who is furthest is named. Reading costs nobody a query.
 */
export function createReadReceipts(options: ReadReceiptsOptions): (read: GroupRead) => void {
  const { authors, members, delivery, everyMs = 1000 } = options;

  const receipts = createAtMostOnce<Receipt>({
    everyMs,
    mostKeys: MOST_RESTING,
    merge: (waiting, next) => (next.notice.seq >= waiting.notice.seq ? next : waiting),
    act: ({ author, notice }) => tell(author, notice),
  });

  function tell(author: UserId, notice: ReadNotice): void {
    const groupId = toGroupId(notice.conversationId);
    if (groupId === undefined) return;
    const conversationId = groupConversation(groupId);
    const signal = (): void => delivery.signal([author], notice, { conversationId });
    if (groupId === LOBBY) return signal();
    // Whoever left is told nothing of the group any more. A group that cannot be loaded now goes without its hint.
    const known = andThen(members.get(groupId), (group) => {
      if (group?.members.has(author) === true) signal();
    });
    if (known instanceof Promise) known.catch(() => {});
  }

  return ({ conversationId, reader, newly, upTo }) => {
    const notice: ReadNotice = { type: 'read', conversationId, userId: String(reader), seq: upTo };
    const read = newly.flatMap((stretch) => [
      ...authors.between(conversationId, stretch.after, stretch.upTo),
    ]);
    for (const author of new Set(read)) {
      if (author !== reader) receipts.say(`${author} ${conversationId}`, { author, notice });
    }
  };
}
