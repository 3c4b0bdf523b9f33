import { ChatError } from '../../protocol/error-codes.ts';
import type { PresenceFrame } from '../../protocol/frames.ts';
import { toUserId, type UserId } from '../../protocol/ids.ts';
import type { ConversationStore } from './conversation-ports.ts';
import { createLastSeen } from './last-seen.ts';
import type { Clock, FrameSender, Log, Sessions } from './ports.ts';
import { createPresenceChanges } from './presence-changes.ts';
import type { ConnectionLog } from './record-ports.ts';
import type { Signals } from './signals.ts';
import { createWatchLists, type Watch } from './watch-lists.ts';

/** Who is online, told to those who may know and want to. */
export interface Presence {
  readonly watch: Signals['presence'];
  /** A user has come online, or gone: his first session opened, or his last ended. Never throws. */
  changed(userId: UserId): void;
  /** A session has ended: it is told nothing more. Never throws. */
  left(sessionId: string): void;
}

interface PresenceOptions {
  readonly sessions: Pick<Sessions, 'of'>;
  readonly conversations: Pick<ConversationStore, 'sharing'>;
  readonly connectionLog: Pick<ConnectionLog, 'lastSeen'>;
  readonly logger: Log;
  readonly clock: Clock;
  /** ms between two notices of the same user to the same connection. */
  readonly everyMs?: number;
}

/** Over all connections; some 100 bytes each. */
const MOST_WATCHED = 500_000;
/** Watchers asked for at once who of them may know. */
const AT_ONCE = 200;

/**
 * A connection is told of whom it watches, as long as the two share a conversation other than the lobby: that is asked
 * anew each time, so a right that has ended tells nothing more, and a new one begins with the next change.
 */
export function createPresence(options: PresenceOptions): Presence {
  const { sessions, conversations, connectionLog, logger, clock, everyMs = 1000 } = options;
  const watches = createWatchLists(MOST_WATCHED);
  const lastSeen = createLastSeen(connectionLog, clock);
  const isOnline = (userId: UserId): boolean => sessions.of(userId).length > 0;

  const changes = createPresenceChanges({
    isOnline,
    isWatched: watches.has,
    tell: tellWatchers,
    onFailed: (error) => logger.warn('presence_not_told', { error }),
    everyMs,
  });

  async function watch(frame: PresenceFrame, by: FrameSender): Promise<void> {
    const userIds = frame.userIds.flatMap((id) => toUserId(id) ?? []);
    const known = await mayKnow(by.userId, userIds);
    const seen = await lastSeen.find([...known].filter((userId) => !isOnline(userId)));
    // The connection may have ended while the database was asked.
    if (!sessions.of(by.userId).some(({ id }) => id === by.id)) return;
    const told: Watch['told'] = new Map(userIds.map((userId) => [userId, undefined]));
    watches.set(by, told);
    for (const userId of told.keys()) {
      if (known.has(userId)) tell({ session: by, told }, userId, seen.get(userId));
    }
  }

  async function mayKnow(userId: UserId, others: readonly UserId[]): Promise<ReadonlySet<UserId>> {
    const known = new Set(await conversations.sharing(userId, others));
    if (others.includes(userId)) known.add(userId);
    return known;
  }

  /** In the one turn in which it is called, so that what is told last is how it is. */
  function tell({ session, told }: Watch, userId: UserId, seenAt = 0): void {
    const online = isOnline(userId);
    told.set(userId, online);
    const lastSeen = online ? clock.now() : seenAt;
    session.reply({ type: 'presence', userId: String(userId), online, lastSeen });
  }

  async function tellWatchers(userId: UserId): Promise<void> {
    const wrong = [...watches.of(userId)].filter(({ told }) => told.get(userId) !== isOnline(userId));
    const all = [...new Set(wrong.map(({ session }) => session.userId))];
    for (let start = 0; start < all.length; start += AT_ONCE) {
      const asked = all.slice(start, start + AT_ONCE);
      const known = await mayKnow(userId, asked);
      const seen = await lastSeen.find([userId]);
      for (const each of watches.of(userId)) {
        if (!known.has(each.session.userId)) continue;
        if (each.told.get(userId) !== isOnline(userId)) tell(each, userId, seen.get(userId));
      }
    }
  }

  return {
    watch(frame, by) {
      if (by.client !== 'v1') throw new ChatError('unknown_type');
      return watch(frame, by);
    },
    changed(userId) {
      if (!isOnline(userId)) lastSeen.went(userId);
      changes.changed(userId);
    },
    left: watches.drop,
  };
}
