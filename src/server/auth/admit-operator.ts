import type { IncomingHttpHeaders } from 'node:http';
import { type ClientAddress, createAddressSet } from '../../protocol/client-address.ts';
import { ChatError, toChatError } from '../../protocol/error-codes.ts';
import type { UserId } from '../../protocol/ids.ts';
import type { Clock, Log } from '../chat/ports.ts';
import type { UserStore } from '../chat/store-ports.ts';
import { bearerToken } from './credentials.ts';
import { createIdentify } from './identity.ts';
import { isForOperators, verifyOperatorToken } from './operator-token.ts';

export interface AdmitOperatorParts {
  readonly secret: string;
  readonly users: Pick<UserStore, 'byId'>;
  /** `Admin.AllowFrom`: addresses, networks, or `loopback`. */
  readonly allowFrom: readonly string[];
  readonly clock: Clock;
  /** Sampled by the field `reason`: anybody who may reach the door can fill it. */
  readonly refusalLog: Log;
}

interface Knock {
  readonly headers: IncomingHttpHeaders;
  readonly from: ClientAddress;
}

interface Admitted {
  /** As the audit names it: `deploy@srv`, or `user:1`. */
  readonly actor: string;
  /** Undefined for an operator, who is no user. */
  readonly userId: UserId | undefined;
}

/**
 * Lets in, from the addresses that may: operators by their token's signature, audience and age, administrators by a
 * user's token and by what the database, never a cache, says of them at this call. Rejects with not_found (the address:
 * to others there is nothing here), unauthorized, token_expired, permission_denied.
 */
export function createAdmitOperator(parts: AdmitOperatorParts): (knock: Knock) => Promise<Admitted> {
  const isAllowed = createAddressRule(parts.allowFrom);
  const identify = createIdentify({ ...parts, users: { get: (id) => parts.users.byId(id) } });

  async function admit(token: string | undefined): Promise<Admitted> {
    if (token === undefined) throw new ChatError('unauthorized');
    if (isForOperators(parts.secret, token)) {
      const { subject } = verifyOperatorToken(parts.secret, token, parts.clock.now());
      return { actor: subject, userId: undefined };
    }
    const { userId, role, disabled } = await identify(token);
    if (disabled) throw new ChatError('unauthorized');
    if (role !== 'admin') throw new ChatError('permission_denied');
    return { actor: `user:${userId}`, userId };
  }

  return async ({ headers, from }) => {
    if (!isAllowed(from)) throw new ChatError('not_found');
    try {
      return await admit(bearerToken(headers));
    } catch (error) {
      parts.refusalLog.warn('operator_refused', { address: from.address, reason: toChatError(error).code });
      throw error;
    }
  };
}

// Whoever forwards for others on this machine, unless we were told to trust him, makes his callers no neighbours of ours.
function createAddressRule(allowFrom: readonly string[]): (from: ClientAddress) => boolean {
  const isListed = createAddressSet(allowFrom);
  const isLoopback = createAddressSet(['loopback']);
  return ({ address, hasUntrustedForward }) =>
    isListed(address) && !(hasUntrustedForward && isLoopback(address));
}
