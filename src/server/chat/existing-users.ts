import { ChatError } from '../../protocol/error-codes.ts';
import type { UserId } from '../../protocol/ids.ts';
import type { User, UserStore } from './store-ports.ts';

/**
 * The users `memberIds` names, each once and in that order, in one query. Rejects with limit_exceeded if they are more
 * than `limit`, with not_found if there is no such user.
 */
export async function existingUsers(
  userStore: Pick<UserStore, 'byIds'>,
  memberIds: readonly UserId[],
  limit: number,
): Promise<ReadonlyMap<UserId, User>> {
  const wanted = [...new Set(memberIds)];
  if (wanted.length > limit) throw new ChatError('limit_exceeded', { field: 'memberIds' });
  const users = await userStore.byIds(wanted);
  const found = new Map(users.map((user) => [user.id, user]));
  return new Map(wanted.map((id) => [id, found.get(id) ?? refuseUnknown(id)]));
}

function refuseUnknown(id: UserId): never {
  throw new ChatError('not_found', {
    field: 'memberIds',
    text: { zh: `没有用户 ${id}`, en: `no user ${id}` },
  });
}
