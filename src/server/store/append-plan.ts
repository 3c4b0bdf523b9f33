import type { AppendBatch, AppendOutcome, BatchEntry } from './append-driver.ts';

/** What a batch found under its row locks. Keys name a conversation by its index in the batch. */
export interface LockedRows {
  /** By index; undefined where there is no such group. */
  readonly conversations: readonly (LockedConversation | undefined)[];
  /** What is stored under the batch's client ids, by `sendKey`. */
  readonly sends: ReadonlyMap<string, StoredSend>;
  /** What an earlier attempt of this batch stored, by message id. */
  readonly earlier: ReadonlyMap<number, StoredAt>;
  /** Those of `toCheck` that are members, by `memberKey`. */
  readonly members: ReadonlySet<string>;
}

export interface LockedConversation {
  readonly no: number;
  /** Before this batch. */
  readonly lastSeq: number;
  /** The later of the batch's time and the conversation's newest message, ms since 1970: time never runs backwards. */
  readonly sentAt: number;
  readonly membersVersion: number;
  readonly dismissed: boolean;
}

export interface StoredAt {
  readonly seq: number;
  readonly sentAt: number;
}

export interface StoredSend extends StoredAt {
  readonly id: number;
  readonly digest: string;
}

/** What the transaction still has to write, and what it answers once that is committed. */
export interface AppendPlan {
  readonly outcomes: readonly AppendOutcome[];
  readonly messages: readonly PlannedMessage[];
  /** The highest seq a sender has read by writing, one for each sender and conversation. */
  readonly reads: readonly PlannedRead[];
  /** The last seq of each conversation after this batch, by index. */
  readonly lastSeqs: readonly number[];
}

export interface PlannedMessage extends StoredAt {
  readonly no: number;
  readonly entry: BatchEntry;
}

export interface PlannedRead {
  readonly no: number;
  readonly userId: number;
  readonly seq: number;
}

/**
 * Decides what becomes of each entry, in the order of the calls, so that seqs have no gaps. A resend is answered with
 * what was stored, even if its sender has left since: it was stored, and that is what he asks.
 */
export function planAppend(batch: AppendBatch, rows: LockedRows): AppendPlan {
  const lastSeqs = rows.conversations.map((conversation) => conversation?.lastSeq ?? 0);
  const sends = new Map(rows.sends);
  const reads = rows.conversations.map(() => new Map<number, PlannedRead>());
  const messages: PlannedMessage[] = [];

  function store(entry: BatchEntry, at: LockedConversation, key: string | undefined): AppendOutcome {
    const seq = (lastSeqs[entry.conversation] ?? 0) + 1;
    lastSeqs[entry.conversation] = seq;
    messages.push({ no: at.no, seq, sentAt: at.sentAt, entry });
    if (key !== undefined) {
      sends.set(key, { id: entry.id, seq, sentAt: at.sentAt, digest: entry.digest ?? '' });
    }
    if (entry.movesReadPosition) {
      reads[entry.conversation]?.set(entry.senderId, { no: at.no, userId: entry.senderId, seq });
    }
    return stored(entry, at, { id: entry.id, seq, sentAt: at.sentAt });
  }

  const outcomes = batch.entries.map((entry): AppendOutcome => {
    const at = rows.conversations[entry.conversation];
    if (at === undefined) return { refused: 'not_member' };
    const key = keyOf(entry);
    const send = key === undefined ? undefined : sends.get(key);
    return (
      answerStored(entry, at, { send, own: rows.earlier.get(entry.id) }) ??
      refuse(entry, at, rows) ??
      store(entry, at, key)
    );
  });
  return { outcomes, messages, reads: reads.flatMap((ofOne) => [...ofOne.values()]), lastSeqs };
}

/** The entries that were authorized with another membership than the stored one. */
export function toCheck(
  batch: AppendBatch,
  conversations: LockedRows['conversations'],
): readonly BatchEntry[] {
  return batch.entries.filter((entry) => {
    const at = conversations[entry.conversation];
    return at !== undefined && at.membersVersion !== entry.membersVersion;
  });
}

/** Whether anybody is refused. */
export function refusesSome({ outcomes }: AppendPlan): boolean {
  return outcomes.some((outcome) => 'refused' in outcome);
}

export function sendKey(conversation: number, senderId: number, clientId: string): string {
  return `${conversation} ${senderId} ${clientId}`;
}

export function memberKey(conversation: number, userId: number): string {
  return `${conversation} ${userId}`;
}

function keyOf({ conversation, senderId, clientId }: BatchEntry): string | undefined {
  return clientId === undefined ? undefined : sendKey(conversation, senderId, clientId);
}

/** `own`: what an earlier attempt stored; `send`: what is stored, or is to be, under the same client id. */
function answerStored(
  entry: BatchEntry,
  at: LockedConversation,
  { own, send }: { readonly own: StoredAt | undefined; readonly send: StoredSend | undefined },
): AppendOutcome | undefined {
  if (own !== undefined) return stored(entry, at, { id: entry.id, ...own });
  if (send === undefined) return undefined;
  return send.digest === entry.digest ? stored(entry, at, send) : { refused: 'id_reused' };
}

function refuse(entry: BatchEntry, at: LockedConversation, rows: LockedRows): AppendOutcome | undefined {
  const isMember =
    at.membersVersion === entry.membersVersion ||
    rows.members.has(memberKey(entry.conversation, entry.senderId));
  return isMember && !at.dismissed ? undefined : { refused: 'not_member' };
}

function stored(entry: BatchEntry, at: LockedConversation, as: StoredAt & { id: number }): AppendOutcome {
  const { id, seq, sentAt } = as;
  return { id, seq, sentAt, duplicate: id !== entry.id, membersVersion: at.membersVersion };
}
