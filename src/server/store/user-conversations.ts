import { Op } from 'sequelize';
import type { WhereOptions } from 'sequelize';
import type { UserId } from '../../protocol/ids.ts';
import type { MemberRole } from '../chat/store-ports.ts';
import { findRows } from './find-rows.ts';
import { isGroup, LOBBY_NO, WHOLE } from './readable.ts';
import type { Interval } from './readable.ts';
import type { ConversationRow, Tables } from './tables.ts';
import type { UnreadSpan } from './unread.ts';

export interface ListQuery {
  readonly userId: UserId;
  /** From 1. */
  readonly page: number;
  readonly count: number;
}

/** A page of the conversations a user is in, the one with the newest message first. */
export async function findConversations(
  tables: Tables,
  { userId, page, count }: ListQuery,
): Promise<{ readonly rows: readonly ConversationRow[]; readonly total: number }> {
  const where = { ...(await whereMember(tables, userId)), dismissedAt: null };
  const { conversations } = tables;
  const total = await conversations.count({ where });
  const rows = await findRows(conversations, {
    where,
    order: [
      ['lastAt', 'DESC'],
      ['no', 'DESC'],
    ],
    limit: count,
    offset: (page - 1) * count,
  });
  return { rows, total };
}

/** The conversations a user is in now, dissolved groups included. */
export async function whereMember(
  { memberships }: Tables,
  userId: UserId,
): Promise<WhereOptions<ConversationRow>> {
  const current = await findRows(memberships, {
    attributes: ['conversationNo'],
    where: { userId, leftAt: null },
  });
  const groups = current.map(({ conversationNo }) => conversationNo);
  return { [Op.or]: [{ no: [LOBBY_NO, ...groups] }, { userLo: userId }, { userHi: userId }] };
}

/** What a user was in of each of these conversations, former memberships included, by number. */
export async function findIntervals(
  { users, memberships }: Tables,
  viewer: UserId,
  rows: readonly ConversationRow[],
): Promise<ReadonlyMap<number, readonly Interval[]>> {
  const intervals = new Map<number, Interval[]>();
  for (const row of rows) intervals.set(row.no, isGroup(row) ? [] : [WHOLE]);
  const user = await users.findByPk(viewer);
  intervals.get(LOBBY_NO)?.push({ joinedAfter: user?.get().lobbyJoinedAfter ?? 0, leftAt: null });
  const groups = rows.filter(isGroup).map(({ no }) => no);
  if (groups.length === 0) return intervals;
  const memberRows = await findRows(memberships, { where: { conversationNo: groups, userId: viewer } });
  for (const row of memberRows) intervals.get(row.conversationNo)?.push(row);
  return intervals;
}

/** What a user is in each of the groups among these conversations, by number; not in the lobby. */
export async function findRoles(
  { memberships }: Tables,
  userId: UserId,
  rows: readonly ConversationRow[],
): Promise<ReadonlyMap<number, MemberRole>> {
  const nos = rows.filter(isGroup).map(({ no }) => no);
  if (nos.length === 0) return new Map();
  const found = await findRows(memberships, {
    attributes: ['conversationNo', 'role'],
    where: { conversationNo: nos, userId, leftAt: null },
  });
  return new Map(found.map(({ conversationNo, role }) => [conversationNo, role as MemberRole]));
}

/** How far a user has read each of these conversations, by number. */
export async function findReadSeqs(
  { reads }: Tables,
  userId: UserId,
  rows: readonly ConversationRow[],
): Promise<ReadonlyMap<number, number>> {
  const found = await findRows(reads, { where: { conversationNo: rows.map(({ no }) => no), userId } });
  return new Map(found.map(({ conversationNo, readSeq }) => [conversationNo, readSeq]));
}

/** How far the other has read each of the private ones among these conversations, by number. */
export async function findPeerReadSeqs(
  { reads }: Tables,
  userId: UserId,
  rows: readonly ConversationRow[],
): Promise<ReadonlyMap<number, number>> {
  const privates = rows.filter((row) => !isGroup(row));
  if (privates.length === 0) return new Map();
  // Of a conversation with oneself, the other is oneself.
  const alone = privates.filter(({ userLo, userHi }) => userLo === userHi).map(({ no }) => no);
  const others = privates.map(({ no }) => no).filter((no) => !alone.includes(no));
  const ofOthers = { conversationNo: others, userId: { [Op.ne]: userId } };
  const found = await findRows(reads, { where: { [Op.or]: [ofOthers, { conversationNo: alone, userId }] } });
  return new Map(found.map(({ conversationNo, readSeq }) => [conversationNo, readSeq]));
}

/** What is after the later of reading and joining. */
export function toUnreadSpans(
  rows: readonly ConversationRow[],
  intervals: ReadonlyMap<number, readonly Interval[]>,
  readSeqs: ReadonlyMap<number, number>,
): readonly UnreadSpan[] {
  return rows.map(({ no, lastSeq }) => {
    const joinedAfter = Math.max(...(intervals.get(no) ?? []).map((interval) => interval.joinedAfter), 0);
    return { conversationNo: no, after: Math.max(joinedAfter, readSeqs.get(no) ?? 0), upTo: lastSeq };
  });
}
