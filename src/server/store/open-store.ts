import { randomInt } from 'node:crypto';
import type { Store } from '../chat/database-ports.ts';
import { createAuditLog } from './audit-log.ts';
import { closeCrashed, createConnectionLog } from './connection-log.ts';
import { createConversations } from './conversations.ts';
import { endMemberships, endMembershipsOfDeleted } from './end-memberships.ts';
import { toOpeningError } from './errors.ts';
import { createGroups } from './groups.ts';
import { createIdBlocks } from './id-blocks.ts';
import { createMessageLog } from './message-log.ts';
import { createMessageRecords } from './message-records.ts';
import { openDatabase } from './open-database.ts';
import type { DatabaseOptions } from './open-database.ts';
import type { OpenedDatabase } from './opened-database.ts';
import { defineTables } from './tables.ts';
import { createSyncStore } from './sync.ts';
import { createUpkeep } from './upkeep.ts';
import { createUsers } from './users.ts';
import { withTimeout } from './with-timeout.ts';

export interface StoreOptions extends DatabaseOptions {
  /** ms closed connections are kept. */
  readonly keepConnectionsMs: number;
  /** ms the audit is kept; for ever if it is not said. */
  readonly keepAuditMs?: number;
  /** Keys what is remembered of the content sent under a client id. Must be the same at every start. */
  readonly digestKey?: string;
}

/** ms that messages under way are waited for when the store closes. */
const DRAIN_MS = 5_000;

/**
 * Opens the database, made if it is missing, under its lock and with all migrations; ends what a crash left open.
 * Rejects with ChatError: conflict if another chatd has it, else why it cannot be opened, in words for people.
 */
export async function openStore(options: StoreOptions): Promise<Store> {
  const database = await openDatabase(options);
  try {
    return await assemble(database, options);
  } catch (error) {
    await database.driver.close();
    await database.close();
    throw toOpeningError(error, database.description);
  }
}

/**
 * A start (but a database's first) begins at ids nobody can foretell: after a restore the same seqs get other ids than they had, and a client is
 * told (`reset` of sync) that what it holds is of another history.
 */
const MOST_SKIPPED = 2 ** 20;

async function assemble(database: OpenedDatabase, options: StoreOptions): Promise<Store> {
  const { sequelize, driver } = database;
  const { clock, log: logger, digestKey = '' } = options;
  const tables = defineTables(sequelize);
  const ids = createIdBlocks({
    reserve: (count) => driver.reserve('messages', count),
    skipped: randomInt(MOST_SKIPPED),
  });
  const log = createMessageLog({
    driver,
    clock,
    log: logger,
    ids,
    digestKey,
  });
  await recover(database, options);
  await endMembershipsOfDeleted(tables, log);

  const connections = createConnectionLog({ connections: tables.connections, clock, log: logger });
  const upkeep = createUpkeep({ keepAuditMs: Number.MAX_SAFE_INTEGER, ...options, tables, driver });
  return {
    log,
    users: createUsers({ sequelize, tables, clock, endMemberships: (id) => endMemberships(tables, log, id) }),
    groups: createGroups({ sequelize, tables, clock }),
    conversations: createConversations({ sequelize, tables, clock }),
    sync: createSyncStore(tables),
    connections,
    audit: createAuditLog(tables.audit),
    messageRecords: createMessageRecords(tables),
    description: database.description,
    isReady: (timeoutMs) => withTimeout(database.ping(), timeoutMs),
    async close() {
      await upkeep.close();
      await log.drain(DRAIN_MS);
      await connections.close();
      await driver.close();
      await database.close();
    },
  };
}

async function recover({ sequelize, migrated }: OpenedDatabase, { clock, log }: StoreOptions): Promise<void> {
  for (const name of migrated) log.info('database_migrated', { migration: name });
  const crashed = await closeCrashed(defineTables(sequelize).connections, clock);
  if (crashed > 0) log.warn('connections_closed_after_crash', { connections: crashed });
}
