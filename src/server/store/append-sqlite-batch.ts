import type { Database } from 'better-sqlite3';
import type { AppendBatch, AppendOutcome, BatchConversation, BatchEntry } from './append-driver.ts';
import { memberKey, planAppend, refusesSome, sendKey, toCheck } from './append-plan.ts';
import type {
  AppendPlan,
  LockedConversation,
  LockedRows,
  PlannedMessage,
  StoredAt,
  StoredSend,
} from './append-plan.ts';
import { reserveIds } from './append-sqlite-upkeep.ts';
import { prepared } from './sqlite/prepared.ts';

/**
 * A batch of messages, inside the writer's transaction: it is the only one that writes, which is lock enough. A
 * statement for each row costs less here than making one for all, since nothing travels.
 */
export function appendBatch(db: Database, batch: AppendBatch): readonly AppendOutcome[] {
  const conversations = batch.conversations.map((conversation) =>
    openConversation(db, conversation, batch.at),
  );
  const { claimed, sends } = claimSends(db, batch, conversations);
  const plan = planAppend(batch, {
    conversations,
    sends,
    earlier: findEarlier(db, batch),
    members: findMembers(db, batch, conversations),
  });
  insertMessages(db, plan);
  if (refusesSome(plan)) rewriteSends(db, claimed, { plan, at: batch.at });
  extendConversations(db, plan, conversations);
  moveReadPositions(db, plan);
  return plan.outcomes;
}

/** Makes a private conversation that is new; a group has been made, or does not exist. */
function openConversation(
  db: Database,
  { id, chatType, userLo, userHi }: BatchConversation,
  at: number,
): LockedConversation | undefined {
  const found = prepared(
    db,
    'SELECT no, last_seq, last_at, members_version, dismissed_at FROM conversations WHERE id = ?',
  ).get(id) as ConversationColumns | undefined;
  if (found !== undefined) {
    return {
      no: found.no,
      lastSeq: found.last_seq,
      sentAt: Math.max(at, found.last_at),
      membersVersion: found.members_version,
      dismissed: found.dismissed_at !== null,
    };
  }
  if (chatType === 1) return undefined;
  const no = reserveIds(db, { sequence: 'conversations', count: 1 });
  prepared(
    db,
    `INSERT INTO conversations (no, id, kind, user_lo, user_hi, last_seq, last_at, members_version, created_at)
      VALUES (?, ?, ?, ?, ?, 0, ?, 0, ?)`,
  ).run(no, id, chatType, userLo, userHi, at, at);
  return { no, lastSeq: 0, sentAt: at, membersVersion: 0, dismissed: false };
}

interface ConversationColumns {
  readonly no: number;
  readonly last_seq: number;
  readonly last_at: number;
  readonly members_version: number;
  readonly dismissed_at: number | null;
}

const INSERT_SEND = `INSERT INTO sends (conversation_no, sender_id, client_id, digest, message_id, created_at)
  VALUES (?, ?, ?, ?, ?, ?)`;
const SELECT_MESSAGE = 'SELECT seq, sent_at AS sentAt FROM messages WHERE id = ?';

type Conversations = LockedRows['conversations'];

interface Claims {
  /** What was written to `sends`, as if nobody were refused. */
  readonly claimed: readonly ClaimedSend[];
  /** What was there already, by `sendKey`. */
  readonly sends: ReadonlyMap<string, StoredSend>;
}

type ClaimedSend = Pick<PlannedMessage, 'no' | 'entry'>;

/**
 * Writes every client id, and by that finds those that are taken: resends are rare, and to look for each first costs as
 * much as writing it. One that another entry of this batch has taken is none of these: the plan folds them.
 */
