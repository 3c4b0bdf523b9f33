import type { Clock, Log } from '../server/chat/ports.ts';
import type { Config } from '../server/config/config.ts';
import type { CommandContext } from './command.ts';

/** How a command opens the database. Of its log only what is wrong is worth a line beside the command's own. */
export function databaseOptions(
  { print }: CommandContext,
  { mysql, data }: Config,
): { readonly mysqlDsn: string; readonly dataDir: string; readonly log: Log; readonly clock: Clock } {
  const quiet = () => undefined;
  const note = (event: string) => print.note(event);
  const log: Log = { debug: quiet, info: quiet, warn: note, error: note };
  return { mysqlDsn: mysql.dsn, dataDir: data, log, clock: { now: Date.now } };
}
