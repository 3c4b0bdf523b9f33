import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from './free-port.ts';
import { Transcript } from './transcript.ts';

/** The built chatd as its users run it: `bin/chatd serve -f …`, a process of its own in a directory of its own. */

export const REPOSITORY = fileURLToPath(new URL('../..', import.meta.url));
export const BIN = join(REPOSITORY, 'bin/chatd');

/** What `serve` says once both doors are open. */
const READY = '启动 WebSocket 服务';

export interface ChatdOptions {
  /** Settings over the test defaults, by section as in etc/backend.yaml. */
  readonly config?: Settings;
  /** `MySQL.DSN`; empty is SQLite in the server's directory. */
  readonly dsn?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Arguments for Node itself, before bin/chatd. */
  readonly nodeArgs?: readonly string[];
  /** A program that runs the server as its child, with its arguments: `['strace', '-f']`. */
  readonly under?: readonly string[];
  /** One port for both doors. */
  readonly onePort?: boolean;
}

export interface Settings {
  readonly [key: string]: string | number | boolean | readonly string[] | Settings;
}

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface Chatd {
  /** `http://127.0.0.1:port` */
  readonly http: string;
  /** `ws://127.0.0.1:port` */
  readonly ws: string;
  readonly wsPort: number;
  readonly httpPort: number;
  /** Of the server process itself, whatever it runs under. */
  readonly pid: number;
  readonly secret: string;
  readonly directory: string;
  readonly configFile: string;
  /** Everything it wrote, both streams, as it comes. */
  readonly output: Transcript;
  readonly exited: Promise<Exit>;
  isAlive(): boolean;
  signal(name: NodeJS.Signals): void;
  /** Ends it by SIGTERM (SIGKILL if that was asked for) and waits for its end. The directory stays. */
  stop(signal?: 'SIGTERM' | 'SIGKILL'): Promise<Exit>;
  /** The same server once more: same directory, same ports. After stop(). */
  restart(): Promise<Chatd>;
  /** Runs `chatd …args` against this server. */
  cli(...args: string[]): Promise<CliResult>;
  /** Ends it however it stands and removes its directory. */
  dispose(): Promise<void>;
}

export interface CliResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Starts a chatd and resolves when both its doors are open. */
export async function startChatd(options: ChatdOptions = {}): Promise<Chatd> {
  const directory = mkdtempSync(join(tmpdir(), 'chatd-e2e-'));
  mkdirSync(join(directory, 'etc'));
  return startOnFreePorts({ directory, secret: randomBytes(24).toString('hex'), options }, 3);
}

interface Place {
  readonly directory: string;
  readonly secret: string;
  readonly options: ChatdOptions;
}

/** Somebody else may take a free port first: then others are tried. */
async function startOnFreePorts(place: Place, tries: number): Promise<Chatd> {
  const httpPort = await freePort();
  const wsPort = place.options.onePort === true ? httpPort : await freePort();
  writeConfig(place, httpPort, wsPort);
  try {
    return await launch(place, httpPort, wsPort);
  } catch (error) {
    if (tries > 1 && /in use|EADDRINUSE|占用/.test(String(error))) return startOnFreePorts(place, tries - 1);
    throw error;
  }
}

/** JSON is YAML: what is written here is read by the YAML reader under test. */
function writeConfig({ directory, secret, options }: Place, httpPort: number, wsPort: number): void {
  const defaults: Settings = {
    Name: 'chatd-test',
    Host: '127.0.0.1',
    Port: httpPort,
    WS: { Host: '127.0.0.1', Port: wsPort, MessagesPerSecond: 0 },
    MySQL: { DSN: options.dsn ?? '' },
    Auth: { Secret: secret },
    Admin: { Password: ADMIN_PASSWORD },
    Log: { Format: 'json' },
    Data: './data',
  };
  writeFileSync(configFileOf(directory), JSON.stringify(merge(defaults, options.config ?? {}), undefined, 2));
}

/** The first administrator of every test server: `root`, user 1. */
export const ADMIN_PASSWORD = 'root of the tests';

function merge(below: Settings, above: Settings): Settings {
  const merged: Record<string, Settings[string]> = { ...below };
  for (const [key, value] of Object.entries(above)) {
    const old = merged[key];
    merged[key] = isSection(old) && isSection(value) ? merge(old, value) : value;
  }
  return merged;
}

