import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { findTool, runTool } from './debian-tool.ts';
import { freePort } from './free-port.ts';

/** A MariaDB of our own: a process of this run, in a temporary directory, gone with it. */
export interface PrivateMariadb {
  readonly port: number;
  readonly pid: number;
  /** In the seed's Go form, with a root that has no password; `database` may be missing on the server. */
  dsn(database: string): string;
  signal(name: NodeJS.Signals): void;
  /** Kills the server; its data stay. */
  crash(): Promise<void>;
  /** Starts it on the same data and port. After crash(). */
  startAgain(): Promise<void>;
  /** Kills the server and removes its directory. */
  stop(): Promise<void>;
}

/** Whether a private MariaDB can be started here: installed, or installable by root on Debian. Installs it if so. */
export function ensureMariadbInstalled(): boolean {
  return findTool('mariadbd', 'mariadb-server-core') !== undefined;
}

/**
 * Starts a MariaDB on a free port, with the durability it has by default (every commit reaches the disk) and the
 * character set its packages do not choose (latin1), so that nothing in chatd can lean on the server's defaults.
 * `sizes`: of its memory and its log; none of them: its defaults.
 */
export async function startPrivateMariadb(sizes: readonly string[] = SMALL): Promise<PrivateMariadb> {
  const directory = mkdtempSync(join(tmpdir(), 'chatd-mariadb-'));
  try {
    createSystemTables(directory);
    return await startOnFreePort({ directory, sizes }, 3);
  } catch (error) {
    rmSync(directory, { recursive: true, force: true });
    throw error;
  }
}

const SMALL = ['--innodb-buffer-pool-size=64M', '--innodb-log-file-size=16M'];

interface Place {
  readonly directory: string;
  readonly sizes: readonly string[];
}

/** Somebody else may take the free port first: then another one is tried. */
async function startOnFreePort(place: Place, tries: number): Promise<PrivateMariadb> {
  const port = await freePort();
  try {
    return toPrivateMariadb(await startServer(place, port), place, port);
  } catch (error) {
    if (tries > 1 && String(error).includes('Address already in use'))
      return startOnFreePort(place, tries - 1);
    throw error;
  }
}

function createSystemTables(directory: string): void {
  runTool(requireTool('mariadb-install-db'), [
    '--no-defaults',
    ...asRoot(),
    `--datadir=${join(directory, 'data')}`,
    '--auth-root-authentication-method=normal',
    '--skip-test-db',
    '--innodb-log-file-size=16M',
  ]);
}

async function startServer({ directory, sizes }: Place, port: number): Promise<ChildProcess> {
  const grants = join(directory, 'grants.sql');
  writeFileSync(
    grants,
    "CREATE USER IF NOT EXISTS 'root'@'127.0.0.1';\nGRANT ALL ON *.* TO 'root'@'127.0.0.1' WITH GRANT OPTION;\n",
  );
  const child = spawn(
    requireTool('mariadbd'),
    [
      '--no-defaults',
      ...asRoot(),
      `--datadir=${join(directory, 'data')}`,
      `--socket=${join(directory, 'mariadb.sock')}`,
      `--pid-file=${join(directory, 'mariadb.pid')}`,
      `--init-file=${grants}`,
      '--bind-address=127.0.0.1',
      `--port=${port}`,
      '--skip-name-resolve',
      '--innodb-flush-log-at-trx-commit=1',
      ...sizes,
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  await untilReady(child);
  return child;
}

async function untilReady(child: ChildProcess): Promise<void> {
  const lines: string[] = [];
  if (child.stderr === null) throw new Error('mariadbd has no stderr');
  const reader = createInterface({ input: child.stderr });
  for await (const line of reader) {
    lines.push(line);
    if (line.includes('ready for connections')) {
      child.stderr.resume();
      return;
    }
  }
  throw new Error(`mariadbd did not start:\n${lines.slice(-20).join('\n')}`);
}

function toPrivateMariadb(first: ChildProcess, place: Place, port: number): PrivateMariadb {
  let child = first;
  const killWithUs = () => child.kill('SIGKILL');
  process.once('exit', killWithUs);
  const crash = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  };
  return {
    port,
    get pid() {
      return child.pid ?? 0;
    },
    dsn: (database) => `root:@tcp(127.0.0.1:${port})/${database}?charset=utf8mb4&parseTime=True&loc=Local`,
    signal: (name) => void child.kill(name),
    crash,
    async startAgain() {
      child = await startServer(place, port);
    },
    async stop() {
      process.removeListener('exit', killWithUs);
      await crash();
      rmSync(place.directory, { recursive: true, force: true });
    },
  };
}

function requireTool(name: string): string {
  const path = findTool(name, 'mariadb-server-core');
  if (path === undefined) throw new Error(`${name} is not installed, and could not be`);
  return path;
}

/** mariadbd refuses to run as root unless it is told so. */
function asRoot(): string[] {
  return process.getuid?.() === 0 ? ['--user=root'] : [];
}
