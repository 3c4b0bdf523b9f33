import { ChatError } from '../../protocol/error-codes.ts';
import type { SystemFrame } from '../../protocol/frames.ts';
import { type GroupId, groupConversation, LOBBY, type UserId } from '../../protocol/ids.ts';
import { existingUsers } from './existing-users.ts';
import { joinedNotice, leftNotice } from './group-notices.ts';
import { type Actor, requireMayAdd, requireMayRemove, visibleGroup } from './group-rights.ts';
import type { Delivery, MembersCache, UserCache } from './ports.ts';
import type { GroupMembers, MembersChange, MembersChanged, MessageLog, UserStore } from './store-ports.ts';

/** Who is in a group: joins and leaves. In force for open connections as soon as the promise resolves. */
export interface Membership {
  /**
   * Who is a member already is passed over. Rejects with not_member, permission_denied, not_found (no such user, or to
   * an operator no such group), limit_exceeded.
   */
  addMembers(groupId: string, memberIds: readonly UserId[], by: Actor): Promise<MembersChanged>;
  /**
   * Removes somebody, or oneself: to leave. Who is no member is passed over. Rejects with not_member,
   * permission_denied, to an operator not_found (no such group).
   */
  removeMember(groupId: string, userId: UserId, by: Actor): Promise<MembersChanged>;
}

export interface MembershipOptions {
  readonly log: Pick<MessageLog, 'changeMembers'>;
  readonly users: UserCache;
  readonly members: MembersCache;
  readonly userStore: Pick<UserStore, 'byIds'>;
  readonly delivery: Pick<Delivery, 'notify'>;
  /** The most members a group may have. */
  readonly maxMembers: number;
}

export function createMembership(options: MembershipOptions): Membership {
  const { log, users, members, userStore, delivery, maxMembers } = options;

  async function addMembers(
    groupId: string,
    memberIds: readonly UserId[],
    by: Actor,
  ): Promise<MembersChanged> {
    const group = await changeableGroup(groupId, by);
    requireMayAdd(group, by);
    const invited = await existingUsers(userStore, memberIds, maxMembers);
    const changed = await log.changeMembers(toChange(group.groupId, by, { add: [...invited.keys()] }));
    const names = changed.joined.map((id) => invited.get(id)?.name ?? String(id));
    tell(changed, names.length > 0 ? joinedNotice(changed.group, changed.joined, names) : undefined);
    return changed;
  }

  async function removeMember(groupId: string, userId: UserId, by: Actor): Promise<MembersChanged> {
    const group = await changeableGroup(groupId, by);
    requireMayRemove(group, userId, by);
    const name = (await users.get(userId))?.name ?? String(userId);
    const changed = await log.changeMembers(toChange(group.groupId, by, { remove: [userId] }));
    const leaver = { id: userId, name, byHimself: 'userId' in by && by.userId === userId };
    tell(changed, changed.left.length > 0 ? leftNotice(changed.group, leaver) : undefined);
    return changed;
  }

  async function changeableGroup(groupId: string, by: Actor): Promise<GroupMembers> {
    if (groupId === LOBBY) throw new ChatError('permission_denied', { text: LOBBY_IS_EVERYBODY });
    return visibleGroup(members, groupId, by);
  }

  function toChange(groupId: GroupId, by: Actor, who: Partial<MembersChange>): MembersChange {
    return { groupId, add: [], remove: [], by: 'userId' in by ? by.userId : undefined, maxMembers, ...who };
  }

  // MUST be called in the same turn in which the change settled: the notice then has the change's place among the
  // group's messages, and the next message goes to the new membership.
  function tell({ group, left }: MembersChanged, notice: SystemFrame | undefined): void {
    members.put(group);
    if (notice === undefined) return;
    delivery.notify([...group.members.keys(), ...left], notice, groupConversation(group.groupId));
  }

  return { addMembers, removeMember };
}

const LOBBY_IS_EVERYBODY = { zh: '大厅包含所有用户,成员不可更改', en: 'everybody is in the lobby' };
