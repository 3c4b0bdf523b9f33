import type { IncomingHttpHeaders } from 'node:http';
import type { ClientAddress } from '../../protocol/client-address.ts';
import { ChatError, toChatError } from '../../protocol/error-codes.ts';
import type { Log } from '../chat/ports.ts';
import { bearerToken } from './credentials.ts';
import type { Admitted, OperatorGate } from './operator-gate.ts';

export interface AdmitOperatorParts {
  readonly gate: OperatorGate;
  /** Sampled by the field `reason`: anybody who may reach the door can fill it. */
  readonly refusalLog: Log;
}

interface Knock {
  readonly headers: IncomingHttpHeaders;
  readonly from: ClientAddress;
}

/**
 * The gate as HTTP requests come through it. Rejects with not_found (the address: to others there is nothing here),
 * unauthorized, token_expired, permission_denied.
 */
export function createAdmitOperator({
  gate,
  refusalLog,
}: AdmitOperatorParts): (knock: Knock) => Promise<Admitted> {
  return async ({ headers, from }) => {
    if (!gate.isAllowed(from)) throw new ChatError('not_found');
    try {
      return await gate.admit(bearerToken(headers));
    } catch (error) {
      refusalLog.warn('operator_refused', { address: from.address, reason: toChatError(error).code });
      throw error;
    }
  };
}
