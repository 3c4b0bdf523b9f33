import { Op } from 'sequelize';
import type { UserId } from '../../protocol/ids.ts';
import type { StoredMessage } from '../chat/store-ports.ts';
import { newestIn } from './newest-messages.ts';
import type { NewestQuery } from './newest-messages.ts';
import { LOBBY_NO, toReadable } from './readable.ts';
import type { Readable } from './readable.ts';
import type { ConversationRow, Tables } from './tables.ts';
import { findIntervals } from './user-conversations.ts';

/** Conversations asked at once. */
const AT_ONCE = 20;
/** Conversations looked into: those with the latest messages. Only a bot has more. */
const MOST = 1000;
/** ms by which the clocks of conversations may differ: each gives its messages times of its own. */
const SLACK_MS = 60_000;

/**
 * The latest messages a user could read, over all his conversations: private ones, the lobby, and groups for as long as
 * he is or was in them. Conversations are looked into by their last message, the latest first, and only as long as they
 * can have something newer than what has been found.
 */
export async function newestOfUser(
  tables: Tables,
  userId: UserId,
  query: NewestQuery,
): Promise<readonly StoredMessage[]> {
  const until = await timeOf(tables, query.before);
  if (until === undefined) return [];
  const conversations = await findConversations(tables, userId, until);
  let found: readonly StoredMessage[] = [];
  for (let start = 0; start < conversations.length; start += AT_ONCE) {
    const since = found.length < query.limit ? 0 : (found.at(-1)?.sentAt ?? 0) - SLACK_MS;
    const wanted = conversations.slice(start, start + AT_ONCE).filter(({ lastAt }) => lastAt >= since);
    const messages = await readAll(tables, await toReadables(tables, userId, wanted), query);
    found = latestOf([...found, ...messages], query.limit);
    if (wanted.length < AT_ONCE) break;
  }
  return found;
}

/** When the message before that one was sent: no conversation that is younger matters. Undefined if there is none. */
async function timeOf({ messages }: Tables, before: number | undefined): Promise<number | undefined> {
  if (before === undefined) return Number.MAX_SAFE_INTEGER - SLACK_MS;
  const row = await messages.findOne({
    attributes: ['sentAt'],
    where: { id: { [Op.lt]: before } },
    order: [['id', 'DESC']],
  });
  return row?.get().sentAt;
}

async function findConversations(
  { conversations, memberships }: Tables,
  userId: UserId,
  until: number,
): Promise<readonly ConversationRow[]> {
  const joined = await memberships.findAll({ attributes: ['conversationNo'], where: { userId } });
  const groups = new Set(joined.map((row) => row.get().conversationNo));
  const rows = await conversations.findAll({
    where: {
      [Op.or]: [{ no: [LOBBY_NO, ...groups] }, { userLo: userId }, { userHi: userId }],
      createdAt: { [Op.lte]: until + SLACK_MS },
    },
    order: [
      ['lastAt', 'DESC'],
      ['no', 'DESC'],
    ],
    limit: MOST,
  });
  return rows.map((row) => row.get());
}

async function toReadables(
  tables: Tables,
  userId: UserId,
  conversations: readonly ConversationRow[],
): Promise<readonly Readable[]> {
  const intervals = await findIntervals(tables, userId, conversations);
  return conversations.map((row) => toReadable(row, intervals.get(row.no) ?? []));
}

async function readAll(
  tables: Tables,
  readables: readonly Readable[],
  query: NewestQuery,
): Promise<readonly StoredMessage[]> {
  return (await Promise.all(readables.map((readable) => newestIn(tables, readable, query)))).flat();
}

function latestOf(messages: readonly StoredMessage[], limit: number): readonly StoredMessage[] {
  return messages.toSorted((one, other) => other.id - one.id).slice(0, limit);
}
