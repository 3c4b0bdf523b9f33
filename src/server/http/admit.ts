import type { IncomingHttpHeaders } from 'node:http';
import { ChatError } from '../../protocol/error-codes.ts';
import type { ClientAddress } from '../../protocol/client-address.ts';
import { bearerToken } from '../auth/credentials.ts';
import type { Identify, Identity } from '../chat/ports.ts';
import type { Audience, Caller, Operator } from './route.ts';

/** A request before anything of it is believed. */
export interface Knock {
  readonly headers: IncomingHttpHeaders;
  readonly from: ClientAddress;
}

/**
 * Who stands behind a request to the admin routes. Throws not_found for an address outside `Admin.AllowFrom`,
 * unauthorized or token_expired for a token that is neither an operator's nor a user's, permission_denied for a user
 * who is no administrator.
 */
export type AdmitOperator = (knock: Knock) => Operator | Promise<Operator>;

export type Admit = (who: Audience, knock: Knock) => Promise<Caller>;

/** Decides who a request speaks for, before its body is read. Throws unauthorized, token_expired, permission_denied. */
export function createAdmit(doors: {
  readonly identify: Identify;
  readonly admitOperator: AdmitOperator;
  readonly isOperatorAddress: (from: ClientAddress) => boolean;
}): Admit {
  return async (who, knock) => {
    if (who === 'public') return undefined;
    if (who === 'neighbour') return admitNeighbour(doors.isOperatorAddress(knock.from));
    if (who === 'operator') return doors.admitOperator(knock);
    const identity = await identifyUser(doors.identify, knock.headers);
    if (who === 'admin' && identity.role !== 'admin') throw new ChatError('permission_denied');
    return identity;
  };
}

function admitNeighbour(isOne: boolean): undefined {
  if (!isOne) throw new ChatError('not_found');
}

async function identifyUser(identify: Identify, headers: IncomingHttpHeaders): Promise<Identity> {
  const token = bearerToken(headers);
  if (token === undefined) throw new ChatError('unauthorized');
  const identity = await identify(token);
  if (identity.disabled) {
    throw new ChatError('unauthorized', { text: { zh: '账号已停用', en: 'the account is disabled' } });
  }
  return identity;
}
