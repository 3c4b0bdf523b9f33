import { existsSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { ChatError } from '../protocol/error-codes.ts';
import { createEventFeed } from '../server/admin/event-feed.ts';
import { digestKey } from '../server/auth/digest-key.ts';
import type { FirstAdministrator } from '../server/auth/first-start.ts';
import { createFirstAdministrator, makeDataFolder } from '../server/auth/first-start.ts';
import { openSecret } from '../server/auth/secret-file.ts';
import type { Store } from '../server/chat/database-ports.ts';
import type { Config } from '../server/config/config.ts';
import type { LoadedConfig } from '../server/config/load-config.ts';
import { type Core, createCore } from '../server/core.ts';
import { toSafeFields } from '../server/observe/log-fields.ts';
import type { DatabaseOptions } from '../server/store/open-database.ts';
import { openStore } from '../server/store/open-store.ts';
import type { AdminCall } from './admin-client.ts';
import type { CommandContext } from './command.ts';
import { databaseOptions } from './database-options.ts';
import { noServer, serverElsewhere } from './no-server.ts';
import { operatorName } from './operator-token.ts';
import { packageVersion } from './package-version.ts';

export interface DatabaseAccess {
  readonly loaded: LoadedConfig;
  /** Whether it is made if it is missing: a question does not leave a database behind. */
  readonly mayCreate: boolean;
  /** Where no server answered. */
  readonly url: string;
}

/**
 * Runs operators' commands on the database itself, while no server has it: the same table of commands, rules and
 * audit, under the same lock, with nobody online. A database without users gets its first administrator first, as at
 * the first start of the server: users count from him.
 */
export async function withDatabase<T>(
  context: CommandContext,
  { loaded, mayCreate, url }: DatabaseAccess,
  work: (call: AdminCall) => Promise<T>,
): Promise<T> {
  const { config } = loaded;
  if (!mayCreate && !exists(config)) throw noServer(url, loaded);
  const ground = databaseOptions(context, config);
  await makeDataFolder(config.data);
  const secret = await openSecret({ secret: config.auth.secret, data: config.data }, ground.log);
  const store = await openUnlessInUse(config, { ...ground, digestKey: digestKey(secret) }, url);
  try {
    const events = createEventFeed({ ...ground, toSafeFields });
    const core = createCore({ ...ground, events, version: packageVersion(), config, secret, store });
    await ensureAdministrator(context, core);
    const by = { actor: operatorName(), userId: undefined, address: 'local', language: context.language };
    return await work((name, input) => core.admin.call(name, input, by));
  } finally {
    await store.close();
  }
}

// A MySQL database is somewhere, or opening it says what is wrong.
function exists({ mysql, data }: Config): boolean {
  return mysql.dsn !== '' || existsSync(join(data, 'chatd.db'));
}

async function openUnlessInUse(
  { keep }: Config,
  ground: DatabaseOptions & { readonly digestKey: string },
  url: string,
): Promise<Store> {
  try {
    return await openStore({ ...ground, keepConnectionsMs: keep.connections, keepAuditMs: keep.audit });
  } catch (error) {
    if (!(error instanceof ChatError) || error.code !== 'conflict') throw error;
    throw serverElsewhere(url, { en: error.textIn('en'), zh: error.textIn('zh') });
  }
}

async function ensureAdministrator({ print }: CommandContext, core: Core): Promise<void> {
  const { config, store, accounts, log } = core;
  const made = await createFirstAdministrator({
    data: config.data,
    admin: config.admin,
    isTerminal: process.stderr.isTTY === true,
    users: store.users,
    accounts,
    log,
  });
  if (made === undefined) return;
  const { user } = made;
  const [en, zh] = passwordWords(made);
  print.note({
    en: `First administrator: ${user.name} (user ${user.id})${en}`,
    zh: `首个管理员: ${user.name} (用户 ${user.id})${zh}`,
  });
}

function passwordWords({ password, passwordFile }: FirstAdministrator): readonly [en: string, zh: string] {
  if (password !== undefined) {
    return [`, password (shown this once): ${password}`, `, 密码(仅显示一次): ${password}`];
  }
  return passwordFile === undefined
    ? ['', '']
    : [`, password in ${passwordFile}`, `, 密码在 ${passwordFile}`];
}
