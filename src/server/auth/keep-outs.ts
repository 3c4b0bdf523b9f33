import { isBan, keepOutAt, keptOutFor } from '../../protocol/kept-out.ts';
import type { UserId } from '../../protocol/ids.ts';
import type { Clock, EndDetail, Sessions } from '../chat/ports.ts';
import type { KeepOut, User, UserPatch } from '../chat/store-ports.ts';

/** Who is to stay away. A change is stored, then known to the cache, then effective on open connections. */
export interface KeepOuts {
  /**
   * Ends the user's connections and refuses new ones and sends for `keepOutMs` (0: not at all). A keep-out that lasts
   * longer stays. Tokens and reading are left alone.
   */
  kick(id: UserId, kick: Dismissal & { readonly keepOutMs: number }): Promise<Dismissed>;
  /** Ends all tokens and connections and refuses him until it is lifted. Rejects with conflict for the last administrator. */
  ban(id: UserId, ban: Dismissal): Promise<Dismissed>;
  /** Lifts a ban or ends a keep-out; no harm if there is none. */
  unban(id: UserId): Promise<User>;
}

export interface Dismissal {
  /** Told to the user; may be empty. */
  readonly reason: string;
  /** As the audit names him who does it. */
  readonly by: string;
}

export interface Dismissed {
  readonly user: User;
  /** Connections that ended. */
  readonly ended: number;
}

export interface KeepOutParts {
  readonly sessions: Pick<Sessions, 'end'>;
  readonly clock: Clock;
  /** Changes a user by what he is when it is his turn. */
  readonly change: (id: UserId, toPatch: (user: User) => UserPatch) => Promise<User>;
  /** The same, and voids his tokens. */
  readonly voidTokens: (id: UserId, patch: UserPatch) => Promise<User>;
}

export function createKeepOuts({ sessions, clock, change, voidTokens }: KeepOutParts): KeepOuts {
  const end = (user: User, verb: string, dismissal: Dismissal, retryMs: number | undefined): Dismissed => {
    const ended = sessions.end(user.id, 'kicked', endDetail(verb, dismissal, retryMs));
    return { user, ended };
  };

  return {
    async kick(id, { keepOutMs, reason, by }) {
      const since = clock.now();
      const wanted: KeepOut = { until: since + keepOutMs, reason, by, since };
      const user = await change(id, ({ keepOut }) => {
        const isLonger = lastsLonger(keepOutAt(keepOut, since), wanted);
        return keepOutMs === 0 || isLonger ? {} : { keepOut: wanted };
      });
      const held = keepOutAt(user.keepOut, clock.now());
      return end(user, 'kicked', { reason, by }, held === undefined ? 0 : keptOutFor(held, clock.now()));
    },

    async ban(id, { reason, by }) {
      const keepOut: KeepOut = { until: undefined, reason, by, since: clock.now() };
      return end(await voidTokens(id, { keepOut }), 'banned', { reason, by }, undefined);
    },

    unban: (id) => change(id, ({ keepOut }) => (keepOut === undefined ? {} : { keepOut: null })),
  };
}

/** What a connection that ends so is told, and what is kept of it: `kicked by deploy@srv: 双开`. */
function endDetail(verb: string, { reason, by }: Dismissal, retryMs: number | undefined): EndDetail {
  return {
    cause: reason === '' ? `${verb} by ${by}` : `${verb} by ${by}: ${reason}`,
    ...(reason === '' ? {} : { text: reason }),
    ...(retryMs === undefined ? {} : { retryMs }),
  };
}

function lastsLonger(held: KeepOut | undefined, wanted: KeepOut): boolean {
  if (held === undefined) return false;
  return isBan(held) || (held.until ?? 0) > (wanted.until ?? 0);
}
