import { Op } from 'sequelize';
import type { WhereOptions } from 'sequelize';
import { ChatError } from '../../protocol/error-codes.ts';
import { isPrivateForm } from '../../protocol/ids.ts';
import type { ConversationId, UserId } from '../../protocol/ids.ts';
import { findRows } from './find-rows.ts';
import { LOBBY_NO, toReadable, WHOLE } from './readable.ts';
import type { Interval, Readable } from './readable.ts';
import type { ConversationRow, Tables } from './tables.ts';

/** Somebody who wants to read something. */
export interface View {
  readonly userId: UserId;
  readonly conversationId: ConversationId;
}

/**
 * What `viewer` may read of a conversation. Undefined for a private one that is not his or has no messages yet; rejects
 * with not_member for a group he is not in, whether there is one or not.
 */
export async function findReadable(
  tables: Tables,
  viewer: UserId,
  conversationId: ConversationId,
): Promise<Readable | undefined> {
  const [readable] = await findReadables(tables, [{ userId: viewer, conversationId }]);
  if (readable instanceof ChatError) throw readable;
  return readable;
}

/** The same for many, where a ChatError stands for a rejection: in three queries, however many they are. */
export async function findReadables(
  tables: Tables,
  views: readonly View[],
): Promise<readonly (Readable | ChatError | undefined)[]> {
  const ids = [...new Set(views.map(({ conversationId }) => conversationId))];
  const rows = await findRows(tables.conversations, { where: { id: ids } });
  const conversations = new Map(rows.map((row) => [row.id, row]));
  const pairs = views.flatMap(({ userId, conversationId }): Pair[] => {
    const conversation = conversations.get(conversationId);
    // Whose a private one is, it says itself.
    if (conversation === undefined || isPrivateForm(conversationId)) return [];
    return [{ userId, conversationNo: conversation.no }];
  });
  const [lobby, groups] = await Promise.all([
    findLobbyIntervals(tables, pairs),
    findMemberships(tables, pairs),
  ]);
  return views.map(({ userId, conversationId }) => {
    const conversation = conversations.get(conversationId);
    if (isPrivateForm(conversationId)) return ofTheirs(conversation, userId);
    if (conversation === undefined || conversation.dismissedAt !== null) return new ChatError('not_member');
    const { no } = conversation;
    // Former members are none, whatever they once might read; members may read what their former intervals held too.
    const intervals =
      no === LOBBY_NO ? lobby.get(userId) : groups.get(pairKey({ userId, conversationNo: no }));
    if (intervals?.some(({ leftAt }) => leftAt === null) !== true) return new ChatError('not_member');
    return toReadable(conversation, intervals);
  });
}

export interface Pair {
  readonly userId: number;
  readonly conversationNo: number;
}

export function pairKey({ userId, conversationNo }: Pair): string {
  return `${conversationNo} ${userId}`;
}

/** A condition for each conversation among the pairs. There must be one. */
export function toPairCondition(pairs: readonly Pair[]): WhereOptions<Pair> {
  const users = new Map<number, Set<number>>();
  for (const { userId, conversationNo } of pairs) {
    const known = users.get(conversationNo);
    if (known === undefined) users.set(conversationNo, new Set([userId]));
    else known.add(userId);
  }
  return { [Op.or]: [...users].map(([conversationNo, ids]) => ({ conversationNo, userId: [...ids] })) };
}

function ofTheirs(conversation: ConversationRow | undefined, userId: UserId): Readable | undefined {
  const isTheirs = conversation?.userLo === userId || conversation?.userHi === userId;
  return conversation !== undefined && isTheirs ? toReadable(conversation, [WHOLE]) : undefined;
}

async function findLobbyIntervals(
  { users }: Tables,
  pairs: readonly Pair[],
): Promise<ReadonlyMap<number, readonly Interval[]>> {
  const ids = pairs.filter((pair) => pair.conversationNo === LOBBY_NO).map(({ userId }) => userId);
  if (ids.length === 0) return new Map();
  const rows = await findRows(users, { where: { id: [...new Set(ids)], deletedAt: null } });
  return new Map(rows.map((row) => [row.id, [{ joinedAfter: row.lobbyJoinedAfter, leftAt: null }]]));
}

async function findMemberships(
  { memberships }: Tables,
  pairs: readonly Pair[],
): Promise<ReadonlyMap<string, readonly Interval[]>> {
  const inGroups = pairs.filter((pair) => pair.conversationNo !== LOBBY_NO);
  if (inGroups.length === 0) return new Map();
  const rows = await findRows(memberships, { where: toPairCondition(inGroups) });
  const intervals = new Map<string, Interval[]>();
  for (const row of rows) {
    const key = pairKey(row);
    const known = intervals.get(key);
    if (known === undefined) intervals.set(key, [row]);
    else known.push(row);
  }
  return intervals;
}
