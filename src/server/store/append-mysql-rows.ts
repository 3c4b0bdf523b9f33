import type { AppendBatch, BatchNumbers } from './append-driver.ts';
import { StaleNumber } from './append-mysql-errors.ts';
import { rowsOf } from './append-mysql-session.ts';
import type { MysqlResult } from './append-mysql-session.ts';
import { memberKey, sendKey } from './append-plan.ts';
import type { LockedConversation, LockedRows, StoredAt, StoredSend } from './append-plan.ts';

/**
 * The rows of one batch as the plan reads them: keyed by the conversation's index instead of its number. Throws
 * StaleNumber when a number turns out not to be that conversation's.
 */
export function readConversations(
  batch: AppendBatch,
  numbers: BatchNumbers,
  result: MysqlResult | undefined,
): LockedRows['conversations'] {
  const byNo = new Map(rowsOf(result).map((row) => [Number(row[0]), row]));
  return batch.conversations.map(({ id, count }, index): LockedConversation | undefined => {
    const no = numbers[index];
    if (no === undefined) return undefined;
    const [, foundId, lastSeq, lastAt, membersVersion, dismissedAt] = byNo.get(no) ?? [];
    if (String(foundId) !== id) throw new StaleNumber();
    return {
      no,
      lastSeq: Number(lastSeq) - count,
      sentAt: Number(lastAt),
      membersVersion: Number(membersVersion),
      dismissed: dismissedAt !== null,
    };
  });
}

export function readSends(numbers: BatchNumbers, result: MysqlResult | undefined): Map<string, StoredSend> {
  const indexes = toIndexes(numbers);
  const sends = new Map<string, StoredSend>();
  for (const [no, senderId, clientId, digest, id, seq, sentAt] of rowsOf(result)) {
    const key = sendKey(indexes.get(Number(no)) ?? -1, Number(senderId), String(clientId));
    sends.set(key, { id: Number(id), digest: String(digest), seq: Number(seq), sentAt: Number(sentAt) });
  }
  return sends;
}

export function readEarlier(result: MysqlResult | undefined): Map<number, StoredAt> {
  return new Map(
    rowsOf(result).map(([id, seq, sentAt]) => [Number(id), { seq: Number(seq), sentAt: Number(sentAt) }]),
  );
}

export function readMembers(numbers: BatchNumbers, result: MysqlResult | undefined): Set<string> {
  const indexes = toIndexes(numbers);
  return new Set(
    rowsOf(result).map(([no, userId]) => memberKey(indexes.get(Number(no)) ?? -1, Number(userId))),
  );
}

function toIndexes(numbers: BatchNumbers): ReadonlyMap<number, number> {
  return new Map(numbers.flatMap((no, index) => (no === undefined ? [] : [[no, index]])));
}
