import type { MessageFrame, SyncPosition } from '../protocol/frames.ts';

/** One's own private message: its sender gets no copy, but it has a place in the order. */
export interface Mark {
  readonly id: string;
  readonly seq: number;
}

export interface Conversation {
  readonly conversationId: string;
  /** Of the last message that was handed on; undefined while it is not known where to begin. */
  seq: number | undefined;
  /** Empty while that message itself was never here. */
  id: string;
  rev: number | undefined;
  /** What cannot be handed on yet, by seq. */
  readonly held: Map<number, MessageFrame | Mark>;
  /** Seqs before which nothing is missing: where the server's pages begin. Ascending. */
  begins: number[];
  /** Something was missed, though nothing that is held says so. */
  hasMissed: boolean;
  /** `seq` when a gap was last asked about. */
  askedAt: number | undefined;
  isGone: boolean;
}

/** Which of what is held comes next; undefined if something is missing before it. */
export function nextSeq({ seq = Number.NaN, held, begins }: Conversation): number | undefined {
  return held.has(seq + 1) ? seq + 1 : begins.find((begin) => begin > seq && held.has(begin));
}

export function isMessage(held: MessageFrame | Mark): held is MessageFrame {
  return 'sendId' in held;
}

/** Where the last message's id is not known, all is asked for, and what was handed on is passed over. */
export function toPosition({ id, rev }: Conversation, seq: number): SyncPosition {
  return { seq: id === '' ? 0 : seq, id, ...(rev === undefined ? {} : { rev }) };
}
