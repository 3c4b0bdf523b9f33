import { Op } from 'sequelize';
import type { WhereOptions } from 'sequelize';
import type { ConversationId, UserId } from '../../protocol/ids.ts';
import { isGroup, LOBBY_NO, WHOLE } from './readable.ts';
import type { Interval } from './readable.ts';
import type { Span } from './seq-spans.ts';
import type { ConversationRow, Tables } from './tables.ts';

/** A conversation a user is in, as it stands for him. */
export interface SyncState {
  readonly conversation: ConversationRow;
  /** What he may read, ascending; the last is the present membership's, and may hold no message yet. */
  readonly stretches: readonly [Span, ...Span[]];
  readonly readSeq: number;
  readonly peerReadSeq: number | undefined;
}

/** The user's conversations, or those of `only` that there are, the one with the newest message first. */
export async function listSyncable(
  tables: Tables,
  userId: UserId,
  only: readonly ConversationId[] | undefined,
): Promise<readonly ConversationId[]> {
  const rows = [];
  for (const where of only === undefined ? [await whereMember(tables, userId)] : whereNamed(only)) {
    const found = await tables.conversations.findAll({
      attributes: ['no', 'id', 'lastAt'],
      where: { ...where, dismissedAt: null },
      order: [
        ['lastAt', 'DESC'],
        ['no', 'DESC'],
      ],
    });
    rows.push(...found.map((row) => row.get()));
  }
  rows.sort((one, other) => other.lastAt - one.lastAt || other.no - one.no);
  return rows.map(({ id }) => id as ConversationId);
}

async function whereMember({ memberships }: Tables, userId: UserId): Promise<WhereOptions<ConversationRow>> {
  const current = await memberships.findAll({
    attributes: ['conversationNo'],
    where: { userId, leftAt: null },
  });
  const groups = current.map((row) => row.get().conversationNo);
  return { [Op.or]: [{ no: [LOBBY_NO, ...groups] }, { userLo: userId }, { userHi: userId }] };
}

/** Names in one query. */
const NAMES = 500;

function whereNamed(ids: readonly ConversationId[]): readonly WhereOptions<ConversationRow>[] {
  const starts = Array.from({ length: Math.ceil(ids.length / NAMES) }, (_, index) => index * NAMES);
  return starts.map((start) => ({ id: ids.slice(start, start + NAMES) }));
}

/** Those of `ids` the user is in now, by id. */
export async function findSyncStates(
  tables: Tables,
  userId: UserId,
  ids: readonly ConversationId[],
): Promise<ReadonlyMap<string, SyncState>> {
  const found = await tables.conversations.findAll({ where: { id: [...ids], dismissedAt: null } });
  const rows = found.map((row) => row.get());
  const [intervals, reads] = await Promise.all([
    findIntervals(tables, userId, rows),
    findReads(tables, userId, rows),
  ]);
  const states = new Map<string, SyncState>();
  for (const row of rows) {
    const stretches = toStretches(row, intervals.get(row.no) ?? []);
    if (stretches === undefined) continue;
    const peer = row.userLo === userId ? row.userHi : row.userLo;
    const readSeqs = reads.get(row.no);
    states.set(row.id, {
      conversation: row,
      stretches,
      readSeq: readSeqs?.get(userId) ?? 0,
      peerReadSeq: isGroup(row) ? undefined : (readSeqs?.get(peer) ?? 0),
    });
  }
  return states;
}

async function findIntervals(
  { users, memberships }: Tables,
  userId: UserId,
  rows: readonly ConversationRow[],
): Promise<ReadonlyMap<number, readonly Interval[]>> {
  const intervals = new Map<number, Interval[]>();
  for (const row of rows) {
    const isTheirs = !isGroup(row) && (row.userLo === userId || row.userHi === userId);
    intervals.set(row.no, isTheirs ? [WHOLE] : []);
  }
  if (intervals.has(LOBBY_NO)) {
    const user = await users.findOne({ where: { id: userId, deletedAt: null } });
    if (user !== null) {
      intervals.set(LOBBY_NO, [{ joinedAfter: user.get().lobbyJoinedAfter, leftAt: null }]);
    }
  }
  const groups = rows.filter((row) => isGroup(row) && row.no !== LOBBY_NO).map(({ no }) => no);
  if (groups.length === 0) return intervals;
  const found = await memberships.findAll({ where: { conversationNo: groups, userId } });
  for (const row of found) intervals.get(row.get().conversationNo)?.push(row.get());
  return intervals;
}

/** Undefined for a former member, who is none, whatever he once might read. */
function toStretches(
  row: ConversationRow,
  intervals: readonly Interval[],
): SyncState['stretches'] | undefined {
  const present = intervals.find(({ leftAt }) => leftAt === null);
  if (present === undefined) return undefined;
  const former = intervals.flatMap(({ joinedAfter, leftAt }) =>
    leftAt === null || leftAt <= joinedAfter ? [] : [{ after: joinedAfter, upTo: leftAt }],
  );
  const [first, ...others] = former.sort((one, other) => one.after - other.after);
  const last = { after: present.joinedAfter, upTo: Math.max(present.joinedAfter, row.lastSeq) };
  return first === undefined ? [last] : [first, ...others, last];
}

/** How far the user has read, and in private conversations the other: read positions by conversation number and user. */
async function findReads(
  { reads }: Tables,
  userId: UserId,
  rows: readonly ConversationRow[],
): Promise<ReadonlyMap<number, ReadonlyMap<number, number>>> {
  const privates = rows.filter((row) => !isGroup(row)).map(({ no }) => no);
  const groups = rows.filter(isGroup).map(({ no }) => no);
  const found = await reads.findAll({
    where: { [Op.or]: [{ conversationNo: privates }, { conversationNo: groups, userId }] },
  });
  const byConversation = new Map<number, Map<number, number>>(rows.map(({ no }) => [no, new Map()]));
  for (const row of found) {
    const read = row.get();
    byConversation.get(read.conversationNo)?.set(read.userId, read.readSeq);
  }
  return byConversation;
}
