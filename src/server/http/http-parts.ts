import type { ClientAddress } from '../../protocol/client-address.ts';
import type { Accounts } from '../auth/accounts.ts';
import type { Chat } from '../chat/create-chat.ts';
import type { Clock, Identify, Log } from '../chat/ports.ts';
import type { Store } from '../chat/database-ports.ts';
import type { Config } from '../config/config.ts';
import type { AdmitOperator } from './admit.ts';
import type { Route } from './route.ts';
import type { FreeBytes } from './uploads/upload-folder.ts';

/** What the HTTP API is made of. */
export interface HttpParts {
  readonly config: Config;
  /** chatd's own. */
  readonly version: string;
  readonly identify: Identify;
  readonly accounts: Accounts;
  readonly chat: Pick<Chat, 'send' | 'groups' | 'reads' | 'recall'>;
  readonly store: Pick<Store, 'users' | 'conversations' | 'audit' | 'isReady'>;
  /** Routes for operators, and who may reach them. */
  readonly adminRoutes?: readonly Route[];
  readonly admitOperator: AdmitOperator;
  /** Whether `Admin.AllowFrom` lets an address in. */
  readonly isOperatorAddress: (from: ClientAddress) => boolean;
  /** The figures for Prometheus, in its text format. */
  readonly metrics: () => Promise<string>;
  /** Whether the server is on its way down: it finishes what it has and should get nothing new. */
  readonly isDraining: () => boolean;
  /** How much room the disk of the uploads has; asked of the system if absent. */
  readonly freeBytes?: FreeBytes;
  readonly clock: Clock;
  readonly log: Log;
}
