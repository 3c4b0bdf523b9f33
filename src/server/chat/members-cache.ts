import { type GroupId, LOBBY } from '../../protocol/ids.ts';
import { createLoadingCache } from './loading-cache.ts';
import type { MembersCache } from './ports.ts';
import type { GroupMembers, GroupStore } from './store-ports.ts';

/** Counted in members over all groups, some 100 bytes each. */
const MAX_MEMBERS = 500_000;

/** The memberships of `store`, remembered. An older version never replaces a newer one. Not for the lobby. */
export function createMembersCache(store: Pick<GroupStore, 'load'>): MembersCache {
  const cache = createLoadingCache<GroupId, GroupMembers>({
    load: (id) => store.load(id),
    limit: MAX_MEMBERS,
    weigh: (group) => group.members.size + 1,
    isOutdated: (next, held) => next.membersVersion < held.membersVersion,
  });
  return {
    get: (id) => (id === LOBBY ? undefined : cache.get(id)),
    put: (group) => cache.put(group.groupId, group),
    drop: cache.drop,
    clear: cache.clear,
  };
}
