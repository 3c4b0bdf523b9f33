import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';
import type { Dialect } from '../../src/cli/bench/load-order.ts';
import { freePort } from '../support/free-port.ts';
import { COLLECTABLE } from './chatd-subject.ts';
import type { BenchMariadb } from './database.ts';
import { FIRST_USER, type Subject } from './subject.ts';

export const PEERS = join(import.meta.dirname, 'peers');

/** Installs what the peers are made of, unless it is there. Nothing it brings is run while it is installed. */
export function installPeers(): void {
  if (existsSync(join(PEERS, 'node_modules/socket.io'))) return;
  const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--silent'];
  execFileSync('npm', args, { cwd: PEERS, stdio: ['ignore', 'ignore', 'inherit'] });
}

export function relaySubject(): Subject {
  return peerSubject('plain ws', 'relay', { file: 'ws-relay.mjs', nodeArgs: COLLECTABLE });
}

/** undefined where it runs on no Node that is here: a line says so. */
export function uwsSubject(): Subject | undefined {
  const node = [process.execPath, '/usr/bin/node'].find(hasUws);
  if (node === undefined) return undefined;
  return peerSubject('uWebSockets.js', 'relay', { file: 'uws-publish.mjs', node });
}

export function socketIoSubject(mariadb: BenchMariadb): Subject {
  return peerSubject('Socket.IO + INSERT', 'socket.io', { file: 'socket-io-insert.mjs', mariadb });
}

/** Whether the C++ of uWebSockets.js loads, and not what stands in for it where it does not. */
function hasUws(node: string): boolean {
  const script = `process.exit(require('@trufflesuite/uws-js-unofficial').SSLApp === undefined ? 1 : 0)`;
  return spawnSync(node, ['-e', script], { cwd: PEERS }).status === 0;
}

interface Program {
  readonly file: string;
  readonly node?: string;
  readonly nodeArgs?: readonly string[];
  readonly mariadb?: BenchMariadb;
}

function peerSubject(name: string, dialect: Dialect, program: Program): Subject {
  return {
    name,
    dialect,
    async start({ users }) {
      const port = await freePort();
      const database = await program.mariadb?.createDatabase();
      const args = [
        ...(program.nodeArgs ?? []),
        join(PEERS, program.file),
        String(port),
        database?.url ?? '',
      ];
      const child = spawn(program.node ?? process.execPath, args, {
        stdio: ['ignore', 'pipe', 'inherit'],
        env: { ...process.env, NODE_ENV: 'production' },
      });
      const killWithUs = () => child.kill('SIGKILL');
      process.once('exit', killWithUs);
      await untilListening(child, name);
      return {
        url: `ws://127.0.0.1:${port}`,
        clients: Array.from({ length: users }, (_, at) => ({ user: String(FIRST_USER + at), token: 'none' })),
        serverPid: child.pid ?? 0,
        databasePid: program.mariadb?.pid,
        async stop() {
          process.removeListener('exit', killWithUs);
          const exited = once(child, 'exit');
          child.kill('SIGKILL');
          await exited;
          await database?.drop();
        },
      };
    },
  };
}

async function untilListening(child: ChildProcess, name: string): Promise<void> {
  if (child.stdout === null) throw new Error(`${name} has no stdout`);
  for await (const line of createInterface({ input: child.stdout })) {
    if (line === 'listening') return;
  }
  throw new Error(`${name} did not start`);
}
