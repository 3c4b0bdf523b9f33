import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { findPackageJSON } from 'node:module';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import type { UserId } from '../../protocol/ids.ts';
import { signToken } from '../../server/auth/token.ts';
import { signOperatorToken } from '../../server/auth/operator-token.ts';
import { createAdminClient } from '../admin-client.ts';
import type { CommandContext } from '../command.ts';
import { CommandError, EXIT } from '../exit-codes.ts';
import { operatorName } from '../operator-token.ts';
import type { BenchPlan } from './bench-options.ts';
import { fillDatabase } from './fill-database.ts';
import type { Stage } from './stage.ts';

export interface OwnServer extends Stage {
  /** Ends it, and takes all it has made away. */
  close(): Promise<void>;
}

/** The database of a server of one's own: empty is SQLite in its folder. */
export interface OwnDatabase {
  readonly dsn: string;
  readonly pid: number | undefined;
  drop(): Promise<void>;
}

/**
 * Starts a server for this run alone: a process of its own on free ports, in a temporary folder, with the default
 * settings but for limits that would be measured instead.
 */
export async function openOwnServer(
  context: CommandContext,
  plan: BenchPlan,
  database: OwnDatabase,
): Promise<OwnServer> {
  const folder = await mkdtemp(join(tmpdir(), 'chatd-bench-'));
  const secret = randomBytes(32).toString('base64url');
  let child: ChildProcess | undefined;
  const close = async () => {
    if (child !== undefined) await end(child);
    await database.drop();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const groups = Array.from({ length: plan.groups }, (_, at) => `bench-${at + 1}`);
    const ground = {
      mysqlDsn: database.dsn,
      dataDir: join(folder, 'data'),
      log: SILENT,
      clock: { now: Date.now },
    };
    await mkdir(ground.dataDir, { mode: 0o700 });
    const users = await fillDatabase(ground, { users: plan.clients, groups });
    await writeSettings(folder, settings(plan, { secret, dsn: database.dsn }));
    child = launch(folder);
    const ended = untilEnded(child);
    const { http, url } = await Promise.race([readAddresses(child), ended, aborted(context.signal)]);
    const operator = () => signOperatorToken(secret, operatorName(), Date.now());
    return {
      url,
      clients: users.map((userId) => ({ user: String(userId), token: tokenOf(userId, secret) })),
      groups,
      serverPid: child.pid,
      databasePid: database.pid,
      call: createAdminClient({ ...context, url: http }, operator),
      collect: () => collect(child?.pid),
      ended,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

const quiet = () => undefined;
const SILENT = { debug: quiet, info: quiet, warn: quiet, error: quiet };
const DAY_S = 86_400;
/** Connections and members may be as many as are measured. */
const MOST_CONNECTIONS = 10_000;
const MOST_MEMBERS = 2000;

function settings({ clients }: BenchPlan, { secret, dsn }: { secret: string; dsn: string }): object {
  return {
    Name: 'chatd-bench',
    Host: '127.0.0.1',
    Port: 0,
    WS: {
      Host: '127.0.0.1',
      Port: 0,
      MessagesPerSecond: 0,
      // Beside the clients there is room for those that are just leaving.
      MaxConnections: Math.max(MOST_CONNECTIONS, clients * 2),
    },
    MySQL: { DSN: dsn.replaceAll('${', '$$${') },
    Auth: { Secret: secret },
    Group: { MaxMembers: Math.max(MOST_MEMBERS, clients) },
    Log: { Level: 'warn', Format: 'json' },
    Data: './data',
  };
}

// JSON is YAML.
async function writeSettings(folder: string, value: object): Promise<void> {
  await mkdir(join(folder, 'etc'));
  await writeFile(join(folder, 'etc/backend.yaml'), JSON.stringify(value), { mode: 0o600 });
}

function tokenOf(userId: UserId, secret: string): string {
  return signToken(secret, { userId, issuedAt: Date.now(), expireSeconds: DAY_S });
}

const BIN = join(findPackageJSON(import.meta.url) ?? '', '../bin/chatd');
const PRELOAD = join(import.meta.dirname, `collect-on-signal${extname(import.meta.filename)}`);

// In a group of its own: Ctrl-C is for us. The channel is how it learns that we are gone.
function launch(folder: string): ChildProcess {
  const own = Object.entries(process.env).filter(([name]) => !/^(CHATD_|NODE_OPTIONS$)/.test(name));
  return spawn(
    process.execPath,
    ['--expose-gc', '--import', PRELOAD, BIN, 'serve', '-f', 'etc/backend.yaml'],
    {
      cwd: folder,
      env: Object.fromEntries(own),
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      detached: true,
    },
  );
}

interface Addresses {
  readonly http: string;
  readonly url: string;
}

/** Rejects when it ends, with the last thing it said. */
function untilEnded(child: ChildProcess): Promise<never> {
  let why = '';
  for (const output of [child.stdout, child.stderr]) {
    output?.on('data', (chunk: Buffer) => {
      const last = String(chunk).trim().split('\n').at(-1) ?? '';
      // Its start is told whatever the level of the log: that is no reason.
      if (!last.startsWith('{"level":"info"')) why = `: ${last}`;
    });
  }
  const ended = once(child, 'exit').then(([code, signal]: unknown[]) => {
    throw new CommandError(EXIT.refused, 'server_ended', {
      en: `the server has ended (${code ?? signal})${why}`,
      zh: `服务器已退出(${code ?? signal})${why}`,
    });
  });
  // It is ended at the end, too, when nobody waits for it any more.
  ended.catch(quiet);
  return ended;
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}

function readAddresses(child: ChildProcess): Promise<Addresses> {
  if (child.stdout === null) throw new Error('no output');
  let [http, url] = ['', ''];
  const ready = Promise.withResolvers<Addresses>();
  createInterface({ input: child.stdout }).on('line', (line) => {
    http = /Starting HTTP API server at ([^"]+?)\.\.\./.exec(line)?.[1] ?? http;
    url = /启动 WebSocket 服务: ([^"]+)/.exec(line)?.[1] ?? url;
    if (line.includes('"event":"ready"')) ready.resolve({ http: `http://${http}`, url: `ws://${url}` });
  });
  return ready.promise;
}

/** As long as a full collection takes. */
const COLLECT_MS = 500;

async function collect(pid: number | undefined): Promise<boolean> {
  if (pid === undefined) return false;
  process.kill(pid, 'SIGUSR2');
  await delay(COLLECT_MS);
  return true;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
}
