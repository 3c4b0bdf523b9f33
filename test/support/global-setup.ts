import type { TestProject } from 'vitest/node';
import './databases.ts';
import { ensureMariadbInstalled, startPrivateMariadb } from './mariadb.ts';

/**
 * Once a run: a MariaDB for the tests that need one. `CHATD_TEST_MYSQL` names a server to use (its account must be
 * able to create databases); otherwise a private one is started. Where there can be none the run goes on without, and
 * says so; on CI (`CI=true`) it fails instead, so that half a suite never passes for the whole.
 */
export default async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const named = process.env['CHATD_TEST_MYSQL'] ?? '';
  if (named !== '') {
    project.provide('mysqlServer', named);
    return undefined;
  }
  if (!ensureMariadbInstalled()) {
    goWithout();
    project.provide('mysqlServer', '');
    return undefined;
  }
  const mariadb = await startPrivateMariadb();
  project.provide('mysqlServer', mariadb.dsn(''));
  return () => mariadb.stop();
}

function goWithout(): void {
  const why =
    'MariaDB is not installed, and installing it takes root on Debian (or name a server: CHATD_TEST_MYSQL)';
  if (process.env['CI'] === 'true') throw new Error(`${why}; CI never skips`);
  process.stderr.write(`\nNOT TESTED: everything on MariaDB. ${why}.\n\n`);
}
