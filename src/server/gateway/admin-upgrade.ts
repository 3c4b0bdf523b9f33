import type { IncomingMessage } from 'node:http';
import { ADMIN_SUBPROTOCOL } from '../../protocol/admin-channel.ts';
import type { ClientAddress } from '../../protocol/client-address.ts';
import { type Language, toChatError } from '../../protocol/error-codes.ts';
import type { OriginRule } from '../../protocol/origin.ts';
import { checkHandshake, offersSubprotocol } from './handshake.ts';
import { REFUSALS, type Refusal } from './refusal.ts';

/** Who a token speaks for, as the audit names him. */
export interface Operator {
  readonly actor: string;
}

/** A request for an admin channel, and what the checks have found out about it. */
export interface AdminAttempt<O extends Operator> {
  readonly request: IncomingMessage;
  readonly from: ClientAddress;
  readonly language: Language;
  /** It is told by a close code why it is refused: a browser cannot read a failed upgrade. */
  readonly readsCloseCodes: boolean;
  /** Set by the token check. */
  admitted?: { readonly token: string; readonly operator: O };
}

type Check<O extends Operator> = (
  attempt: AdminAttempt<O>,
) => Refusal | undefined | Promise<Refusal | undefined>;

export interface AdminCheckParts<O extends Operator> {
  readonly isAllowed: (from: ClientAddress) => boolean;
  readonly isOriginAllowed: OriginRule;
  readonly findToken: (request: IncomingMessage) => string | undefined;
  /** Rejects with ChatError. */
  readonly admit: (token: string) => Promise<O>;
  readonly isDraining: () => boolean;
  readonly hasRoom: () => boolean;
}

export function toAdminAttempt<O extends Operator>(
  request: IncomingMessage,
  from: ClientAddress,
): AdminAttempt<O> {
  const { headers } = request;
  return {
    request,
    from,
    language: /^\s*en/i.test(headers['accept-language'] ?? '') ? 'en' : 'zh',
    readsCloseCodes: offersSubprotocol(headers, ADMIN_SUBPROTOCOL),
  };
}

/**
 * The checks of an upgrade to `/admin`, in order. To addresses and pages that may not know of it there is nothing here,
 * whatever else they got wrong. What follows the token check runs in one turn with what is done if all pass.
 */
export function createAdminChecks<O extends Operator>(parts: AdminCheckParts<O>): readonly Check<O>[] {
  const draining: Check<O> = () => (parts.isDraining() ? REFUSALS.draining : undefined);
  return [
    ({ from }) => (parts.isAllowed(from) ? undefined : REFUSALS.otherPath),
    ({ request }) => checkPage(request, parts.isOriginAllowed),
    ({ request }) => checkHandshake(request),
    draining,
    (attempt) => checkToken(attempt, parts),
    draining,
    () => (parts.hasRoom() ? undefined : NO_ROOM),
  ];
}

/** Why the attempt is refused; if it is not, `accept` is called in the turn of the last check. */
export async function examineAdmin<O extends Operator>(
  attempt: AdminAttempt<O>,
  checks: readonly Check<O>[],
  accept: () => void,
): Promise<Refusal | undefined> {
  for (const check of checks) {
    const found = check(attempt);
    const refusal = found instanceof Promise ? await found : found;
    if (refusal !== undefined) return refusal;
  }
  accept();
  return undefined;
}

const NO_ROOM: Refusal = {
  ...REFUSALS.full,
  reason: 'too_many_channels',
  text: { zh: '管理连接数已满, 请稍后再试', en: 'too many admin channels, try again later' },
};

const NOT_ADMINISTRATOR: Refusal = {
  status: 403,
  error: 'permission_denied',
  reason: 'not_administrator',
  close: 'forbidden',
};

function checkPage({ headers }: IncomingMessage, isAllowed: OriginRule): Refusal | undefined {
  const legacy = headers['sec-websocket-origin'];
  const origin = headers.origin ?? (Array.isArray(legacy) ? legacy[0] : legacy);
  return isAllowed(origin, headers.host) ? undefined : REFUSALS.otherPath;
}

async function checkToken<O extends Operator>(
  attempt: AdminAttempt<O>,
  parts: AdminCheckParts<O>,
): Promise<Refusal | undefined> {
  const token = parts.findToken(attempt.request);
  if (token === undefined) return REFUSALS.noToken;
  const answer = parts.admit(token).then((operator) => {
    attempt.admitted = { token, operator };
    return undefined;
  }, toRefusal);
  return inTime(answer);
}

/** How long a database may take to know an administrator, ms. */
const ADMIT_TIMEOUT = 10_000;

/** A socket that waits for us must not wait for ever. */
async function inTime(answer: Promise<Refusal | undefined>): Promise<Refusal | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Refusal>((resolve) => {
    timer = setTimeout(() => resolve(REFUSALS.unavailable), ADMIT_TIMEOUT);
  });
  return Promise.race([answer, late]).finally(() => clearTimeout(timer));
}

function toRefusal(error: unknown): Refusal {
  const { code } = toChatError(error);
  if (code === 'token_expired') return REFUSALS.expiredToken;
  if (code === 'unauthorized') return REFUSALS.badToken;
  if (code === 'permission_denied') return NOT_ADMINISTRATOR;
  return { ...REFUSALS.unavailable, cause: error };
}
