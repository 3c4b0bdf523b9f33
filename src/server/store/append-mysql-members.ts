import { escape } from 'mysql2';
import { LOBBY } from '../../protocol/ids.ts';
import type { UserId } from '../../protocol/ids.ts';
import type { MemberRole, MembersChanged } from '../chat/store-ports.ts';
import type { BatchedChange, Refused } from './append-driver.ts';
import { isStored, planMembers } from './append-members.ts';
import type { LockedGroup, LockedMember, MembersPlan } from './append-members.ts';
import type { Progress } from './append-mysql-errors.ts';
import { rowsOf } from './append-mysql-session.ts';
import type { MysqlRow, MysqlSession } from './append-mysql-session.ts';

/** A membership change as one transaction, under the conversation's row lock like every batch. */
export async function changeMembers(
  change: BatchedChange,
  session: MysqlSession,
  progress: Progress,
): Promise<MembersChanged | Refused> {
  const group = await lockGroup(change, session);
  const plan = planMembers(change, group);
  progress.isFirst = group === undefined || !isStored(change, group);
  if ('refused' in plan) {
    await session.query({ rollback: 'ROLLBACK' });
    return plan;
  }
  const writes = { ...toWrites(change, plan), commit: 'COMMIT' };
  progress.commitSent = true;
  await session.query(writes);
  return plan.changed;
}

async function lockGroup(change: BatchedChange, session: MysqlSession): Promise<LockedGroup | undefined> {
  const id = escape(change.groupId);
  const ofGroup = `conversation_no = (SELECT no FROM conversations WHERE id = ${id})`;
  const { group, members, left } = await session.query({
    begin: 'START TRANSACTION',
    group: `SELECT no, name, creator_id, last_seq, members_version FROM conversations
      WHERE id = ${id} AND id <> ${escape(LOBBY)} AND kind = 1 AND dismissed_at IS NULL FOR UPDATE`,
    members: `SELECT user_id, role, joined_after, joined_at, added_by FROM memberships
      WHERE ${ofGroup} AND left_at IS NULL ORDER BY id`,
    left: change.suspect
      ? `SELECT user_id FROM memberships
        WHERE ${ofGroup} AND ended_at = ${change.at} AND ended_by <=> ${escape(change.by ?? null)}`
      : undefined,
  });
  const [row] = rowsOf(group);
  if (row === undefined) return undefined;
  const [no, name, creatorId, lastSeq, membersVersion] = row;
  return {
    no: Number(no),
    name: String(name),
    creatorId: Number(creatorId) as UserId,
    lastSeq: Number(lastSeq),
    membersVersion: Number(membersVersion),
    members: rowsOf(members).map(toMember),
    leftEarlier: rowsOf(left).map(([userId]) => Number(userId) as UserId),
  };
}

function toMember([userId, role, joinedAfter, joinedAt, addedBy]: MysqlRow): LockedMember {
  return {
    userId: Number(userId) as UserId,
    role: String(role) as MemberRole,
    joinedAfter: Number(joinedAfter),
    joinedAt: Number(joinedAt),
    addedBy: addedBy === null ? undefined : (Number(addedBy) as UserId),
  };
}

/** Statements for what there is to do: none, when nobody joins or leaves. */
function toWrites({ at, by }: BatchedChange, { no, atSeq, join, leave, promote, ...plan }: MembersPlan) {
  const actor = escape(by ?? null);
  const current = `conversation_no = ${no} AND left_at IS NULL AND user_id`;
  const rows = join.map(({ userId, role }) => `(${no},${userId},${escape(role)},${atSeq},${at},${actor})`);
  return {
    leave:
      leave.length === 0
        ? undefined
        : `UPDATE memberships SET left_at = ${atSeq}, ended_at = ${at}, ended_by = ${actor}
          WHERE ${current} IN (${leave.join(',')})`,
    promote:
      promote === undefined
        ? undefined
        : `UPDATE memberships SET role = 'owner' WHERE ${current} = ${promote}`,
    join:
      rows.length === 0
        ? undefined
        : `INSERT INTO memberships (conversation_no, user_id, role, joined_after, joined_at, added_by)
          VALUES ${rows.join(',')}`,
    version: `UPDATE conversations SET members_version = ${plan.membersVersion} WHERE no = ${no}`,
  };
}
