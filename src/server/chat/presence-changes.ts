import type { UserId } from '../../protocol/ids.ts';

/** Users who came online or went, each told of at most once a second. */
export interface PresenceChanges {
  changed(userId: UserId): void;
}

interface PresenceChangesOptions {
  readonly isOnline: (userId: UserId) => boolean;
  /** Whether anybody wants to know. */
  readonly isWatched: (userId: UserId) => boolean;
  /** Tells who may know how it is now. One at a time. */
  readonly tell: (userId: UserId) => Promise<void>;
  readonly onFailed: (error: unknown) => void;
  readonly everyMs: number;
}

/**
 * That somebody came is told at once, unless he was told of within the last second. That he went is told when a second
 * has gone by without him: a page that is loaded again does not make him blink. Telling asks the database who may
 * know, so it is one user at a time, however many come back at once after a restart.
 */
export function createPresenceChanges(options: PresenceChangesOptions): PresenceChanges {
  const { isOnline, isWatched, tell, onFailed, everyMs } = options;
  const waiting = new Map<UserId, NodeJS.Timeout>();
  const restingUntil = new Map<UserId, number>();
  const due = new Set<UserId>();
  let telling = false;

  function changed(userId: UserId): void {
    if (!isWatched(userId)) return;
    clearTimeout(waiting.get(userId));
    const rest = (restingUntil.get(userId) ?? 0) - performance.now();
    const wait = isOnline(userId) ? rest : everyMs;
    if (wait > 0) waiting.set(userId, setTimeout(() => enqueue(userId), wait).unref());
    else enqueue(userId);
  }

  function enqueue(userId: UserId): void {
    waiting.delete(userId);
    due.add(userId);
    if (!telling) void tellAll();
  }

  async function tellAll(): Promise<void> {
    telling = true;
    for (const userId of due) {
      due.delete(userId);
      rest(userId);
      await tell(userId).catch((error: unknown) => tryAgain(userId, error));
    }
    telling = false;
  }

  /** Nobody else is asked for meanwhile: the database is away for all of them. */
  function tryAgain(userId: UserId, error: unknown): Promise<void> {
    onFailed(error);
    due.add(userId);
    return new Promise((resolve) => void setTimeout(resolve, everyMs).unref());
  }

  function rest(userId: UserId): void {
    restingUntil.set(userId, performance.now() + everyMs);
    setTimeout(() => wake(userId), everyMs).unref();
  }

  /** Forgets him, unless he was told of again meanwhile. */
  function wake(userId: UserId): void {
    const until = restingUntil.get(userId);
    if (until !== undefined && until <= performance.now() + 1) restingUntil.delete(userId);
  }

  return { changed };
}
