import type { UserId } from '../../protocol/ids.ts';
import type { Clock } from '../chat/ports.ts';
import type { User } from '../chat/store-ports.ts';
import { signToken } from './token.ts';

export interface IssuedToken {
  readonly token: string;
  /** ms since 1970. */
  readonly expiresAt: number;
  /** ms since 1970: from then on a client does well to ask for another. */
  readonly refreshAfter: number;
}

/** When tokens begin and when they end: on one clock that never runs backwards and tells any two endings apart. */
export interface Issuance {
  /** ms since 1970. To be taken before the user and the password are read: what they prove, they prove for that moment. */
  now(): number;
  /**
   * A token for `user`, who was let in on what was read after `since`. If his tokens were ended meanwhile, or are being
   * ended now, it is one of those: it is void as soon as the ending is stored.
   */
  issue(user: User, since: number, expireSeconds?: number): IssuedToken;
  /** Ends all tokens of a user issued until `change` is stored; it MUST store the `tokensValidFrom` it gets. */
  end<T>(id: UserId, change: (tokensValidFrom: number) => Promise<T>): Promise<T>;
}

export interface IssuanceParts {
  readonly secret: string;
  /** Seconds. */
  readonly expire: number;
  readonly clock: Clock;
}

/** ms. Nobody's sign-in takes longer, from reading his password to his token. */
const REMEMBERED = 120_000;

interface Ending {
  /** The first `tokensValidFrom` that is not stored for certain. */
  from: number;
  /** When the last one was stored. */
  until: number;
  underWay: number;
}

export function createIssuance({ secret, expire, clock }: IssuanceParts): Issuance {
  const endings = new Map<UserId, Ending>();
  let latest = 0;

  function now(): number {
    latest = Math.max(latest, clock.now());
    return latest;
  }

  /** Later than everything issued so far, within the same millisecond too. */
  function next(): number {
    latest = now() + 1;
    return latest;
  }

  function issueTime(user: User, since: number): number {
    const ending = endings.get(user.id);
    const isEnded = ending !== undefined && (ending.underWay > 0 || since < ending.until);
    // A clock that was set back is followed: a token of the time it had been at would be one of the future.
    return isEnded ? ending.from - 1 : Math.max(Math.min(since, clock.now()), user.tokensValidFrom);
  }

  function begin(id: UserId): { readonly ending: Ending; readonly from: number } {
    const from = next();
    const ending = endings.get(id) ?? { from, until: 0, underWay: 0 };
    if (ending.underWay === 0) ending.from = from;
    ending.underWay += 1;
    endings.set(id, ending);
    return { ending, from };
  }

  function forgetOld(): void {
    for (const [id, { underWay, until }] of endings) {
      if (underWay === 0 && until < latest - REMEMBERED) endings.delete(id);
    }
  }

  return {
    now,
    issue(user, since, expireSeconds = expire) {
      const issuedAt = issueTime(user, since);
      const lifetime = expireSeconds * 1000;
      return {
        token: signToken(secret, { userId: user.id, issuedAt, expireSeconds }),
        expiresAt: Math.floor(issuedAt / 1000) * 1000 + lifetime,
        refreshAfter: issuedAt + Math.floor(lifetime / 2),
      };
    },
    async end(id, change) {
      forgetOld();
      const { ending, from } = begin(id);
      try {
        return await change(from);
      } finally {
        ending.underWay -= 1;
        ending.until = next();
      }
    },
  };
}
