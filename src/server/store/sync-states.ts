import type { WhereOptions } from 'sequelize';
import type { ConversationId, UserId } from '../../protocol/ids.ts';
import { findRows } from './find-rows.ts';
import { isGroup } from './readable.ts';
import type { Interval } from './readable.ts';
import type { Span } from './seq-spans.ts';
import type { ConversationRow, Tables } from './tables.ts';
import { findIntervals, findPeerReadSeqs, findReadSeqs, whereMember } from './user-conversations.ts';

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
  const rows: ListedRow[] = [];
  for (const where of only === undefined ? [await whereMember(tables, userId)] : whereNamed(only)) {
    const attributes = ['no', 'id', 'lastAt'];
    rows.push(
      ...(await findRows(tables.conversations, { attributes, where: { ...where, dismissedAt: null } })),
    );
  }
  rows.sort((one, other) => other.lastAt - one.lastAt || other.no - one.no);
  return rows.map(({ id }) => id as ConversationId);
}

type ListedRow = Pick<ConversationRow, 'no' | 'id' | 'lastAt'>;

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
  const rows = found.map((row) => row.get()).filter((row) => isGroup(row) || isOf(row, userId));
  const [intervals, readSeqs, peerReadSeqs] = await Promise.all([
    findIntervals(tables, userId, rows),
    findReadSeqs(tables, userId, rows),
    findPeerReadSeqs(tables, userId, rows),
  ]);
  const states = new Map<string, SyncState>();
  for (const row of rows) {
    const stretches = toStretches(row, intervals.get(row.no) ?? []);
    if (stretches === undefined) continue;
    states.set(row.id, {
      conversation: row,
      stretches,
      readSeq: readSeqs.get(row.no) ?? 0,
      peerReadSeq: isGroup(row) ? undefined : (peerReadSeqs.get(row.no) ?? 0),
    });
  }
  return states;
}

function isOf({ userLo, userHi }: ConversationRow, userId: UserId): boolean {
  return userLo === userId || userHi === userId;
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
