import { escape } from 'mysql2';
import type { AppendBatch, BatchConversation, BatchEntry, BatchNumbers, Sequence } from './append-driver.ts';
import type { AppendPlan, LockedRows, PlannedMessage, PlannedRead } from './append-plan.ts';

/**
 * Every statement of the message log on MySQL and MariaDB, as text: several travel in one round trip, and rows of
 * different statements have different lengths. Values are numbers of ours or pass `escape`, whose backslashes the
 * sessions' sql_mode is set for.
 */

export function selectNumbers(conversations: readonly BatchConversation[]): string {
  return `SELECT id, no FROM conversations WHERE id IN (${list(conversations.map(({ id }) => escape(id)))})`;
}

/** Takes the row locks and the seq ranges, and makes the private conversations that are new. */
export function lockConversations(batch: AppendBatch, numbers: BatchNumbers): string {
  const rows = batch.conversations.flatMap(({ id, chatType, userLo, userHi, count }, index) => {
    const no = numbers[index];
    if (no === undefined) return [];
    return [`(${no},${escape(id)},${chatType},${userLo},${userHi},${count},${batch.at},${batch.at})`];
  });
  return `INSERT INTO conversations
    (no, id, kind, user_lo, user_hi, last_seq, last_at, created_at) VALUES ${list(rows)}
    ON DUPLICATE KEY UPDATE
      last_seq = last_seq + VALUES(last_seq), last_at = GREATEST(last_at, VALUES(last_at))`;
}

export function selectConversations(numbers: BatchNumbers): string {
  return `SELECT no, id, last_seq, last_at, members_version, dismissed_at FROM conversations
    WHERE no IN (${list(numbers.filter((no) => no !== undefined))})`;
}

/** What is stored under the batch's client ids; undefined if it has none. */
export function selectSends({ entries }: AppendBatch, numbers: BatchNumbers): string | undefined {
  const keys = new Map<string, string[]>();
  for (const { conversation, senderId, clientId } of entries) {
    const no = numbers[conversation];
    if (clientId === undefined || no === undefined) continue;
    const sender = `s.conversation_no = ${no} AND s.sender_id = ${senderId}`;
    const ids = keys.get(sender);
    if (ids === undefined) keys.set(sender, [escape(clientId)]);
    else ids.push(escape(clientId));
  }
  if (keys.size === 0) return undefined;
  const ranges = [...keys].map(([sender, ids]) => `(${sender} AND s.client_id IN (${list(ids)}))`);
  return `SELECT s.conversation_no, s.sender_id, s.client_id, s.digest, s.message_id, m.seq, m.sent_at
    FROM sends s JOIN messages m ON m.id = s.message_id WHERE ${ranges.join(' OR ')}`;
}

/** What an earlier attempt of this batch stored; undefined if there was none. */
export function selectEarlier({ entries, suspect }: AppendBatch): string | undefined {
  if (!suspect) return undefined;
  return `SELECT id, seq, sent_at FROM messages WHERE id IN (${list(entries.map(({ id }) => id))})`;
}

/** The senders who are members; undefined if none is to be checked. */
export function selectMembers(unchecked: readonly BatchEntry[], numbers: BatchNumbers): string | undefined {
  if (unchecked.length === 0) return undefined;
  const pairs = unchecked.map(
    ({ conversation, senderId }) => `(conversation_no = ${numbers[conversation]} AND user_id = ${senderId})`,
  );
  return `SELECT conversation_no, user_id FROM memberships
    WHERE left_at IS NULL AND (${[...new Set(pairs)].join(' OR ')})`;
}

/**
 * Everything the plan writes, in order, the COMMIT not included. What it has none of is undefined. Client ids come first:
 * if one of them is taken little has been done.
 */
export function writePlan(plan: AppendPlan, batch: AppendBatch, conversations: LockedRows['conversations']) {
  return {
    sends: insertSends(plan.messages, batch.at),
    messages: insertMessages(plan.messages),
    reads: upsertReads(plan.reads),
    ...correctRanges(plan, batch, conversations),
  };
}

export function reserve(sequence: Sequence, count: number): string {
  return `UPDATE id_blocks SET \`next\` = LAST_INSERT_ID(\`next\`) + ${count} WHERE name = ${escape(sequence)}`;
}

export function pruneSends(before: number, limit: number): string {
  return `DELETE FROM sends WHERE created_at < ${before} ORDER BY created_at LIMIT ${limit}`;
}

function insertMessages(messages: readonly PlannedMessage[]): string | undefined {
  if (messages.length === 0) return undefined;
  const rows = messages.map(
    ({ no, seq, sentAt, entry: { id, senderId, content, contentType } }) =>
      `(${id},${no},${seq},${senderId},${escape(content)},${contentType},${sentAt})`,
  );
  return `INSERT INTO messages (id, conversation_no, seq, sender_id, content, content_type, sent_at)
    VALUES ${list(rows)}`;
}

function insertSends(messages: readonly PlannedMessage[], at: number): string | undefined {
  const rows = messages.flatMap(({ no, entry: { id, senderId, clientId, digest } }) =>
    clientId === undefined || digest === undefined
      ? []
      : [`(${no},${senderId},${escape(clientId)},'${digest}',${id},${at})`],
  );
  if (rows.length === 0) return undefined;
  return `INSERT INTO sends (conversation_no, sender_id, client_id, digest, message_id, created_at)
    VALUES ${list(rows)}`;
}

function upsertReads(reads: readonly PlannedRead[]): string | undefined {
  if (reads.length === 0) return undefined;
  const rows = reads.map(({ no, userId, seq }) => `(${no},${userId},${seq})`);
  return `INSERT INTO \`reads\` (conversation_no, user_id, read_seq) VALUES ${list(rows)}
    ON DUPLICATE KEY UPDATE read_seq = GREATEST(read_seq, VALUES(read_seq))`;
}

/**
 * Gives back the seqs that were taken for what is a resend or refused: the rare case, so one statement for each
 * conversation. Its newest message, inserted before this, says its time again.
 */
function correctRanges(
  { lastSeqs }: AppendPlan,
  batch: AppendBatch,
  conversations: LockedRows['conversations'],
): Readonly<Record<string, string>> {
  const corrections = conversations.flatMap((conversation, index) => {
    const lastSeq = lastSeqs[index];
    const taken = batch.conversations[index]?.count ?? 0;
    if (conversation === undefined || lastSeq === conversation.lastSeq + taken) return [];
    const newest = `SELECT sent_at FROM messages WHERE conversation_no = ${conversation.no} AND seq = ${lastSeq}`;
    const update = `UPDATE conversations SET last_seq = ${lastSeq}, last_at = COALESCE((${newest}), created_at)
      WHERE no = ${conversation.no}`;
    return [[`range${index}`, update]];
  });
  return Object.fromEntries(corrections);
}

function list(items: readonly (string | number)[]): string {
  return items.join(',');
}
