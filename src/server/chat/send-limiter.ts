import type { UserId } from '../../protocol/ids.ts';
import type { Clock, SendLimiter } from './ports.ts';
import { createRecentMap } from './recent-map.ts';

interface SendLimits {
  /** 0 turns the limiter off. */
  readonly messagesPerSecond: number;
  /** How many may come at once after a silence; at least 1. */
  readonly messageBurst: number;
  readonly clock: Clock;
}

/** Who was forgotten starts with a full bucket, so this must be more users than send within a few seconds. */
const MAX_USERS = 100_000;

/**
 * A token bucket per user, kept as the one moment at which the bucket will be full again (the generic cell rate
 * algorithm): a send moves it on by the time one token takes, and has to wait while it is more than a burst ahead.
 */
export function createSendLimiter({ messagesPerSecond, messageBurst, clock }: SendLimits): SendLimiter {
  if (messagesPerSecond <= 0) return { take: () => 0 };
  const tokenMs = 1000 / messagesPerSecond;
  const bucketMs = tokenMs * Math.max(1, messageBurst);
  const roundingMs = tokenMs / 1000;
  const fullAt = createRecentMap<UserId, number>({ limit: MAX_USERS });

  return {
    take(userId) {
      const now = clock.now();
      // A clock set back must not lock anybody out: a bucket is never emptier than empty.
      const full = Math.min(Math.max(fullAt.get(userId) ?? now, now), now + bucketMs);
      const wait = full + tokenMs - bucketMs - now;
      if (wait > roundingMs) return Math.ceil(wait);
      fullAt.set(userId, full + tokenMs);
      return 0;
    },
  };
}
