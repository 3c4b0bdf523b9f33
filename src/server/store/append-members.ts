import type { UserId } from '../../protocol/ids.ts';
import type { Member, MemberRole, MembersChanged } from '../chat/store-ports.ts';
import type { BatchedChange, Refused } from './append-driver.ts';

/** A group under its row lock. */
export interface LockedGroup {
  readonly no: number;
  readonly name: string;
  readonly creatorId: UserId;
  readonly lastSeq: number;
  readonly membersVersion: number;
  /** Current members, the longest-standing first. */
  readonly members: readonly LockedMember[];
  /** Those whom an earlier attempt of this very change removed. */
  readonly leftEarlier: readonly UserId[];
}

export interface LockedMember {
  readonly userId: UserId;
  readonly role: MemberRole;
  readonly joinedAfter: number;
  /** ms since 1970. */
  readonly joinedAt: number;
  readonly addedBy: UserId | undefined;
}

/** What is to be written: nothing, if nobody joins or leaves. */
export interface MembersPlan {
  readonly no: number;
  /** The conversation's last seq: joiners get what is after it, leavers what is up to it. */
  readonly atSeq: number;
  readonly join: readonly { readonly userId: UserId; readonly role: MemberRole }[];
  readonly leave: readonly UserId[];
  /** The new owner, where the owner leaves and somebody stays. */
  readonly promote: UserId | undefined;
  readonly membersVersion: number;
  /** What it answers once that is committed. */
  readonly changed: MembersChanged;
}

/**
 * Decides a change of a group's members. Who is named in both lists leaves. When the owner leaves, the group goes to the
 * longest-standing admin, else to the longest-standing member, else to the first who joins. Without a group there is
 * nothing to change: not_found.
 */
export function planMembers(change: BatchedChange, group: LockedGroup | undefined): MembersPlan | Refused {
  if (group === undefined) return { refused: 'not_found' };
  const leaving = new Set(change.remove);
  const current = new Set(group.members.map((member) => member.userId));
  const stay = group.members.filter((member) => !leaving.has(member.userId));
  const join = [...new Set(change.add)].filter((userId) => !current.has(userId) && !leaving.has(userId));
  const leave = group.members.filter((member) => leaving.has(member.userId)).map((member) => member.userId);
  if (join.length > 0 && stay.length + join.length > change.maxMembers) return { refused: 'limit_exceeded' };

  const members = new Map<UserId, Member>();
  for (const { userId, role, joinedAfter } of stay) members.set(userId, { role, joinedAfter });
  for (const userId of join) members.set(userId, { role: 'member', joinedAfter: group.lastSeq });
  const promote = leave.length > 0 ? successor(members) : undefined;
  const promoted = promote === undefined ? undefined : members.get(promote);
  if (promote !== undefined && promoted !== undefined) members.set(promote, { ...promoted, role: 'owner' });

  const membersVersion = group.membersVersion + (join.length + leave.length > 0 ? 1 : 0);
  return {
    no: group.no,
    atSeq: group.lastSeq,
    join: join.map((userId) => ({ userId, role: members.get(userId)?.role ?? 'member' })),
    leave,
    promote: promote !== undefined && current.has(promote) ? promote : undefined,
    membersVersion,
    changed: {
      joined: [...joinedEarlier(change, stay), ...join],
      left: [...group.leftEarlier, ...leave],
      atSeq: group.lastSeq,
      group: {
        groupId: change.groupId,
        name: group.name,
        creatorId: group.creatorId,
        membersVersion,
        members,
      },
    },
  };
}

/** Whether an earlier attempt of this very change was committed, though its answer never came. */
export function isStored(change: BatchedChange, group: LockedGroup): boolean {
  return joinedEarlier(change, group.members).length + group.leftEarlier.length > 0;
}

/** Who takes over; undefined while there is an owner, or when nobody is left. */
function successor(members: ReadonlyMap<UserId, Member>): UserId | undefined {
  const all = [...members];
  if (all.some(([, member]) => member.role === 'owner')) return undefined;
  return (all.find(([, member]) => member.role === 'admin') ?? all[0])?.[0];
}

/** Whose rows an earlier attempt of this change committed, though its answer never came. */
function joinedEarlier(change: BatchedChange, members: readonly LockedMember[]): readonly UserId[] {
  if (!change.suspect) return [];
  return members
    .filter((member) => member.joinedAt === change.at && member.addedBy === change.by)
    .map((member) => member.userId)
    .filter((userId) => change.add.includes(userId));
}
