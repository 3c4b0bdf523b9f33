import { Op } from 'sequelize';
import type { Sequelize, Transaction } from 'sequelize';
import { ChatError } from '../../protocol/error-codes.ts';
import { LOBBY } from '../../protocol/ids.ts';
import type { GroupId, UserId } from '../../protocol/ids.ts';
import { CHAT_TYPE } from '../../protocol/frames.ts';
import type { Clock } from '../chat/ports.ts';
import type { GroupMembers, GroupStore, Member, MemberRole, NewGroup } from '../chat/store-ports.ts';
import { withStorageErrors } from './errors.ts';
import type { ConversationRow, MembershipRow, Tables } from './tables.ts';
import { takeId } from './take-id.ts';
import { inTransaction } from './transaction.ts';

export interface GroupsOptions {
  readonly sequelize: Sequelize;
  readonly tables: Tables;
  readonly clock: Clock;
}

/** The groups. Who joins and leaves later is the message log's: it has to happen in order with the messages. */
export function createGroups({ sequelize, tables, clock }: GroupsOptions): GroupStore {
  const { users } = tables;
  return withStorageErrors<GroupStore>({
    create: (group) =>
      inTransaction(sequelize, (transaction) => createGroup(tables, group, { at: clock.now(), transaction })),
    load: (id) => loadGroup(tables, id),
    list: (query) => listGroups(tables, query),
    lobbyCount: () => users.count({ where: { deletedAt: null } }),
    async lobbyMembers(limit) {
      const rows = await users.findAll({
        attributes: ['id'],
        where: { deletedAt: null },
        order: ['id'],
        limit,
      });
      return rows.map((row) => row.get().id as UserId);
    },
  });
}

/** A dismissed group's row stays, so its id is never free again: the unique key refuses it. */
async function createGroup(
  tables: Tables,
  { id, name, creatorId, memberIds }: NewGroup,
  { at, transaction }: { readonly at: number; readonly transaction: Transaction },
): Promise<GroupMembers> {
  const isTaken = (await tables.conversations.count({ where: { id }, transaction })) > 0;
  if (isTaken) throw new ChatError('conflict');
  const no = await takeId(tables, 'conversations', transaction);
  const conversation: ConversationRow = {
    no,
    id,
    kind: CHAT_TYPE.group,
    name,
    creatorId,
    userLo: 0,
    userHi: 0,
    lastSeq: 0,
    lastAt: at,
    membersVersion: 1,
    rev: 0,
    dismissedAt: null,
    createdAt: at,
  };
  const members = [...new Set([creatorId, ...memberIds])].map((userId) => ({
    conversationNo: no,
    userId,
    role: userId === creatorId ? 'owner' : 'member',
    joinedAfter: 0,
    joinedAt: at,
    addedBy: creatorId,
  }));
  await tables.conversations.create(conversation, { transaction });
  await tables.memberships.bulkCreate(members, { transaction });
  return toGroup(conversation, members);
}

/** Reads the version before and after the members, and all of it again if a change came between. */
async function loadGroup(
  { conversations, memberships }: Tables,
  id: GroupId,
): Promise<GroupMembers | undefined> {
  if (id === LOBBY) return undefined;
  const where = { id, kind: CHAT_TYPE.group, dismissedAt: null };
  let before = (await conversations.findOne({ where }))?.get();
  for (;;) {
    if (before === undefined) return undefined;
    const members = await memberships.findAll({
      where: { conversationNo: before.no, leftAt: null },
      order: ['id'],
    });
    const after = (await conversations.findOne({ where }))?.get();
    if (after?.membersVersion === before.membersVersion) {
      return toGroup(
        after,
        members.map((row) => row.get()),
      );
    }
    before = after;
  }
}

async function listGroups(
  { conversations, memberships }: Tables,
  { page, count }: { readonly page: number; readonly count: number },
) {
  const where = { kind: CHAT_TYPE.group, dismissedAt: null, id: { [Op.ne]: LOBBY } };
  const total = await conversations.count({ where });
  const rows = await conversations.findAll({
    where,
    order: ['id'],
    limit: count,
    offset: (page - 1) * count,
  });
  const nos = rows.map((row) => row.get().no);
  const counted = await memberships.count({
    attributes: ['conversationNo'],
    where: { conversationNo: nos, leftAt: null },
    group: ['conversationNo'],
  });
  const memberCounts = new Map(counted.map((group) => [group['conversationNo'], group.count]));
  const groups = rows.map((row) => {
    const { no, id, name, creatorId, lastSeq } = row.get();
    const memberCount = memberCounts.get(no) ?? 0;
    return { id: id as GroupId, name: name ?? id, creatorId: creatorId as UserId, memberCount, lastSeq };
  });
  return { groups, total };
}

type CurrentMember = Pick<MembershipRow, 'userId' | 'role' | 'joinedAfter'>;

function toGroup(row: ConversationRow, members: readonly CurrentMember[]): GroupMembers {
  return {
    groupId: row.id as GroupId,
    name: row.name ?? row.id,
    creatorId: row.creatorId as UserId,
    membersVersion: row.membersVersion,
    members: new Map(members.map((member) => [member.userId as UserId, toMember(member)])),
  };
}

function toMember({ role, joinedAfter }: CurrentMember): Member {
  return { role: role as MemberRole, joinedAfter };
}
