import type { Core, Visit } from './core.ts';
import type { Names } from './names.ts';
import type { Presence } from './presence.ts';
import type { ChatKey } from './state.ts';

export interface Members {
  /** Counts who is in a group that is open, and asks for their names and presence: of a large one, the first. */
  meet(visit: Visit, key: ChatKey): void;
}

const MOST_NAMED = 100;

export function createMembers(core: Core, parts: { presence: Presence; names: Names }): Members {
  async function meet(visit: Visit, key: ChatKey): Promise<void> {
    const groupId = key.slice(2);
    const [ids, count] = await Promise.all([core.api.members(groupId), core.api.memberCount(groupId)]);
    const pages = visit.threads.get(key);
    if (visit.isEnded || pages === undefined) return;
    pages.memberCount = count;
    if (visit.open === key) parts.presence.watch(visit, ids);
    parts.names.need(visit, ids.slice(0, MOST_NAMED));
    core.touch();
  }

  // Without it a chat works as well: it does not say how many are in it.
  return { meet: (visit, key) => void meet(visit, key).catch(() => {}) };
}
