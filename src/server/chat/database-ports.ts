import type { AuditLog, ConnectionLog, MessageRecords } from './record-ports.ts';
import type { ConversationStore } from './conversation-ports.ts';
import type { GroupStore, MessageLog, UserStore } from './store-ports.ts';
import type { SyncStore } from './sync-ports.ts';

/** One opened database, everything in it. */
export interface Store {
  readonly log: MessageLog;
  readonly users: UserStore;
  readonly groups: GroupStore;
  readonly conversations: ConversationStore;
  readonly sync: SyncStore;
  readonly connections: ConnectionLog;
  readonly audit: AuditLog;
  readonly messageRecords: MessageRecords;
  /** For people: `SQLite data/chatd.db`, `MySQL root@127.0.0.1:3306/chatd`; never a password. */
  readonly description: string;
  /** Whether the database answers a query within `timeoutMs`. */
  isReady(timeoutMs: number): Promise<boolean>;
  /** Finishes what is under way, flushes the connection log, lets the database go. */
  close(): Promise<void>;
}
