import { type AdminCall, createAdminClient, isServerThere } from './admin-client.ts';
import type { CommandContext } from './command.ts';
import { findServer, findToken } from './find-server.ts';
import { noServer } from './no-server.ts';

/**
 * What a command does when no server runs on this machine: `server` gives up (exit 3); `database` opens the database
 * under its lock, if there is one; `new database` makes it, too.
 */
export type Needs = 'server' | 'database' | 'new database';

/**
 * Gives `work` a way to command the server: another machine's by `--url` (or CHATD_URL), else the one that runs on this
 * machine, else its database. Rejects with what `work` rejects with, and with CommandError.
 */
export async function withAdmin<T>(
  context: CommandContext,
  needs: Needs,
  work: (call: AdminCall) => Promise<T>,
): Promise<T> {
  const place = await findServer(context);
  const { access } = place;
  if (place.kind === 'remote' || (await isServerThere(access))) {
    return work(createAdminClient(access, await findToken(context, place)));
  }
  if (needs === 'server') throw noServer(access.url, place.loaded);
  const { withDatabase } = await import('./with-database.ts');
  const loaded = place.loaded;
  return withDatabase(context, { loaded, mayCreate: needs === 'new database', url: access.url }, work);
}
