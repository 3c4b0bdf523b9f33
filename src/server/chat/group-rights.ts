import { ChatError } from '../../protocol/error-codes.ts';
import { toGroupId, type UserId } from '../../protocol/ids.ts';
import type { MembersCache } from './ports.ts';
import type { GroupMembers, MemberRole } from './store-ports.ts';

/** Who asks: a user, under the rules for users, or an operator, for whom they do not hold. */
export type Actor = { readonly userId: UserId } | { readonly operator: true };

/**
 * The group `actor` names by any text: only members see anything. Rejects with not_member for a group that does not
 * exist as for one the user is not in; with not_found to an operator, who may know. Not for the lobby.
 */
export async function visibleGroup(
  members: MembersCache,
  groupId: string,
  actor: Actor,
): Promise<GroupMembers> {
  const id = toGroupId(groupId);
  const group = id === undefined ? undefined : await members.get(id);
  if ('operator' in actor) {
    if (group === undefined) throw new ChatError('not_found', { field: 'groupId' });
    return group;
  }
  if (group?.members.has(actor.userId) !== true) throw new ChatError('not_member');
  return group;
}

/** Throws permission_denied unless `actor`, who sees the group, may add to it: its owner and admins may. */
export function requireMayAdd(group: GroupMembers, actor: Actor): void {
  if ('operator' in actor) return;
  if (RANK[roleOf(group, actor.userId)] < RANK.admin) throw new ChatError('permission_denied');
}

/**
 * Throws permission_denied unless `actor`, who sees the group, may remove `target` from it: everybody himself, the owner
 * and admins whoever ranks below them.
 */
export function requireMayRemove(group: GroupMembers, target: UserId, actor: Actor): void {
  if ('operator' in actor || actor.userId === target) return;
  const rank = RANK[roleOf(group, actor.userId)];
  if (rank < RANK.admin || rank <= RANK[roleOf(group, target)]) throw new ChatError('permission_denied');
}

const RANK = { member: 0, admin: 1, owner: 2 } as const satisfies Record<MemberRole, number>;

/** Who is no member ranks as one: removing him changes nothing. */
function roleOf(group: GroupMembers, userId: UserId): MemberRole {
  return group.members.get(userId)?.role ?? 'member';
}
