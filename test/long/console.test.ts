import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Stats } from '../../src/protocol/admin-stats.ts';
import { signOperatorToken } from '../../src/server/auth/operator-token.ts';
import { request } from '../support/api.ts';
import { type Chatd, startChatd } from '../support/chatd.ts';
import { type ConsoleTerminal, openConsoleTerminal } from '../support/console-terminal.ts';
import { cpuMs, residentBytes } from '../support/process-usage.ts';
import { Swarm, type SwarmReport } from '../support/swarm.ts';
import { tell } from './table.ts';

/** The console at the size it is made for: 10,000 connections, 2,000 messages and 40 comings and goings a second. */

const CONNECTIONS = 10_000;
const MESSAGES = 2_000;
const COMINGS = 20;
/** Long enough for figures, and for what is cold at first to be warm. */
const MEASURE_MS = 20_000;

let chatd: Chatd;
let swarm: Swarm;

beforeAll(async () => {
  const fresh = await startChatd({ config: { WS: { MaxConnections: 20_000 } } });
  await fresh.stop();
  Swarm.addUsers(fresh, CONNECTIONS);
  chatd = await fresh.restart();
  swarm = await Swarm.connect(chatd, CONNECTIONS);
  await swarm.work(MESSAGES, COMINGS);
  await delay(MEASURE_MS);
});

afterAll(async () => {
  await swarm?.end();
  await chatd?.dispose();
});

async function stats(): Promise<Stats> {
  const token = signOperatorToken(chatd.secret, 'test@here', Date.now());
  return (await request<Stats>(chatd, 'GET /v1/admin/stats', { token })).data;
}

interface Measured extends SwarmReport {
  /** Shares of a processor. */
  readonly server: number;
  readonly console: number;
}

/** What happens while `work` goes on, and at least for a while. */
async function measure(consolePid?: number, work: () => Promise<void> = async () => {}): Promise<Measured> {
  await swarm.work(MESSAGES, COMINGS);
  const since = performance.now();
  const [server, console] = [cpuMs(chatd.pid), consolePid === undefined ? 0 : cpuMs(consolePid)];
  await Promise.all([work(), delay(MEASURE_MS)]);
  const took = performance.now() - since;
  return {
    ...(await swarm.report()),
    server: (cpuMs(chatd.pid) - server) / took,
    console: consolePid === undefined ? 0 : (cpuMs(consolePid) - console) / took,
  };
}

function row({ p50, p99, server, console }: Measured, more: object = {}): object {
  const round = (value: number) => Math.round(value * 100) / 100;
  return {
    'chat p50 ms': round(p50),
    'chat p99 ms': round(p99),
    'server cpu': round(server),
    'console cpu': round(console),
    ...more,
  };
}

describe('10,000 connections and 2,000 messages a second', () => {
  let without: Measured;

  test('go their way without a console', async () => {
    without = await measure();
    tell('10,000 connections, 2,000/s, no console', row(without));
    expect(without.open).toBeGreaterThan(CONNECTIONS - 2 * COMINGS);
    expect(without.received).toBeGreaterThan((MEASURE_MS / 1000) * MESSAGES * 0.95);
  });

  test('a key is answered within 100 ms, under half a core, and nobody notices', async () => {
    const console = await openConsoleTerminal(chatd);
    try {
      await console.shows('10,000/20,000');
      const times: number[] = [];
      const during = await measure(console.pid, async () => {
        const end = performance.now() + MEASURE_MS;
        while (performance.now() < end) times.push(...(await useConsole(console)));
      });
      const worst = Math.max(...times);
      const p95 = times.toSorted((a, b) => a - b)[Math.floor(times.length * 0.95)] ?? 0;
      tell(
        '… a console in use',
        row(during, { keys: times.length, 'key p95 ms': Math.round(p95), 'key worst ms': Math.round(worst) }),
      );
      expect(p95).toBeLessThan(100);
      expect(during.console).toBeLessThan(0.5);
      expect(during.received).toBeGreaterThan((MEASURE_MS / 1000) * MESSAGES * 0.95);
      await console.end();
      // Disks have their moods: what it was before and after is what it is without.
      const after = await measure();
      tell('… the console left', row(after));
      expect(during.p50).toBeLessThan(Math.max(without.p50, after.p50) * 2 + 5);
      expect(during.p99).toBeLessThan(Math.max(without.p99, after.p99) * 2 + 50);
    } finally {
      await console.end();
    }
  });

  test('a console that is stopped costs the server bounded memory, and is dropped', async () => {
    const console = await openConsoleTerminal(chatd);
    try {
      await console.press('5', '[5 Events]');
      expect((await stats()).connections.consoles).toBe(1);
      const before = residentBytes(chatd.pid);
      console.signal('SIGSTOP');
      const since = performance.now();
      let most = before;
      while ((await stats()).connections.consoles > 0) {
        most = Math.max(most, residentBytes(chatd.pid));
        expect(performance.now() - since).toBeLessThan(90_000);
        await delay(500);
      }
      const grown = Math.round((most - before) / 1024 / 1024);
      const dropped = Math.round((performance.now() - since) / 1000);
      tell('… a console stopped', { 'dropped after s': dropped, 'server grew MiB': grown });
      // What the heap does by itself at this load is part of it.
      expect(grown).toBeLessThan(200);
    } finally {
      await console.end();
    }
  });
});

/** What somebody does: looks at every screen, holds a list and lets it go on. Gives how long each key took. */
async function useConsole(console: ConsoleTerminal): Promise<number[]> {
  const times: number[] = [];
  const keys: readonly (readonly [string, string])[] = [
    ['2', '[2 Messages]'],
    ['5', '[5 Events]'],
    ['p', 'paused'],
    ['p', 'live ─'],
    ['6', '[6 Metrics]'],
    ['1', '[1 Conns]'],
    ['p', 'paused'],
    ['j', '>'],
    ['p', 'live ─'],
    ['3', '[3 Users]'],
    ['?', 'Keys'],
    ['1', '[1 Conns]'],
  ];
  for (const [key, mark] of keys) {
    times.push(await console.press(key, mark));
    // Somebody reads; and a frame is at most every 100 ms.
    await delay(150);
  }
  return times;
}