function isSection(value: Settings[string] | undefined): value is Settings {
  return typeof value === 'object' && !Array.isArray(value);
}

async function launch(place: Place, httpPort: number, wsPort: number): Promise<Chatd> {
  const { directory, options } = place;
  const node = [process.execPath, ...(options.nodeArgs ?? []), BIN, 'serve', '-f', configFileOf(directory)];
  const [program = process.execPath, ...args] = [...(options.under ?? []), ...node];
  const child = spawn(program, args, {
    cwd: directory,
    env: cleanEnvironment(options.env),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = new Transcript([child.stdout, child.stderr]);
  const exited = once(child, 'exit').then(([code, signal]) => ({ code, signal }) as Exit);
  const killWithUs = () => child.kill('SIGKILL');
  process.once('exit', killWithUs);
  void exited.then(() => process.removeListener('exit', killWithUs));
  await Promise.race([
    output.until((text) => text.includes(READY), 30_000),
    exited.then(({ code, signal }) => {
      throw new Error(`chatd ended (${code ?? signal}) before it was ready:\n${output.text}`);
    }),
  ]);
  const pid = options.under === undefined ? child.pid : childOf(child.pid);
  return toChatd({ place, httpPort, wsPort, child, output, exited, pid: pid ?? 0 });
}

interface Running {
  readonly place: Place;
  readonly httpPort: number;
  readonly wsPort: number;
  readonly child: ChildProcess;
  readonly output: Transcript;
  readonly exited: Promise<Exit>;
  readonly pid: number;
}

function toChatd(running: Running): Chatd {
  const { place, httpPort, wsPort, child, output, exited, pid } = running;
  const isAlive = () => child.exitCode === null && child.signalCode === null;
  const signal = (name: NodeJS.Signals) => {
    if (isAlive()) process.kill(pid, name);
  };
  const stop = async (name: 'SIGTERM' | 'SIGKILL' = 'SIGTERM') => {
    signal(name);
    return exited;
  };
  return {
    http: `http://127.0.0.1:${httpPort}`,
    ws: `ws://127.0.0.1:${wsPort}`,
    httpPort,
    wsPort,
    pid,
    secret: place.secret,
    directory: place.directory,
    configFile: configFileOf(place.directory),
    output,
    exited,
    isAlive,
    signal,
    stop,
    restart: () => launch(place, httpPort, wsPort),
    cli: (...args) => runCli([...args, '-f', configFileOf(place.directory)], place.directory),
    async dispose() {
      signal('SIGCONT');
      await stop('SIGKILL');
      rmSync(place.directory, { recursive: true, force: true });
    },
  };
}

/** Runs `chatd …args` to its end, stdin closed. */
export async function runCli(
  args: readonly string[],
  directory: string,
  more: { readonly env?: NodeJS.ProcessEnv; readonly input?: string } = {},
): Promise<CliResult> {
  const child = spawn(process.execPath, [BIN, ...args], {
    cwd: directory,
    env: cleanEnvironment(more.env),
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  child.stdin.end(more.input ?? '');
  const stdout = new Transcript([child.stdout]);
  const stderr = new Transcript([child.stderr]);
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stdout: stdout.text, stderr: stderr.text };
}

/** The environment without what would reach into the configuration or the language of a server under test. */
export function cleanEnvironment(more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) =>
      !/^(CHATD_|VITEST|NODE_OPTIONS$|NODE_ENV$|LC_|LANG$|LANGUAGE$|FORCE_COLOR$|NO_COLOR$)/.test(name),
  );
  return { ...Object.fromEntries(kept), LANG: 'C.UTF-8', NODE_COMPILE_CACHE: COMPILED, ...more };
}

/** Hundreds of processes run the same code: each but the first finds it compiled. */
const COMPILED = join(REPOSITORY, 'node_modules/.cache/chatd-test');

function configFileOf(directory: string): string {
  return join(directory, 'etc/backend.yaml');
}

/** The one child of a process (Linux). */
function childOf(pid: number | undefined): number {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ');
  const [child] = children;
  if (child === undefined || children.length !== 1)
    throw new Error(`process ${pid} has children: ${children}`);
  return Number(child);
}
