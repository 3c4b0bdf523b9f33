import type { IncomingMessage } from 'node:http';
import type { Language } from '../../protocol/error-codes.ts';
import { toChatError } from '../../protocol/error-codes.ts';
import type { OriginRule } from '../../protocol/origin.ts';
import { keepOutAt } from '../../protocol/kept-out.ts';
import type { Clock, Identify, Identity } from '../chat/ports.ts';
import { checkHandshake, checkTarget, offersSubprotocol } from './handshake.ts';
import { keptOutRefusal, REFUSALS, type Refusal } from './refusal.ts';
import type { LiveSession, LiveSessions } from './sessions.ts';

/** A request for a session, and what the checks have found out about it. */
export interface Attempt {
  readonly request: IncomingMessage;
  readonly client: 'seed' | 'v1';
  readonly language: Language;
  readonly address: string;
  readonly userAgent: string;
  /** Set by the identity check. */
  identity?: Identity;
  tokenIn: Credential['tokenIn'];
  /** The identity had to be loaded. */
  hasWaited: boolean;
  /** Set by the takeover check: the sessions that end if this one begins. */
  replaces: readonly LiveSession[];
}

/** The token of a request, and where it is. */
export type FindCredential = (request: IncomingMessage) => Credential | undefined;
interface Credential {
  readonly token: string;
  readonly tokenIn: LiveSession['tokenIn'];
}

/** Gives why the attempt is refused, if it is. */
export type Check = (attempt: Attempt) => Refusal | undefined | Promise<Refusal | undefined>;

export interface CheckParts {
  readonly sessions: LiveSessions;
  readonly identify: Identify;
  readonly findCredential: FindCredential;
  readonly isOriginAllowed: OriginRule;
  readonly isDraining: () => boolean;
  readonly clock: Clock;
  readonly maxConnections: number;
  /** 0: off. */
  readonly maxConnectionsPerIp: number;
}

export function toAttempt(request: IncomingMessage, address: string): Attempt {
  const client = offersSubprotocol(request.headers) ? 'v1' : 'seed';
  const isEnglish = client === 'v1' && /^en\b/i.test(request.headers['accept-language'] ?? '');
  const userAgent = (request.headers['user-agent'] ?? '').slice(0, MAX_USER_AGENT);
  const language = isEnglish ? 'en' : 'zh';
  return { request, client, language, address, userAgent, tokenIn: 'header', hasWaited: false, replaces: [] };
}

/** What is kept of a browser's description of itself. */
const MAX_USER_AGENT = 256;

/**
 * The checks of an upgrade, in order. Only the identity check may have to wait; all behind it run in one turn together
 * with what is done if they pass, so that nothing can come between the judgement and the act.
 */
export function createChecks(parts: CheckParts): readonly Check[] {
  const draining: Check = () => (parts.isDraining() ? REFUSALS.draining : undefined);
  return [
    ({ request }) => checkTarget(request),
    ({ request }) => checkHandshake(request),
    draining,
    ({ request }) => checkOrigin(request, parts.isOriginAllowed),
    (attempt) => checkIdentity(attempt, parts),
    // What was loaded may have changed before we were told: who was kicked in between would slip in behind his own kick.
    // Now that it is known it is there at once, in the turn in which it is acted on.
    (attempt) => (attempt.hasWaited ? checkIdentity(attempt, parts) : undefined),
    (attempt) => checkAccount(attempt, parts.clock.now()),
    draining,
    (attempt) => checkTakeover(attempt, parts.sessions),
    (attempt) => checkRoom(attempt, parts),
  ];
}

/**
 * Runs the checks; the first refusal ends it, otherwise `accept` is called in the turn of the last check. At once, unless
 * one of them has to wait.
 */
export function examine(
  attempt: Attempt,
  checks: readonly Check[],
  accept: (attempt: Attempt) => void,
): ReturnType<Check> {
  for (const [index, check] of checks.entries()) {
    const found = check(attempt);
    if (found instanceof Promise)
      return found.then((refusal) => refusal ?? examine(attempt, checks.slice(index + 1), accept));
    if (found !== undefined) return found;
  }
  accept(attempt);
  return undefined;
}

function checkOrigin({ headers }: IncomingMessage, isAllowed: OriginRule): Refusal | undefined {
  const legacy = headers['sec-websocket-origin'];
  const origin = headers.origin ?? (Array.isArray(legacy) ? legacy[0] : legacy);
  return isAllowed(origin, headers.host) ? undefined : REFUSALS.origin;
}

function checkIdentity(
  attempt: Attempt,
  parts: CheckParts,
): Refusal | undefined | Promise<Refusal | undefined> {
  const credential = parts.findCredential(attempt.request);
  if (credential === undefined) return REFUSALS.noToken;
  const { token } = credential;
  attempt.tokenIn = credential.tokenIn;
  try {
    const identity = parts.identify(token);
    if (!(identity instanceof Promise)) return keepIdentity(attempt, identity);
    attempt.hasWaited = true;
    return inTime(identity.then((known) => keepIdentity(attempt, known), toIdentityRefusal));
  } catch (error) {
    return toIdentityRefusal(error);
  }
}

/** How long a database may take to know a user, ms. */
const IDENTITY_TIMEOUT = 10_000;

/** A socket that waits for us must not wait for ever. */
async function inTime(answer: Promise<Refusal | undefined>): Promise<Refusal | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Refusal>((resolve) => {
    timer = setTimeout(() => resolve(REFUSALS.unavailable), IDENTITY_TIMEOUT);
  });
  return Promise.race([answer, late]).finally(() => clearTimeout(timer));
}

function keepIdentity(attempt: Attempt, identity: Identity): undefined {
  attempt.identity = identity;
}

function toIdentityRefusal(error: unknown): Refusal {
  const { code } = toChatError(error);
  if (code === 'token_expired') return REFUSALS.expiredToken;
  return code === 'unauthorized' ? REFUSALS.badToken : { ...REFUSALS.unavailable, cause: error };
}

/** A ban shuts the account, but tells more of why. */
function checkAccount({ identity }: Attempt, now: number): Refusal | undefined {
  const keepOut = keepOutAt(identity?.keepOut, now);
  if (keepOut !== undefined) return keptOutRefusal(keepOut, now);
  return identity?.disabled ? REFUSALS.disabled : undefined;
}

function checkTakeover(attempt: Attempt, sessions: LiveSessions): Refusal | undefined {
  const { identity } = attempt;
  if (identity === undefined) return REFUSALS.noToken;
  const ruling = sessions.judge(identity.userId, identity);
  if (ruling.admitted) {
    attempt.replaces = ruling.replaces;
    return undefined;
  }
  const { retryMs } = ruling;
  return retryMs === undefined ? REFUSALS.takenOver : { ...REFUSALS.takenOver, retryMs };
}

/** What the newcomer replaces makes room for it. */
function checkRoom({ address, replaces }: Attempt, parts: CheckParts): Refusal | undefined {
  const { sessions, maxConnections, maxConnectionsPerIp } = parts;
  if (sessions.count - replaces.length >= maxConnections) return REFUSALS.full;
  const leaving = replaces.filter((each) => each.address === address).length;
  const isAddressFull =
    maxConnectionsPerIp > 0 && sessions.countFrom(address) - leaving >= maxConnectionsPerIp;
  return isAddressFull ? REFUSALS.addressFull : undefined;
}
