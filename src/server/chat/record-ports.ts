import type { UserId } from '../../protocol/ids.ts';

/** What is kept for operators: who was connected and why it ended, and who did what. */

export interface ConnectionOpened {
  readonly id: string;
  readonly userId: UserId;
  readonly openedAt: number;
  readonly address: string;
  readonly client: 'seed' | 'v1';
  readonly userAgent: string;
}

export interface ConnectionClosed {
  readonly id: string;
  readonly closedAt: number;
  /** The WebSocket close code, 1006 when there was none. */
  readonly code: number;
  /** Short, in English: `replaced by c-8f2`, `no_pong`, `client_left` … */
  readonly cause: string;
}

/** Kept in memory and written once a second, behind messages; never throws, never delays anybody. */
export interface ConnectionLog {
  opened(connection: ConnectionOpened): void;
  closed(connection: ConnectionClosed): void;
  flush(): Promise<void>;
}

export interface AuditEntry {
  readonly at: number;
  /** `deploy@srv` for an operator, `user:1` for an administrator. */
  readonly actor: string;
  readonly action: string;
  readonly target: string;
  readonly address: string;
  /** `ok` or an error code. */
  readonly result: string;
}

export interface AuditLog {
  append(entry: AuditEntry): Promise<void>;
}
