import type { Clock, Identity } from '../chat/ports.ts';

/** What single sign-on needs to know of a connection, live or new. */
export type SignIn = Pick<Identity, 'tokenKey' | 'issuedAt'>;

/** Whether a new connection may be, and which live ones it replaces. */
export type Ruling<S> =
  | { readonly admitted: true; readonly replaces: readonly S[] }
  /** `retryMs`: it is refused for now, and may come back by itself. */
  | { readonly admitted: false; readonly retryMs?: number };

export interface SignOn {
  /** To be followed in the same turn by letting the connection in, or not. */
  judge<S extends SignIn>(newcomer: SignIn, live: readonly S[]): Ruling<S>;
  /** Has to be told when a newcomer was let in and its rivals were closed. */
  tookOver(newcomer: SignIn, replaced: readonly SignIn[]): void;
}

/** Within this long of a takeover, ms, connections of the same token leave each other alone. */
const TRUCE = 30_000;
const MAX_OF_ONE_TOKEN = 4;
/** Remembered tokens; the oldest are forgotten beyond it. */
const MAX_REMEMBERED = 100_000;

/**
 * Single sign-on (contract, section 3). A new connection replaces the old one, but the seed's front end comes back
 * whatever the close code, so two of them would replace each other for ever. It gives up after five refusals and never
 * after an accepted connection; hence:
 * - Different tokens: the later sign-in wins. A token that was taken over is refused from then on.
 * - The same token: a takeover replaces; whoever comes within 30 s of it lives beside the others, up to four. A fifth is
 *   refused, and prolongs the truce, so that it runs out of attempts before the next takeover.
 */
export function createSignOn(clock: Clock): SignOn {
  const takenOver = new Set<string>();
  const takeovers = new Map<string, number>();

  /** Not so after a moment that has yet to come: the clock was set back, and could keep a truce for a year. */
  const isTruceSince = (at: number): boolean => Math.abs(clock.now() - at) < TRUCE;

  const isInTruce = (tokenKey: string): boolean =>
    isTruceSince(takeovers.get(tokenKey) ?? Number.NEGATIVE_INFINITY);

  const noteTakeover = (tokenKey: string): void => {
    takeovers.delete(tokenKey);
    takeovers.set(tokenKey, clock.now());
    for (const [oldest, at] of takeovers) {
      if (isTruceSince(at)) break;
      takeovers.delete(oldest);
    }
  };

  return {
    judge(newcomer, live) {
      if (takenOver.has(newcomer.tokenKey)) return { admitted: false };
      const rivals = live.filter((each) => each.tokenKey !== newcomer.tokenKey);
      if (rivals.some((each) => each.issuedAt > newcomer.issuedAt)) return { admitted: false };
      if (rivals.length > 0 || !isInTruce(newcomer.tokenKey)) return { admitted: true, replaces: live };
      if (live.length < MAX_OF_ONE_TOKEN) return { admitted: true, replaces: [] };
      noteTakeover(newcomer.tokenKey);
      return { admitted: false, retryMs: TRUCE };
    },

    tookOver(newcomer, replaced) {
      for (const { tokenKey } of replaced) {
        if (tokenKey === newcomer.tokenKey) noteTakeover(tokenKey);
        else takenOver.add(tokenKey);
      }
      for (const oldest of takenOver) {
        if (takenOver.size <= MAX_REMEMBERED) break;
        takenOver.delete(oldest);
      }
    },
  };
}

/** SingleSignOn off: several connections a user. */
export function createOpenSignOn(): SignOn {
  return {
    judge: () => ({ admitted: true, replaces: [] }),
    tookOver: () => {},
  };
}