function claimSends(db: Database, batch: AppendBatch, conversations: Conversations): Claims {
  const insertSend = prepared(
    db,
    `${INSERT_SEND} ON CONFLICT (conversation_no, sender_id, client_id) DO NOTHING`,
  );
  const findSend = prepared(
    db,
    `SELECT s.message_id AS id, s.digest, m.seq, m.sent_at AS sentAt
      FROM sends s JOIN messages m ON m.id = s.message_id
      WHERE s.conversation_no = ? AND s.sender_id = ? AND s.client_id = ?`,
  );
  const claimed: ClaimedSend[] = [];
  const sends = new Map<string, StoredSend>();
  for (const entry of batch.entries) {
    const { conversation, senderId, clientId, digest, id } = entry;
    const no = conversations[conversation]?.no;
    if (no === undefined || clientId === undefined) continue;
    const isClaimed = insertSend.run(no, senderId, clientId, digest, id, batch.at).changes === 1;
    if (isClaimed) claimed.push({ no, entry });
    const send = isClaimed ? undefined : (findSend.get(no, senderId, clientId) as StoredSend | undefined);
    if (send !== undefined) sends.set(sendKey(conversation, senderId, clientId), send);
  }
  return { claimed, sends };
}

function findEarlier(db: Database, { suspect, entries }: AppendBatch): Map<number, StoredAt> {
  const earlier = new Map<number, StoredAt>();
  if (!suspect) return earlier;
  const find = prepared(db, SELECT_MESSAGE);
  for (const { id } of entries) {
    const stored = find.get(id) as StoredAt | undefined;
    if (stored !== undefined) earlier.set(id, stored);
  }
  return earlier;
}

function findMembers(db: Database, batch: AppendBatch, conversations: Conversations): Set<string> {
  const find = prepared(
    db,
    'SELECT 1 FROM memberships WHERE conversation_no = ? AND user_id = ? AND left_at IS NULL',
  );
  const isMember = ({ conversation, senderId }: BatchEntry) =>
    find.get(conversations[conversation]?.no, senderId) !== undefined;
  const members = toCheck(batch, conversations).filter(isMember);
  return new Set(members.map(({ conversation, senderId }) => memberKey(conversation, senderId)));
}

function insertMessages(db: Database, { messages }: AppendPlan): void {
  const insertMessage = prepared(
    db,
    `INSERT INTO messages (id, conversation_no, seq, sender_id, content, content_type, sent_at)
      VALUES (?, ?, ?, ?, ?, ?, ?)`,
  );
  for (const { no, seq, sentAt, entry } of messages) {
    const { id, senderId, content, contentType } = entry;
    insertMessage.run(id, no, seq, senderId, content, contentType, sentAt);
  }
}

/** Somebody was refused: what was claimed is taken back, and written for what is stored. */
function rewriteSends(
  db: Database,
  claimed: readonly ClaimedSend[],
  { plan, at }: { readonly plan: AppendPlan; readonly at: number },
): void {
  const remove = prepared(
    db,
    'DELETE FROM sends WHERE conversation_no = ? AND sender_id = ? AND client_id = ?',
  );
  for (const { no, entry } of claimed) remove.run(no, entry.senderId, entry.clientId);
  const insert = prepared(db, INSERT_SEND);
  for (const { no, entry } of plan.messages) {
    const { id, senderId, clientId, digest } = entry;
    if (clientId !== undefined) insert.run(no, senderId, clientId, digest, id, at);
  }
}

function extendConversations(db: Database, { lastSeqs }: AppendPlan, conversations: Conversations): void {
  const extend = prepared(db, 'UPDATE conversations SET last_seq = ?, last_at = ? WHERE no = ?');
  for (const [index, conversation] of conversations.entries()) {
    const lastSeq = lastSeqs[index];
    if (conversation === undefined || lastSeq === conversation.lastSeq) continue;
    extend.run(lastSeq, conversation.sentAt, conversation.no);
  }
}

function moveReadPositions(db: Database, { reads }: AppendPlan): void {
  const move = prepared(
    db,
    `INSERT INTO reads (conversation_no, user_id, read_seq) VALUES (?, ?, ?)
      ON CONFLICT DO UPDATE SET read_seq = MAX(read_seq, excluded.read_seq)`,
  );
  for (const { no, userId, seq } of reads) move.run(no, userId, seq);
}
