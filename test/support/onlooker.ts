import { setTimeout as delay } from 'node:timers/promises';
import { signOperatorToken } from '../../src/server/auth/operator-token.ts';
import type { Stats } from '../../src/protocol/admin-stats.ts';
import { Latencies } from '../../src/server/observe/latencies.ts';
import { type Actor, request } from './api.ts';
import type { Chatd } from './chatd.ts';
import type { Client } from './client.ts';
import { residentBytes } from './process-usage.ts';

/** What one saw since the last look. Times in ms. */
export interface Seen {
  readonly pingP50: number;
  readonly pingP99: number;
  readonly pingMax: number;
  /** MiB. */
  readonly memory: number;
  /** Connections held back. */
  readonly waiting: number;
  readonly pendingMiB: number;
}

const EVERY_MS = 20;

/** Somebody who sends nothing, and how the server is to him: a ping again and again, the most memory it took, its figures. */
export class Onlooker {
  readonly #chatd: Chatd;
  readonly #client: Client;
  #pings = new Latencies();
  #memory = 0;
  #waiting = 0;
  #pendingMiB = 0;
  #isLooking = true;

  private constructor(chatd: Chatd, client: Client) {
    this.#chatd = chatd;
    this.#client = client;
    void this.#ping();
    void this.#watch();
  }

  static async open(chatd: Chatd, actor: Actor): Promise<Onlooker> {
    return new Onlooker(chatd, await actor.connect({ v1: true }));
  }

  /** What was seen since the last time. */
  look(): Seen {
    const [pings, memory] = [this.#pings, this.#memory];
    const seen = {
      pingP50: pings.quantile(0.5),
      pingP99: pings.quantile(0.99),
      pingMax: pings.max,
      memory: Math.round(memory / 1024 / 1024),
      waiting: this.#waiting,
      pendingMiB: this.#pendingMiB,
    };
    this.#pings = new Latencies();
    [this.#memory, this.#waiting, this.#pendingMiB] = [0, 0, 0];
    return seen;
  }

  async close(): Promise<void> {
    this.#isLooking = false;
    await this.#client.close();
  }

  async #ping(): Promise<void> {
    while (this.#isLooking) {
      const since = performance.now();
      const isBack = await this.#client.fence().then(
        () => true,
        () => false,
      );
      if (!isBack) return;
      this.#pings.add(performance.now() - since);
      this.#memory = Math.max(this.#memory, residentBytes(this.#chatd.pid));
      await delay(EVERY_MS);
    }
  }

  async #watch(): Promise<void> {
    while (this.#isLooking) {
      const token = signOperatorToken(this.#chatd.secret, 'onlooker@here', Date.now());
      const { data } = await request<Stats>(this.#chatd, 'GET /v1/admin/stats', { token });
      const { waiting, pendingBytes } = data.store;
      this.#waiting = Math.max(this.#waiting, waiting);
      this.#pendingMiB = Math.max(this.#pendingMiB, Math.round(pendingBytes / 1024 / 1024));
      await delay(10 * EVERY_MS);
    }
  }
}
