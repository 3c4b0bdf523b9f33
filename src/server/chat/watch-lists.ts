import { ChatError } from '../../protocol/error-codes.ts';
import type { UserId } from '../../protocol/ids.ts';
import type { FrameSender } from './ports.ts';

/** A connection that wants to be told who is online. */
export interface Watch {
  readonly session: FrameSender;
  /** Whom it asked for, and what it was last told of him; undefined for who was not told of. */
  readonly told: Map<UserId, boolean | undefined>;
}

/** Which connections watch whom. */
export interface WatchLists {
  /** Replaces what the session watched. Throws limit_exceeded, and leaves it, if all connections together watch too many. */
  set(session: FrameSender, told: Watch['told']): void;
  /** Lets go of what a session watched. */
  drop(sessionId: string): void;
  of(userId: UserId): Iterable<Watch>;
  has(userId: UserId): boolean;
}

export function createWatchLists(most: number): WatchLists {
  const bySession = new Map<string, Watch>();
  const byWatched = new Map<UserId, Set<Watch>>();
  let count = 0;

  function drop(sessionId: string): void {
    const watch = bySession.get(sessionId);
    if (watch === undefined) return;
    bySession.delete(sessionId);
    count -= watch.told.size;
    for (const userId of watch.told.keys()) {
      const watches = byWatched.get(userId);
      watches?.delete(watch);
      if (watches?.size === 0) byWatched.delete(userId);
    }
  }

  function set(session: FrameSender, told: Watch['told']): void {
    const before = bySession.get(session.id)?.told.size ?? 0;
    if (count - before + told.size > most) throw new ChatError('limit_exceeded', { field: 'userIds' });
    drop(session.id);
    if (told.size === 0) return;
    const watch: Watch = { session, told };
    bySession.set(session.id, watch);
    count += told.size;
    for (const userId of told.keys()) {
      const watches = byWatched.get(userId);
      if (watches === undefined) byWatched.set(userId, new Set([watch]));
      else watches.add(watch);
    }
  }

  return { set, drop, of: (userId) => byWatched.get(userId) ?? [], has: (userId) => byWatched.has(userId) };
}
