import type { Sequelize } from 'sequelize';
import type { AppendDriver } from './append-driver.ts';

/** A database under its lock and migrated, before anything is known of what is in it. */
export interface OpenedDatabase {
  readonly sequelize: Sequelize;
  readonly driver: AppendDriver;
  /** The migrations that ran now. */
  readonly migrated: readonly string[];
  /** For people; never a password. */
  readonly description: string;
  /** Resolves when the database, and who writes to it, answers. */
  ping(): Promise<void>;
  /** Lets the database and its lock go. The driver has been closed before. */
  close(): Promise<void>;
}

/** A database looked at from outside. */
export interface PeekedDatabase {
  readonly description: string;
  /** Undefined if there is none. */
  readonly opened:
    | { readonly sequelize: Sequelize; readonly isInUse: boolean; close(): Promise<void> }
    | undefined;
}
