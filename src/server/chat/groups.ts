import { ChatError } from '../../protocol/error-codes.ts';
import { parseGroupName } from '../../protocol/group-name.ts';
import { groupConversation, LOBBY, toGroupId, type UserId } from '../../protocol/ids.ts';
import { existingUsers } from './existing-users.ts';
import { createdNotice } from './group-notices.ts';
import { type Actor, visibleGroup } from './group-rights.ts';
import { createMembership, type Membership, type MembershipOptions } from './membership.ts';
import type { GroupMembers, GroupStore } from './store-ports.ts';

/** What people and operators do with groups. Everything rejects with ChatError; `groupId` may be any text. */
export interface Groups extends Membership {
  /**
   * Makes a group of its creator and `memberIds`. Rejects with invalid_field, conflict (the id is or was in use),
   * not_found (no such user), limit_exceeded.
   */
  create(request: CreateGroup): Promise<GroupMembers>;
  /** The members, ascending; of the lobby no more than a group may have. Rejects with not_member. */
  members(groupId: string, by: Actor): Promise<readonly UserId[]>;
  /** Whether the user is in the group. Rejects with not_member. */
  exists(groupId: string, userId: UserId, by: Actor): Promise<boolean>;
  /** How many members there are. Rejects with not_member. */
  count(groupId: string, by: Actor): Promise<number>;
}

export interface CreateGroup {
  readonly groupId: string;
  readonly groupName: string;
  readonly creatorId: UserId;
  readonly memberIds: readonly UserId[];
}

export interface GroupsOptions extends MembershipOptions {
  readonly groupStore: Pick<GroupStore, 'create' | 'lobbyCount' | 'lobbyMembers'>;
}

export function createGroups(options: GroupsOptions): Groups {
  const { users, members, userStore, groupStore, delivery, maxMembers } = options;

  async function create({ groupId, groupName, creatorId, memberIds }: CreateGroup): Promise<GroupMembers> {
    const id = toGroupId(groupId);
    if (id === undefined) throw new ChatError('invalid_field', { field: 'groupId' });
    if (id === LOBBY) throw new ChatError('conflict', { field: 'groupId' });
    const name = parseGroupName(groupName);
    const founders = await existingUsers(userStore, [creatorId, ...memberIds], maxMembers);
    const group = await groupStore.create({ id, name, creatorId, memberIds: [...founders.keys()] });
    members.put(group);
    const notice = createdNotice(group, founders.get(creatorId)?.name ?? String(creatorId));
    delivery.notify(group.members.keys(), notice, groupConversation(id));
    return group;
  }

  return {
    ...createMembership(options),
    create,
    async members(groupId, by) {
      if (groupId === LOBBY) return groupStore.lobbyMembers(maxMembers);
      const group = await visibleGroup(members, groupId, by);
      return [...group.members.keys()].sort((a, b) => a - b);
    },
    async exists(groupId, userId, by) {
      if (groupId === LOBBY) return (await users.get(userId)) !== undefined;
      return (await visibleGroup(members, groupId, by)).members.has(userId);
    },
    async count(groupId, by) {
      if (groupId === LOBBY) return groupStore.lobbyCount();
      return (await visibleGroup(members, groupId, by)).members.size;
    },
  };
}
