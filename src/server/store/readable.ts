import { CHAT_TYPE } from '../../protocol/frames.ts';
import { clip } from './seq-spans.ts';
import type { Span } from './seq-spans.ts';
import type { ConversationRow, MembershipRow } from './tables.ts';

/** The lobby's number. Nobody has memberships in it: every user is a member from the seq of his making on. */
export const LOBBY_NO = 1;

/** A conversation as one user may read it. */
export interface Readable {
  readonly conversation: ConversationRow;
  /** Ascending. */
  readonly spans: readonly Span[];
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

/** Which kind a conversation is, and for a private one who the two are. */
export function isGroup({ kind }: ConversationRow): boolean {
  return kind === CHAT_TYPE.group;
}
