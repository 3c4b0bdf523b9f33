import { type Conversation, HUB } from './conversations.ts';
import { Past, type PastMessage, type PastShape } from './past.ts';

export type Value = string | number | null;

/** Takes rows of chatd's tables. Text has no quotes and no backslashes. */
export interface RowWriter {
  insert(table: string, columns: readonly string[], rows: readonly (readonly Value[])[]): Promise<void>;
}

export interface Filling extends PastShape {
  readonly conversations: readonly Conversation[];
  readonly onProgress: (done: number) => void;
}

const CHUNK = 5000;
const TELL_EVERY = 100_000;
/** Bytes of content. */
const SIZE = 100;

/**
 * Writes what would be there had all of it been sent to chatd. Without messages the conversations are there all the
 * same: making them is not what is measured. Users 1, 2, 3 … are there.
 */
export async function fill(
  writer: RowWriter,
  { conversations, onProgress, ...shape }: Filling,
): Promise<void> {
  const past = new Past(conversations, shape, Date.now());
  await insertMessages(writer, past, onProgress);
  const present = conversations.map((conversation, index) => ({ conversation, index }));
  await inChunks(present, (part) => insertConversations(writer, past, part));
  await inChunks(present, (part) => insertReads(writer, past, part));
  const groups = present.filter(({ conversation }) => conversation.isGroup);
  await inChunks(groups, (part) => insertMembers(writer, past, part));
}

/** The numbers the server's next ones must be above. */
export function takenNumbers({ conversations, messages }: Filling) {
  return { messages, conversations: conversations.reduce((most, { no }) => Math.max(most, no), 0) };
}

const MESSAGE = ['id', 'conversation_no', 'seq', 'sender_id', 'content', 'content_type', 'sent_at'];
const SEND = ['conversation_no', 'sender_id', 'client_id', 'digest', 'message_id', 'created_at'];

async function insertMessages(
  writer: RowWriter,
  past: Past,
  onProgress: Filling['onProgress'],
): Promise<void> {
  let rows: Value[][] = [];
  let sends: Value[][] = [];
  const flush = async () => {
    if (rows.length > 0) await writer.insert('messages', MESSAGE, rows);
    if (sends.length > 0) await writer.insert('sends', SEND, sends);
    rows = [];
    sends = [];
  };
  for (const message of past.messages()) {
    const { id, conversation, seq, senderId, sentAt } = message;
    rows.push([id, conversation.no, seq, senderId, contentOf(id), 1, sentAt]);
    if (message.clientId !== undefined) sends.push(toSend(message, message.clientId));
    if (rows.length === CHUNK) await flush();
    if (id % TELL_EVERY === 0) onProgress(id);
  }
  await flush();
}

function contentOf(id: number): string {
  return `message ${id} `.padEnd(SIZE, 'abcdefghijklmnopqrstuvwxyz ');
}

// Nobody sends these again: the digest has its length alone.
function toSend({ conversation, senderId, id, sentAt }: PastMessage, clientId: string): Value[] {
  return [conversation.no, senderId, clientId, id.toString(16).padStart(32, '0'), id, sentAt];
}

interface Present {
  readonly conversation: Conversation;
  /** In the past. */
  readonly index: number;
}

const PLACE = ['no', 'id', 'kind', 'name', 'creator_id', 'user_lo', 'user_hi'];
const CONVERSATION = [...PLACE, 'last_seq', 'last_at', 'members_version', 'created_at'];

async function insertConversations(writer: RowWriter, past: Past, part: readonly Present[]): Promise<void> {
  const rows = part.map(({ conversation: { no, id, isGroup, members }, index }) => {
    const [lo = 0, hi = 0] = members;
    const own = isGroup ? [1, id, lo, 0, 0] : [2, null, null, lo, hi];
    const last = [past.lastSeqs[index] ?? 0, past.lastTimes[index] ?? 0].map(Math.floor);
    return [no, id, ...own, ...last, isGroup ? 1 : 0, Math.floor(past.begin)];
  });
  await writer.insert('conversations', CONVERSATION, rows);
}

/** Everybody has read everything, but for the hub, who has a list with something unread in most of it. */
async function insertReads(writer: RowWriter, past: Past, part: readonly Present[]): Promise<void> {
  const rows = part.flatMap(({ conversation: { no, members }, index }) =>
    members.flatMap((userId) => {
      const readSeq = past.readSeqOf(index, userId, userId === HUB ? no % 10 : 0);
      return readSeq === 0 ? [] : [[no, userId, readSeq]];
    }),
  );
  if (rows.length > 0) await writer.insert('reads', ['conversation_no', 'user_id', 'read_seq'], rows);
}

async function insertMembers(writer: RowWriter, past: Past, part: readonly Present[]): Promise<void> {
  const columns = ['conversation_no', 'user_id', 'role', 'joined_after', 'joined_at', 'added_by'];
  const rows = part.flatMap(({ conversation: { no, members } }) =>
    members.map((userId, at) => {
      const role = at === 0 ? 'owner' : 'member';
      return [no, userId, role, 0, Math.floor(past.begin), members[0] ?? 0];
    }),
  );
  await writer.insert('memberships', columns, rows);
}

async function inChunks<T>(items: readonly T[], work: (part: readonly T[]) => Promise<void>): Promise<void> {
  for (let at = 0; at < items.length; at += CHUNK) await work(items.slice(at, at + CHUNK));
}
