import { toUserId } from '../../../src/protocol/ids.ts';
import type { ConnectionParts } from '../../../src/server/admin/connection-rows.ts';
import type { LiveConnection } from '../../../src/server/chat/connection-ports.ts';

/** Connections as the gateway lists them, without sockets: as many as wanted, each as it is said to be. */
export class Crowd {
  now = 1_800_000_000_000;
  readonly #byId = new Map<string, Fixture>();

  readonly parts: ConnectionParts = {
    connections: this.#list(),
    clock: { now: () => this.now },
    node: 'here',
  };

  add(id: string, more: Partial<Fixture> = {}): Fixture {
    const fixture = { ...toFixture(id, this.#byId.size + 1, this.now), ...more };
    this.#byId.set(id, fixture);
    return fixture;
  }

  addMany(count: number, toMore: (at: number) => Partial<Fixture> = () => ({})): void {
    const first = this.#byId.size;
    for (let at = 0; at < count; at += 1) this.add(`c-${(first + at).toString(36)}`, toMore(at));
  }

  remove(id: string): void {
    this.#byId.delete(id);
  }

  #list(): ConnectionParts['connections'] {
    const byId = this.#byId;
    return {
      all: () => byId.values(),
      of: (userId) => [...byId.values()].filter((each) => each.userId === userId),
      get: (id) => byId.get(id),
      get count() {
        return byId.size;
      },
      get userCount() {
        return new Set([...byId.values()].map(({ userId }) => userId)).size;
      },
      endOne: (id) => byId.delete(id),
    };
  }
}

type Fixture = { -readonly [K in keyof LiveConnection]: LiveConnection[K] };

function toFixture(id: string, number: number, now: number): Fixture {
  return {
    id,
    userId: toUserId(number)!,
    client: number % 2 === 0 ? 'seed' : 'v1',
    name: `user${number}`,
    address: `10.0.${Math.floor(number / 250) % 250}.${number % 250}`,
    port: 50_000,
    userAgent: 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/141.0.0.0 Safari/537.36',
    tokenIn: 'query',
    since: now - number * 1000,
    expiresAt: now + 3_600_000,
    lastActiveAt: now - number * 10,
    lastPongAt: undefined,
    rttMs: undefined,
    messagesIn: number,
    messagesOut: number * 2,
    bytesIn: 0,
    bytesOut: 0,
    ratePerSecond: 0,
    unsent: 0,
    write() {},
    probe: () => Promise.resolve(undefined),
  };
}
