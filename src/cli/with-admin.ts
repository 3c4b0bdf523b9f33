import { type AdminCall, createAdminClient, isServerThere, type ServerAccess } from './admin-client.ts';
import type { CommandContext } from './command.ts';
import { CommandError, EXIT } from './exit-codes.ts';
import { noServer } from './no-server.ts';
import { createOperatorToken } from './operator-token.ts';
import { localUrl, parseServerUrl } from './server-url.ts';

/**
 * What a command does when no server runs on this machine: `server` gives up (exit 3); `database` opens the database
 * under its lock, if there is one; `new database` makes it, too.
 */
export type Needs = 'server' | 'database' | 'new database';

/**
 * Gives `work` a way to command the server: another machine's by `--url` (or CHATD_URL) and CHATD_TOKEN, else the one
 * that runs on this machine, else its database. Rejects with what `work` rejects with, and with CommandError.
 */
export async function withAdmin<T>(
  context: CommandContext,
  needs: Needs,
  work: (call: AdminCall) => Promise<T>,
): Promise<T> {
  const given = context.url ?? context.env['CHATD_URL'];
  if (given !== undefined && given !== '') return work(remoteCall(context, parseServerUrl(given)));

  const loaded = await context.loadConfig();
  const access = toAccess(context, localUrl(loaded.config));
  if (await isServerThere(access)) {
    return work(createAdminClient(access, await createOperatorToken(loaded.config, context.env)));
  }
  if (needs === 'server') throw noServer(access.url, loaded);
  const { withDatabase } = await import('./with-database.ts');
  return withDatabase(context, { loaded, mayCreate: needs === 'new database', url: access.url }, work);
}

function remoteCall(context: CommandContext, url: string): AdminCall {
  const token = context.env['CHATD_TOKEN']?.trim();
  if (token) return createAdminClient(toAccess(context, url), () => token);
  throw new CommandError(EXIT.notAllowed, 'unauthorized', {
    en: `not signed in to ${url}: put an administrator's token into CHATD_TOKEN`,
    zh: `尚未登录 ${url}: 请将管理员的令牌放入 CHATD_TOKEN`,
  });
}

function toAccess({ language, timeoutMs, signal }: CommandContext, url: string): ServerAccess {
  return { url, language, timeoutMs, signal };
}
