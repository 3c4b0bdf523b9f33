import type { UserId } from '../../protocol/ids.ts';
import { createLoadingCache } from './loading-cache.ts';
import type { UserCache } from './ports.ts';
import type { User, UserStore } from './store-ports.ts';

/** Some 200 bytes each. */
const MAX_USERS = 50_000;

/** The users of `store`, remembered. That there is no such user is not: one made a moment later is found. */
export function createUserCache(store: Pick<UserStore, 'byId'>): UserCache {
  const cache = createLoadingCache<UserId, User>({ load: (id) => store.byId(id), limit: MAX_USERS });
  return { get: cache.get, put: (user) => cache.put(user.id, user), drop: cache.drop };
}
