import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import process from 'node:process';
import Database from 'better-sqlite3';
import { userNameKey } from '../../src/protocol/user-name.ts';
import type { Chatd } from './chatd.ts';

export type SwarmOrder =
  | {
      readonly order: 'connect';
      readonly ws: string;
      readonly secret: string;
      readonly firstUser: number;
      readonly count: number;
    }
  | { readonly order: 'work'; readonly messagesPerSecond: number; readonly comingsPerSecond: number }
  | { readonly order: 'report' }
  | { readonly order: 'rest' };

/** Since the last order to work. Times in ms, from the send to the arrival at the other. */
export interface SwarmReport {
  readonly open: number;
  readonly sent: number;
  readonly received: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

const FIRST_USER = 1000;

/** Thousands of users, each with a connection from an address of its own, who write to each other. */
export class Swarm {
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess) {
    this.#child = child;
  }

  /** Puts `count` users into the stopped server's database: registering them would hash a password each. */
  static addUsers(chatd: Pick<Chatd, 'directory'>, count: number): void {
    const database = new Database(join(chatd.directory, 'data/chatd.db'));
    const insert = database.prepare(
      `INSERT INTO users (id, name, name_key, password_hash, role, enabled, tokens_valid_from,
         lobby_joined_after, created_at) VALUES (?, ?, ?, '', 'user', 1, 0, 0, ?)`,
    );
    database.transaction(() => {
      for (let at = 0; at < count; at += 1) {
        const name = `${at % 3 === 0 ? '用户' : 'user'}${at}`;
        insert.run(FIRST_USER + at, name, userNameKey(name), Date.now());
      }
    })();
    database.close();
  }

  static async connect(chatd: Pick<Chatd, 'ws' | 'secret'>, count: number): Promise<Swarm> {
    const child = fork(join(import.meta.dirname, 'swarm-process.ts'), { stdio: 'inherit' });
    const killWithUs = () => child.kill('SIGKILL');
    process.once('exit', killWithUs);
    child.once('exit', () => process.removeListener('exit', killWithUs));
    const swarm = new Swarm(child);
    const { ws, secret } = chatd;
    await swarm.#order({ order: 'connect', ws, secret, firstUser: FIRST_USER, count });
    return swarm;
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** Begins to work at this rate; what is counted begins anew. */
  work(messagesPerSecond: number, comingsPerSecond: number): Promise<SwarmReport> {
    return this.#order({ order: 'work', messagesPerSecond, comingsPerSecond });
  }

  report(): Promise<SwarmReport> {
    return this.#order({ order: 'report' });
  }

  rest(): Promise<SwarmReport> {
    return this.#order({ order: 'rest' });
  }

  async end(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exited = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await exited;
  }

  async #order(order: SwarmOrder): Promise<SwarmReport> {
    const answer = once(this.#child, 'message');
    this.#child.send(order);
    const ended = once(this.#child, 'exit').then(() => {
      throw new Error('the swarm has ended');
    });
    ended.catch(() => {});
    const [report] = (await Promise.race([answer, ended])) as [SwarmReport];
    return report;
  }
}
