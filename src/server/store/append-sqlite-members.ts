import type { Database } from 'better-sqlite3';
import { LOBBY } from '../../protocol/ids.ts';
import type { UserId } from '../../protocol/ids.ts';
import type { MemberRole, MembersChanged } from '../chat/store-ports.ts';
import type { BatchedChange, Refused } from './append-driver.ts';
import { planMembers } from './append-members.ts';
import type { LockedGroup, LockedMember, MembersPlan } from './append-members.ts';
import { prepared } from './sqlite/prepared.ts';

/** A membership change, inside the writer's transaction. */
export function changeMembers(db: Database, change: BatchedChange): MembersChanged | Refused {
  const plan = planMembers(change, findGroup(db, change));
  if ('refused' in plan) return plan;
  writePlan(db, change, plan);
  return plan.changed;
}

interface GroupColumns {
  readonly no: number;
  readonly name: string;
  readonly creator_id: UserId;
  readonly last_seq: number;
  readonly members_version: number;
}

function findGroup(db: Database, change: BatchedChange): LockedGroup | undefined {
  const group = prepared(
    db,
    `SELECT no, name, creator_id, last_seq, members_version FROM conversations
      WHERE id = ? AND id <> ? AND kind = 1 AND dismissed_at IS NULL`,
  ).get(change.groupId, LOBBY) as GroupColumns | undefined;
  if (group === undefined) return undefined;
  return {
    no: group.no,
    name: group.name,
    creatorId: group.creator_id,
    lastSeq: group.last_seq,
    membersVersion: group.members_version,
    members: findMembers(db, group.no),
    leftEarlier: change.suspect ? findLeft(db, group.no, change) : [],
  };
}

interface MemberColumns {
  readonly user_id: UserId;
  readonly role: MemberRole;
  readonly joined_after: number;
  readonly joined_at: number;
  readonly added_by: UserId | null;
}

function findMembers(db: Database, no: number): readonly LockedMember[] {
  const rows = prepared(
    db,
    `SELECT user_id, role, joined_after, joined_at, added_by FROM memberships
      WHERE conversation_no = ? AND left_at IS NULL ORDER BY id`,
  ).all(no) as readonly MemberColumns[];
  return rows.map((row) => ({
    userId: row.user_id,
    role: row.role,
    joinedAfter: row.joined_after,
    joinedAt: row.joined_at,
    addedBy: row.added_by ?? undefined,
  }));
}

function findLeft(db: Database, no: number, { at, by }: BatchedChange): readonly UserId[] {
  const rows = prepared(
    db,
    'SELECT user_id FROM memberships WHERE conversation_no = ? AND ended_at = ? AND ended_by IS ?',
  ).all(no, at, by ?? null) as readonly Pick<MemberColumns, 'user_id'>[];
  return rows.map((row) => row.user_id);
}

function writePlan(db: Database, change: BatchedChange, plan: MembersPlan): void {
  const { at, by = null } = change;
  const end = prepared(
    db,
    `UPDATE memberships SET left_at = ?, ended_at = ?, ended_by = ?
      WHERE conversation_no = ? AND user_id = ? AND left_at IS NULL`,
  );
  for (const userId of plan.leave) end.run(plan.atSeq, at, by, plan.no, userId);
  if (plan.promote !== undefined) {
    prepared(
      db,
      `UPDATE memberships SET role = 'owner' WHERE conversation_no = ? AND user_id = ? AND left_at IS NULL`,
    ).run(plan.no, plan.promote);
  }
  const begin = prepared(
    db,
    `INSERT INTO memberships (conversation_no, user_id, role, joined_after, joined_at, added_by)
      VALUES (?, ?, ?, ?, ?, ?)`,
  );
  for (const { userId, role } of plan.join) begin.run(plan.no, userId, role, plan.atSeq, at, by);
  prepared(db, 'UPDATE conversations SET members_version = ? WHERE no = ?').run(plan.membersVersion, plan.no);
}
