import { type ClientAddress, createAddressSet } from '../../protocol/client-address.ts';
import { ChatError } from '../../protocol/error-codes.ts';
import type { UserId } from '../../protocol/ids.ts';
import type { Clock } from '../chat/ports.ts';
import type { UserStore } from '../chat/store-ports.ts';
import { createIdentify } from './identity.ts';
import { isForOperators, verifyOperatorToken } from './operator-token.ts';

export interface OperatorGateParts {
  readonly secret: string;
  readonly users: Pick<UserStore, 'byId'>;
  /** `Admin.AllowFrom`: addresses, networks, or `loopback`. */
  readonly allowFrom: readonly string[];
  readonly clock: Clock;
}

export interface Admitted {
  /** As the audit names it: `deploy@srv`, or `user:1`. */
  readonly actor: string;
  /** Undefined for an operator, who is no user. */
  readonly userId: UserId | undefined;
}

/** Who may give commands, whichever door they come by. */
export interface OperatorGate {
  /** Whether there is a door at all for whoever is at that address. */
  isAllowed(from: ClientAddress): boolean;
  /**
   * Operators by their token's signature, audience and age, administrators by a user's token and by what the database,
   * never a cache, says of them now. Rejects with unauthorized, token_expired, permission_denied.
   */
  admit(token: string | undefined): Promise<Admitted>;
}

export function createOperatorGate(parts: OperatorGateParts): OperatorGate {
  const identify = createIdentify({ ...parts, users: { get: (id) => parts.users.byId(id) } });
  return {
    isAllowed: createAddressRule(parts.allowFrom),

    async admit(token) {
      if (token === undefined) throw new ChatError('unauthorized');
      if (isForOperators(parts.secret, token)) {
        const { subject } = verifyOperatorToken(parts.secret, token, parts.clock.now());
        return { actor: subject, userId: undefined };
      }
      const { userId, role, disabled } = await identify(token);
      if (disabled) throw new ChatError('unauthorized');
      if (role !== 'admin') throw new ChatError('permission_denied');
      return { actor: `user:${userId}`, userId };
    },
  };
}

// Whoever forwards for others on this machine, unless we were told to trust him, makes his callers no neighbours of ours.
function createAddressRule(allowFrom: readonly string[]): (from: ClientAddress) => boolean {
  const isListed = createAddressSet(allowFrom);
  const isLoopback = createAddressSet(['loopback']);
  return ({ address, hasUntrustedForward }) =>
    isListed(address) && !(hasUntrustedForward && isLoopback(address));
}
