import { ChatError, toChatError } from '../../protocol/error-codes.ts';
import { toErrorFrame } from '../../protocol/error-frame.ts';
import type { SyncFrame } from '../../protocol/frames.ts';
import type { Meters } from './connection-ports.ts';
import type { FrameSender, Log } from './ports.ts';
import { type AnswerSyncOptions, createAnswerSync } from './answer-sync.ts';
import type { Signals } from './signals.ts';
import { createShares, type Share } from './shares.ts';
import type { SyncStore } from './sync-ports.ts';

export interface SyncOptions extends Pick<AnswerSyncOptions, 'toFrame' | 'clock'> {
  readonly syncStore: SyncStore;
  readonly logger: Log;
  readonly meters: Pick<Meters, 'refused'>;
}

/** Syncs of a connection that wait for the one under way. */
const MAX_WAITING = 4;
/** Reads for syncs that are under way at once: after a restart everybody comes, and others want the database too. */
const READS_AT_ONCE = 4;
/** Of one sync before others begin: more than a thousand messages. */
const READS_IN_TURN = 10;
const TOO_MANY = { retryAfterMs: 1000 };

/**
 * Takes a sync in and answers it by and by: returns at once, so that the connection's later frames do not wait. One at a
 * time for each connection.
 */
export function createSync({ syncStore, logger, meters, ...rest }: SyncOptions): Signals['sync'] {
  const openShare = createShares({ atOnce: READS_AT_ONCE, turn: READS_IN_TURN });
  /** By the id of a session whose sync is under way, what waits. */
  const waiting = new Map<string, SyncFrame[]>();

  async function answerAll(by: FrameSender, first: SyncFrame): Promise<void> {
    const queue: SyncFrame[] = [];
    waiting.set(by.id, queue);
    for (let next: SyncFrame | undefined = first; next !== undefined; next = queue.shift()) {
      await answer(next, by);
    }
    waiting.delete(by.id);
  }

  async function answer(frame: SyncFrame, by: FrameSender): Promise<void> {
    try {
      await createAnswerSync({ ...rest, store: sharedBy(openShare(), syncStore) })(frame, by);
    } catch (error) {
      const chatError = toChatError(error);
      if (chatError.code === 'internal') {
        logger.error('sync_failed', { session: by.id, userId: by.userId, error: chatError.cause });
      }
      meters.refused(chatError.code);
      by.reply(toErrorFrame(chatError, frame, by.language));
    }
  }

  return (frame, by) => {
    if (by.client !== 'v1') throw new ChatError('unknown_type');
    const queue = waiting.get(by.id);
    if (queue === undefined) void answerAll(by, frame);
    else if (queue.length < MAX_WAITING) queue.push(frame);
    else throw new ChatError('rate_limited', TOO_MANY);
  };
}

function sharedBy(share: Share, store: SyncStore): SyncStore {
  return {
    list: (...asked) => share(() => store.list(...asked)),
    read: (...asked) => share(() => store.read(...asked)),
  };
}
