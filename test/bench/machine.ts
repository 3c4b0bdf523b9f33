import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus, release, totalmem } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as delay } from 'node:timers/promises';
import { REPOSITORY } from '../support/chatd.ts';
import { PEERS } from './peer-subjects.ts';

/** Where and on what figures were measured. */
export interface Machine {
  readonly processor: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly kernel: string;
  readonly versions: Readonly<Record<string, string>>;
  /** Of chatd's source. */
  readonly commit: string;
}

/** `versions`: of what is measured, Node's apart. */
export function describeMachine(versions: Machine['versions']): Machine {
  const processors = cpus();
  return {
    processor: (processors[0]?.model ?? 'unknown').replaceAll(/\s+/g, ' '),
    cores: processors.length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    kernel: `Linux ${release()}`,
    versions: { Node: process.version, ...versions },
    commit:
      git('rev-parse', '--short', 'HEAD') +
      (git('status', '--porcelain', '--', 'src') === '' ? '' : ' and changes'),
  };
}

/** Of what the peers are made of. */
export function peerVersions(): Machine['versions'] {
  return {
    ws: versionOf(join(REPOSITORY, 'node_modules/ws')),
    'Socket.IO': versionOf(join(PEERS, 'node_modules/socket.io')),
    'uWebSockets.js': versionOf(join(PEERS, 'node_modules/@trufflesuite/uws-js-unofficial')),
  };
}

/** Cores that others keep busy, while nothing of ours runs: 0 is a quiet machine. */
export async function othersBusy(): Promise<number> {
  const before = busyTicks();
  await delay(LOOK_MS);
  return ((busyTicks() - before) * TICK_MS) / LOOK_MS;
}

const LOOK_MS = 2000;
const TICK_MS = 10;

/** Of all cores together (Linux): all but idle and waiting for a disk. */
function busyTicks(): number {
  const [user, nice, system, , , irq, softirq, steal] = readFileSync('/proc/stat', 'utf8')
    .split(/\s+/)
    .slice(1)
    .map(Number);
  return [user, nice, system, irq, softirq, steal].reduce((total: number, ticks) => total + (ticks ?? 0), 0);
}

function versionOf(directory: string): string {
  const { version } = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8')) as {
    version: string;
  };
  return version;
}

function git(...args: string[]): string {
  return execFileSync('git', args, { cwd: REPOSITORY, encoding: 'utf8' }).trim();
}
