import type { UserId } from '../../protocol/ids.ts';
import type { Clock } from './ports.ts';
import { createRecentMap } from './recent-map.ts';
import type { ConnectionLog } from './record-ports.ts';

/** When users were last connected. */
export interface LastSeen {
  /** He went just now. */
  went(userId: UserId): void;
  /** ms since 1970; without those of whom nothing is known. */
  find(userIds: readonly UserId[]): Promise<ReadonlyMap<UserId, number>>;
}

/** Users whose going was seen. Of others the connection history knows. */
const MOST_SEEN = 50_000;

export function createLastSeen(connectionLog: Pick<ConnectionLog, 'lastSeen'>, clock: Clock): LastSeen {
  const seenAt = createRecentMap<UserId, number>({ limit: MOST_SEEN });

  return {
    went: (userId) => seenAt.set(userId, clock.now()),
    async find(userIds) {
      const unknown = userIds.filter((userId) => seenAt.get(userId) === undefined);
      const seen = new Map(unknown.length === 0 ? [] : await connectionLog.lastSeen(unknown));
      for (const userId of userIds) {
        const at = seenAt.get(userId);
        if (at !== undefined) seen.set(userId, at);
      }
      return seen;
    },
  };
}
