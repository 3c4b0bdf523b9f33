import type { ErrorCode } from '../../protocol/error-codes.ts';
import type { Appended, Draft, MembersChange, MembersChanged } from '../chat/store-ports.ts';

/** What waits in a lane, and the turns it is written in. */
export interface Waiting<Result> {
  readonly bytes: number;
  /** By `performance.now()`. */
  readonly since: number;
  resolve(result: Result): void;
  refuse(code: ErrorCode): void;
}

export interface MessageEntry extends Waiting<Appended> {
  readonly kind: 'message';
  readonly draft: Draft;
  readonly digest: string | undefined;
  /** Taken at the first attempt and kept by every later one. */
  id: number | undefined;
}

export interface ChangeEntry extends Waiting<MembersChanged> {
  readonly kind: 'change';
  readonly change: MembersChange;
}

export type Entry = MessageEntry | ChangeEntry;

/** One transaction and its attempts: some messages, or one membership change. */
export type Turn = MessagesTurn | ChangeTurn;

export interface MessagesTurn extends Attempts {
  readonly kind: 'messages';
  readonly entries: readonly MessageEntry[];
}

export interface ChangeTurn extends Attempts {
  readonly kind: 'change';
  readonly entries: readonly ChangeEntry[];
}

interface Attempts {
  /** ms since 1970, of the first attempt. */
  readonly at: number;
  attempts: number;
  /** How often the database would not have it, since it has this size. */
  failures: number;
  /** An earlier attempt ended without a known outcome: none of it may be refused. */
  suspect: boolean;
}

/** Bounds of a turn: enough to make a transaction's fixed cost small, little enough for any max_allowed_packet. */
const MAX_ENTRIES = 500;
const MAX_BYTES = 512 * 1024;

/** Takes the next turn off the queue: a membership change goes alone, in its place. */
export function takeTurn(queue: Entry[], at: number): Turn | undefined {
  const first = queue[0];
  if (first === undefined) return undefined;
  const fresh = { at, attempts: 0, failures: 0, suspect: false };
  if (first.kind === 'change') {
    queue.shift();
    return { kind: 'change', entries: [first], ...fresh };
  }
  const entries = firstMessages(queue);
  queue.splice(0, entries.length);
  return { kind: 'messages', entries, ...fresh };
}

/** Both halves of a turn, in order, each with one failure to go. */
export function splitTurn(turn: MessagesTurn): readonly MessagesTurn[] {
  const middle = turn.entries.length >> 1;
  const halves = [turn.entries.slice(0, middle), turn.entries.slice(middle)];
  return halves.map((entries) => ({ ...turn, entries, failures: 1 }));
}

export function filterTurn(turn: Turn, keep: (entry: Entry) => boolean): Turn {
  return turn.kind === 'change'
    ? { ...turn, entries: turn.entries.filter(keep) }
    : { ...turn, entries: turn.entries.filter(keep) };
}

function firstMessages(queue: readonly Entry[]): readonly MessageEntry[] {
  const entries: MessageEntry[] = [];
  let bytes = 0;
  for (const entry of queue) {
    bytes += entry.bytes;
    const isFull = entries.length === MAX_ENTRIES || (bytes > MAX_BYTES && entries.length > 0);
    if (entry.kind === 'change' || isFull) break;
    entries.push(entry);
  }
  return entries;
}
