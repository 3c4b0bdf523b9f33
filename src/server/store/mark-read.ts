import { ChatError } from '../../protocol/error-codes.ts';
import type { ConversationId, UserId } from '../../protocol/ids.ts';
import type { ReadMark } from '../chat/conversation-ports.ts';
import { findRows } from './find-rows.ts';
import { createGathering } from './gather.ts';
import { raiseReads } from './raise-reads.ts';
import { isGroup } from './readable.ts';
import type { Readable } from './readable.ts';
import { findReadables, pairKey, toPairCondition } from './readables.ts';
import type { Pair } from './readables.ts';
import { clip, highestOf } from './seq-spans.ts';
import type { ConversationRow, ReadRow, Tables } from './tables.ts';

/** Somebody says how far he has read. */
export interface Mark {
  readonly userId: UserId;
  readonly conversationId: ConversationId;
  readonly seq: number;
}

/** Marks that share their queries: few enough for a condition each. */
const MOST = 200;
const MOST_WAITING = 50_000;

/** Moves read positions forward, at most to the last message the reader may read: many at once cost little more than one. */
export function createMarkRead(tables: Tables): (mark: Mark) => Promise<ReadMark> {
  const gathering = createGathering<Mark, ReadMark>({
    run: (marks) => markAll(tables, marks),
    most: MOST,
    mostWaiting: MOST_WAITING,
  });
  return gathering.add;
}

const NOTHING: ReadMark = { readSeq: 0, movedFrom: undefined, newly: [], peerId: undefined };

async function markAll(tables: Tables, marks: readonly Mark[]): Promise<readonly (ReadMark | ChatError)[]> {
  const found = await findReadables(tables, marks);
  const positions = await findPositions(tables, marks, found);
  const moved = new Map<string, ReadRow>();
  const results = marks.map((mark, index): ReadMark | ChatError => {
    const readable = found[index];
    if (readable === undefined || readable instanceof ChatError) return readable ?? NOTHING;
    const row = advance(mark, readable, positions);
    if (row.moved !== undefined) moved.set(pairKey(row.moved), row.moved);
    return row.mark;
  });
  await raiseReads(tables, [...moved.values()]);
  return results;
}

/** Where this mark takes the position, which it also moves in `positions`: the next mark of a batch goes on from there. */
function advance(
  { userId, seq }: Mark,
  { conversation, spans }: Readable,
  positions: Map<string, number>,
): { readonly mark: ReadMark; readonly moved: ReadRow | undefined } {
  const place = { conversationNo: conversation.no, userId };
  const before = positions.get(pairKey(place)) ?? 0;
  const readSeq = Math.max(before, Math.min(seq, highestOf(spans)));
  const peerId = peerOf(conversation, userId);
  if (readSeq === before) {
    return { mark: { readSeq, movedFrom: undefined, newly: [], peerId }, moved: undefined };
  }
  positions.set(pairKey(place), readSeq);
  const newly = clip(spans, before, readSeq);
  return { mark: { readSeq, movedFrom: before, newly, peerId }, moved: { ...place, readSeq } };
}

function peerOf(conversation: ConversationRow, userId: UserId): UserId | undefined {
  if (isGroup(conversation)) return undefined;
  const { userLo, userHi } = conversation;
  return (userLo === userId ? userHi : userLo) as UserId;
}

async function findPositions(
  { reads }: Tables,
  marks: readonly Mark[],
  readables: readonly (Readable | ChatError | undefined)[],
): Promise<Map<string, number>> {
  const pairs = marks.flatMap(({ userId }, index): Pair[] => {
    const readable = readables[index];
    if (readable === undefined || readable instanceof ChatError) return [];
    return [{ conversationNo: readable.conversation.no, userId }];
  });
  if (pairs.length === 0) return new Map();
  const rows = await findRows(reads, { where: toPairCondition(pairs) });
  return new Map(rows.map((row) => [pairKey(row), row.readSeq]));
}
