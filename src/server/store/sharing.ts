import { Op } from 'sequelize';
import type { UserId } from '../../protocol/ids.ts';
import type { Tables } from './tables.ts';

/** Of `others`, those who share a private conversation with messages, or a group, with the user now; not the lobby. */
export async function findSharing(
  tables: Tables,
  userId: UserId,
  others: readonly UserId[],
): Promise<ReadonlySet<UserId>> {
  if (others.length === 0) return new Set();
  const [peers, members] = await Promise.all([
    findPeers(tables, userId, others),
    findFellows(tables, userId, others),
  ]);
  return new Set([...peers, ...members]);
}

async function findPeers(
  { conversations }: Tables,
  userId: UserId,
  others: readonly UserId[],
): Promise<readonly UserId[]> {
  const pairs = [
    { userLo: userId, userHi: others.filter((other) => other >= userId) },
    { userLo: others.filter((other) => other < userId), userHi: userId },
  ];
  const rows = await conversations.findAll({
    attributes: ['userLo', 'userHi'],
    where: { [Op.or]: pairs, lastSeq: { [Op.gt]: 0 } },
  });
  return rows.map((row) => {
    const { userLo, userHi } = row.get();
    return (userLo === userId ? userHi : userLo) as UserId;
  });
}

async function findFellows(
  { memberships }: Tables,
  userId: UserId,
  others: readonly UserId[],
): Promise<readonly UserId[]> {
  const joined = await memberships.findAll({
    attributes: ['conversationNo'],
    where: { userId, leftAt: null },
  });
  if (joined.length === 0) return [];
  const groups = joined.map((row) => row.get().conversationNo);
  const rows = await memberships.findAll({
    attributes: ['userId'],
    where: { userId: [...others], leftAt: null, conversationNo: groups },
    group: ['userId'],
  });
  return rows.map((row) => row.get().userId as UserId);
}
