import type { CloseName } from '../../protocol/close-codes.ts';
import type { UserId } from '../../protocol/ids.ts';
import type { LiveConnection, LiveConnections } from '../chat/connection-ports.ts';
import type { Clock, EndDetail, FrameSender, Sessions } from '../chat/ports.ts';
import { createOpenSignOn, createSignOn, type Ruling, type SignIn } from './sign-on.ts';

/** A session as the gateway sees it. */
export interface LiveSession extends FrameSender, SignIn, LiveConnection {
  /** Off the list at once, flushed, then closed. */
  close(ending: Ending): void;
  /** Refuses what comes from now on. Resolves when the outcome of what was taken in is known. */
  settle(): Promise<void>;
}

export interface Ending {
  readonly why: CloseName;
  /** `key=value` words of the close reason. */
  readonly words?: Readonly<Record<string, string | number>>;
  /** For people, behind the reason's `;`. */
  readonly text?: string;
  /** For the log and the connection's record; the close name if absent. */
  readonly cause?: string;
}

/** Who is online: the live list that delivery reads, and the rules of getting on it. */
export interface LiveSessions extends Sessions, LiveConnections {
  of(userId: UserId): readonly LiveSession[];
  all(): Iterable<LiveSession>;
  get(id: string): LiveSession | undefined;
  /** What single sign-on says to a newcomer; add() in the same turn, or not at all. */
  judge(userId: UserId, newcomer: SignIn): Ruling<LiveSession>;
  /** Puts the session on the list and closes those it replaces. */
  add(session: LiveSession, replaces: readonly LiveSession[]): void;
  /** Takes this very session off, if it is still on. */
  remove(session: LiveSession): void;
  /** How many are live from an address. */
  countFrom(address: string): number;
  /** Tells `observer` from now on. One alone. */
  observe(observer: SessionsObserver): void;
}

/** Who wants to know who comes and goes. Never throws. */
export interface SessionsObserver {
  /** A user's first session is on the list, or his last is off it. */
  changed(userId: UserId): void;
  /** A session is off the list. */
  left(sessionId: string): void;
}

export interface SessionsOptions {
  /** Whether a user's new connection replaces the old one. */
  readonly singleSignOn: boolean;
  readonly clock: Clock;
}

export function createSessions({ singleSignOn, clock }: SessionsOptions): LiveSessions {
  const signOn = singleSignOn ? createSignOn(clock) : createOpenSignOn();
  const all = new Map<string, LiveSession>();
  const byUser = new Map<UserId, readonly LiveSession[]>();
  const perAddress = createAddressCounts(all);
  let observer: SessionsObserver = NOBODY;

  const of = (userId: UserId): readonly LiveSession[] => byUser.get(userId) ?? NONE;

  return {
    of,
    all: () => all.values(),
    get: (id) => all.get(id),
    get count() {
      return all.size;
    },
    get userCount() {
      return byUser.size;
    },
    countFrom: perAddress.of,

    judge: (userId, newcomer) => signOn.judge(newcomer, of(userId)),

    observe(newcomer) {
      observer = newcomer;
    },

    add(session, replaces) {
      const others = byUser.get(session.userId);
      all.set(session.id, session);
      // A literal of one, and not the same as below: an array that grew has room for sixteen more.
      byUser.set(session.userId, others === undefined ? [session] : [...others, session]);
      perAddress.count(session.address, 1);
      for (const old of replaces) old.close({ why: 'replaced', cause: `replaced by ${session.id}` });
      signOn.tookOver(session, replaces);
      if (others === undefined) observer.changed(session.userId);
    },

    remove(session) {
      if (!all.delete(session.id)) return;
      perAddress.count(session.address, -1);
      const others = of(session.userId).filter((each) => each !== session);
      if (others.length === 0) byUser.delete(session.userId);
      else byUser.set(session.userId, others);
      observer.left(session.id);
      if (others.length === 0) observer.changed(session.userId);
    },

    end(userId, why, detail: EndDetail = {}) {
      const ended = of(userId).filter((each) => each.tokenKey !== detail.except);
      for (const session of ended) session.close(toEnding(why, detail));
      return ended.length;
    },

    endOne(id, why, detail = {}) {
      const session = all.get(id);
      session?.close(toEnding(why, detail));
      return session !== undefined;
    },
  };
}

/** How many of the sessions are from an address. Counted from the first question on: only a limit asks. */
function createAddressCounts(all: ReadonlyMap<string, LiveSession>) {
  let counts: Map<string, number> | undefined;

  const count = (address: string, change: 1 | -1): void => {
    const next = (counts?.get(address) ?? 0) + change;
    if (next === 0) counts?.delete(address);
    else counts?.set(address, next);
  };

  return {
    count,
    of(address: string): number {
      if (counts === undefined) {
        counts = new Map();
        for (const session of all.values()) count(session.address, 1);
      }
      return counts.get(address) ?? 0;
    },
  };
}

function toEnding(why: CloseName, { text, cause, retryMs }: EndDetail): Ending {
  return {
    why,
    ...(text === undefined ? {} : { text }),
    ...(cause === undefined ? {} : { cause }),
    ...(retryMs === undefined ? {} : { words: { retry: retryMs } }),
  };
}

const NONE: readonly LiveSession[] = [];

const NOBODY: SessionsObserver = { changed: () => {}, left: () => {} };
