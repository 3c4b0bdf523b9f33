import { ChatError } from '../../protocol/error-codes.ts';
import { CHAT_TYPE } from '../../protocol/frames.ts';
import { isPrivateForm } from '../../protocol/ids.ts';
import type { ConversationId, UserId } from '../../protocol/ids.ts';
import { clip } from './seq-spans.ts';
import type { Span } from './seq-spans.ts';
import type { ConversationRow, MembershipRow, Tables } from './tables.ts';

/** The lobby's number. Nobody has memberships in it: every user is a member from the seq of his making on. */
export const LOBBY_NO = 1;

/** A conversation as one user may read it. */
export interface Readable {
  readonly conversation: ConversationRow;
  /** Ascending. */
  readonly spans: readonly Span[];
}

/**
 * What `viewer` may read of a conversation. Undefined for a private one that is not his or has no messages yet; rejects
 * with not_member for a group he is not in, whether there is one or not.
 */
export async function findReadable(
  tables: Tables,
  viewer: UserId,
  id: ConversationId,
): Promise<Readable | undefined> {
  const conversation = (await tables.conversations.findOne({ where: { id } }))?.get();
  if (isPrivateForm(id)) {
    const isTheirs = conversation?.userLo === viewer || conversation?.userHi === viewer;
    return conversation !== undefined && isTheirs ? toReadable(conversation, [WHOLE]) : undefined;
  }
  if (conversation === undefined || conversation.dismissedAt !== null) throw new ChatError('not_member');
  return toReadable(conversation, await findIntervals(tables, viewer, conversation));
}

/** What the intervals of a user leave of the conversation. */
export function toReadable(conversation: ConversationRow, intervals: readonly Interval[]): Readable {
  const spans = intervals.map(({ joinedAfter, leftAt }) => ({
    after: joinedAfter,
    upTo: leftAt ?? conversation.lastSeq,
  }));
  return { conversation, spans: clip(spans, 0, conversation.lastSeq) };
}

export type Interval = Pick<MembershipRow, 'joinedAfter' | 'leftAt'>;

/** All of it: a private conversation is its two users' from the first message on. */
export const WHOLE: Interval = { joinedAfter: 0, leftAt: null };

/** Former members are none, whatever they once might read; members may read what their former intervals held too. */
async function findIntervals(
  { users, memberships }: Tables,
  viewer: UserId,
  { no }: ConversationRow,
): Promise<readonly Interval[]> {
  if (no === LOBBY_NO) {
    const user = (await users.findOne({ where: { id: viewer, deletedAt: null } }))?.get();
    if (user === undefined) throw new ChatError('not_member');
    return [{ joinedAfter: user.lobbyJoinedAfter, leftAt: null }];
  }
  const rows = await memberships.findAll({ where: { conversationNo: no, userId: viewer } });
  const intervals = rows.map((row) => row.get());
  if (intervals.every(({ leftAt }) => leftAt !== null)) throw new ChatError('not_member');
  return intervals;
}

/** Which kind a conversation is, and for a private one who the two are. */
export function isGroup({ kind }: ConversationRow): boolean {
  return kind === CHAT_TYPE.group;
}
