import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { extname, join } from 'node:path';
import type { LoadAnswer, LoadCommand, Tally } from './load-order.ts';
import { NOTHING } from './load-report.ts';

/** One process of the load, as its parent has it. */
export class Hand {
  tally: Tally = NOTHING;
  isFinished = false;
  readonly #child: ChildProcess;
  #waiting: PromiseWithResolvers<LoadAnswer> | undefined;

  private constructor(child: ChildProcess) {
    this.#child = child;
    child.on('message', (answer: LoadAnswer) => this.#hear(answer));
    child.once('exit', () => this.#fail());
    child.on('error', () => this.#fail());
  }

  static async start(): Promise<Hand> {
    const file = join(import.meta.dirname, `load-process${extname(import.meta.filename)}`);
    const child = fork(file, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'], serialization: 'advanced' });
    await once(child, 'spawn');
    return new Hand(child);
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  ask<C extends LoadCommand>(command: C): Promise<AnswerTo<C>> {
    const waiting = Promise.withResolvers<LoadAnswer>();
    this.#waiting = waiting;
    if (this.#child.connected) this.#child.send(command);
    else this.#fail();
    return waiting.promise as Promise<AnswerTo<C>>;
  }

  async end(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exited = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await exited;
  }

  #fail(): void {
    this.#waiting?.reject(new Error('a process of the load has ended'));
  }

  #hear(answer: LoadAnswer): void {
    if (answer.is === 'progress') {
      this.tally = answer.tally;
      this.isFinished = answer.isFinished;
    } else if (answer.is === 'failed') this.#waiting?.reject(new Error(answer.message));
    else this.#waiting?.resolve(answer);
  }
}

type AnswerTo<C extends LoadCommand> = Extract<LoadAnswer, { is: C['do'] }>;
