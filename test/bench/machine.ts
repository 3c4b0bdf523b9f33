import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus, loadavg, release, totalmem } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
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

export function describeMachine(mariadbVersion: string): Machine {
  const processors = cpus();
  return {
    processor: (processors[0]?.model ?? 'unknown').replaceAll(/\s+/g, ' '),
    cores: processors.length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    kernel: `Linux ${release()}`,
    versions: {
      Node: process.version,
      MariaDB: mariadbVersion,
      ws: versionOf(join(REPOSITORY, 'node_modules/ws')),
      'Socket.IO': versionOf(join(PEERS, 'node_modules/socket.io')),
      'uWebSockets.js': versionOf(join(PEERS, 'node_modules/@trufflesuite/uws-js-unofficial')),
    },
    commit:
      git('rev-parse', '--short', 'HEAD') +
      (git('status', '--porcelain', '--', 'src') === '' ? '' : ' and changes'),
  };
}

/** How busy others keep the machine: processes that wanted a core over the last minute. */
export function othersLoad(): number {
  return loadavg()[0] ?? 0;
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
