import { randomBytes } from 'node:crypto';
import type { CommandContext } from '../command.ts';
import type { OwnDatabase } from './own-server.ts';

const USUAL_SERVER = 'root:@tcp(127.0.0.1:3306)/';

/**
 * A database for this run alone, on the MySQL that `--dsn` names, else the configuration; it is made when it is opened,
 * and dropped at the end.
 */
export async function openOwnDatabase(
  context: CommandContext,
  { kind, dsn }: { readonly kind: 'sqlite' | 'mysql'; readonly dsn: string | undefined },
): Promise<OwnDatabase> {
  if (kind === 'sqlite') return { dsn: '', pid: undefined, drop: async () => undefined };
  const server = dsn ?? ((await context.loadConfig()).config.mysql.dsn || USUAL_SERVER);
  const own = withDatabase(server, `chatd_bench_${randomBytes(6).toString('hex')}`);
  const { parseDsn } = await import('../../server/store/mysql/parse-dsn.ts');
  const { createDatabase } = await import('../../server/store/mysql/create-database.ts');
  const { toConnectError } = await import('../../server/store/mysql/connect-error.ts');
  const target = parseDsn(own);
  await createDatabase(target).catch((error: unknown) => {
    throw toConnectError(error, target);
  });
  const { databaseProcess } = await import('../../server/store/mysql/database-process.ts');
  const { dropDatabase } = await import('../../server/store/mysql/drop-database.ts');
  return { dsn: own, pid: await databaseProcess(own), drop: () => dropDatabase(own) };
}

/** `dsn` with another database in it; that it names none is no fault here. */
function withDatabase(dsn: string, database: string): string {
  if (/^\w+:\/\//.test(dsn)) {
    const url = new URL(dsn);
    url.pathname = `/${database}`;
    return url.href;
  }
  return dsn.replace(/^(.*\/)[^/?]*/s, `$1${database}`);
}
