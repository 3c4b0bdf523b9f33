import type { ErrorCode } from '../../protocol/error-codes.ts';
import type { ChatType, ContentType } from '../../protocol/frames.ts';
import type { ConversationId, UserId } from '../../protocol/ids.ts';
import type { MembersChange, MembersChanged } from '../chat/store-ports.ts';

/**
 * What the message log needs of one database: a batch as one transaction, and to be told for certain what became of it.
 * The log calls it from a few lanes at once; no two calls under way concern the same conversation.
 *
 * append() and changeMembers()
 * - MUST resolve only after the COMMIT, and MUST reject with AppendFailure only.
 * - MUST say `unknown` when the COMMIT may have been handed over and its answer is missing, and for a `suspect` batch
 *   unless the transaction failed after it looked for the ids under the row locks and found none. `not_stored` is a
 *   promise: nothing of this call, and of its earlier attempts, is or will be stored.
 * - MUST, for a suspect batch, look for what an earlier attempt stored under the same ids before storing anything.
 * - MUST end within a bounded time, whatever the database does.
 */
export interface AppendDriver {
  /** How many batches the database does well side by side. */
  readonly lanes: number;
  append(batch: AppendBatch): Promise<readonly AppendOutcome[]>;
  changeMembers(change: BatchedChange): Promise<MembersChanged | Refused>;
  /** Reserves `count` numbers of a sequence for good, and gives the first. */
  reserve(sequence: Sequence, count: number): Promise<number>;
  /** Deletes at most `limit` client ids remembered before that moment (ms since 1970); gives how many. */
  pruneSends(before: number, limit: number): Promise<number>;
  /** Calls under way end, later ones reject with reason `closed`. */
  close(): Promise<void>;
}

export type Sequence = 'messages' | 'conversations';

/** The numbers of a batch's conversations, by index; undefined where there is no such group. */
export type BatchNumbers = readonly (number | undefined)[];

/** The messages of one transaction: plain values, they travel to the writer thread. */
export interface AppendBatch {
  /** Each conversation once, ascending by id: every writer takes its row locks in this order. */
  readonly conversations: readonly BatchConversation[];
  /** In the order of the calls. */
  readonly entries: readonly BatchEntry[];
  /** ms since 1970. */
  readonly at: number;
  /** An earlier attempt ended without a known outcome. */
  readonly suspect: boolean;
}

export interface BatchConversation {
  readonly id: ConversationId;
  readonly chatType: ChatType;
  /** The two users of a private conversation, the lower id first; 0 in a group. */
  readonly userLo: number;
  readonly userHi: number;
  /** How many entries the batch has for it: the range of seqs that is taken. */
  readonly count: number;
}

export interface BatchEntry {
  /** Index into `conversations`. */
  readonly conversation: number;
  /** Taken once, kept by every retry: the fence against storing twice. */
  readonly id: number;
  readonly senderId: UserId;
  readonly content: string;
  readonly contentType: ContentType;
  readonly clientId: string | undefined;
  /** Of kind and content, hexadecimal; undefined without a clientId. */
  readonly digest: string | undefined;
  /** 0 in private conversations. */
  readonly membersVersion: number;
  readonly movesReadPosition: boolean;
}

export interface BatchedChange extends MembersChange {
  /** ms since 1970; the same in every attempt, which tells the rows of an earlier one. */
  readonly at: number;
  readonly suspect: boolean;
}

export type AppendOutcome = Stored | Refused;

export interface Stored {
  readonly id: number;
  readonly seq: number;
  readonly sentAt: number;
  readonly duplicate: boolean;
  readonly membersVersion: number;
}

export interface Refused {
  readonly refused: ErrorCode;
}

export type FailureReason =
  /** In each other's way: deadlock, lock wait, busy. */
  | 'conflict'
  /** The database will not have it: a duplicate key, a value out of range. */
  | 'rejected'
  | 'unavailable'
  | 'full'
  | 'closed';

/** A transaction that did not end in an answered COMMIT. */
export class AppendFailure extends Error {
  readonly reason: FailureReason;
  readonly outcome: 'not_stored' | 'unknown';

  constructor(reason: FailureReason, outcome: 'not_stored' | 'unknown', cause?: unknown) {
    super(`${reason}, ${outcome}`, { cause });
    this.name = 'AppendFailure';
    this.reason = reason;
    this.outcome = outcome;
  }

  /** The driver's short code. Never its message, which may quote what was to be stored. */
  get driverCode(): string {
    const { cause } = this;
    if (typeof cause === 'object' && cause !== null && 'code' in cause) return String(cause.code);
    return cause instanceof Error ? cause.name : 'none';
  }
}
