import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import type { Stats } from '../../src/protocol/admin-stats.ts';
import { signOperatorToken } from '../../src/server/auth/operator-token.ts';
import { Latencies } from '../../src/server/observe/latencies.ts';
import { type Actor, request } from '../support/api.ts';
import type { Chatd } from '../support/chatd.ts';
import { startWithCrowd } from '../support/crowd.ts';
import { Onlooker } from '../support/onlooker.ts';
import { cpuMs } from '../support/process-usage.ts';
import { Swarm } from '../support/swarm.ts';
import { tell } from './table.ts';

/**
 * Many members of a busy group stop reading at once: their process is stopped. What the kernel takes for a socket that
 * nobody reads (some MiB, out of what it has for all of TCP) is not the server's to bound: it is told beside the rest.
 * While it takes that, a write goes into memory that is new to it and costs more than one that is read at once; so the
 * load leaves the server a reserve, or what is measured is a processor that does not keep up (docs/delivery.md).
 */

const LIVE = 20;
const MEASURE_MS = 8_000;
/** Above what it was: 64 KiB or two for each that is stopped, what all of them share, and the collector's ways. */
const MOST_MIB = 250;

test.each([
  { stopped: 100, size: 8_000, perSecond: 100 },
  { stopped: 500, size: 2_000, perSecond: 60 },
])('$stopped stopped receivers of $perSecond messages of $size bytes a second', async (scene) => {
  const { stopped, size, perSecond } = scene;
  const { chatd, crowd } = await startWithCrowd({}, stopped + LIVE + 2);
  onTestFinished(() => chatd.dispose());
  const [onlooking, sender, ...live] = crowd.slice(stopped);
  if (onlooking === undefined || sender === undefined) throw new Error('nobody is there');
  const swarm = await Swarm.connect(chatd, stopped);
  onTestFinished(() => swarm.end());
  const memberIds = crowd.map(({ id }) => id);
  const group = { groupId: 'busy', groupName: 'busy', memberIds };
  expect((await sender.request('POST /v1/group/create', group)).code).toBe(200);

  const listeners = await Promise.all(live.map((actor) => listen(actor)));
  const onlooker = await Onlooker.open(chatd, onlooking);
  const stop = await talk(sender, { size, perSecond });
  await delay(MEASURE_MS);
  take(listeners);
  onlooker.look();
  const processor = watchProcessor(chatd);
  await delay(MEASURE_MS);
  const [before, seenBefore, shareBefore] = [take(listeners), onlooker.look(), processor.share()];

  process.kill(swarm.pid, 'SIGSTOP');
  const since = performance.now();
  const { largest, dropped, heap, kernel } = await untilDropped(chatd, stopped);
  const droppedAfter = performance.now() - since;
  const [during, seen, share] = [take(listeners), onlooker.look(), processor.share()];
  stop();
  await onlooker.close();
  const tenths = (ms: number) => Math.round(ms * 10) / 10;
  tell(`${stopped} of ${stopped + LIVE} receivers stopped, ${perSecond}/s of ${size} B`, {
    dropped,
    'after s': Math.round(droppedAfter / 1000),
    'largest queue KiB': Math.round(largest / 1024),
    'MiB before': seenBefore.memory,
    'MiB more': seen.memory - seenBefore.memory,
    'heap MiB at the end': Math.round(heap / 1024 / 1024),
    'TCP MiB': Math.round(kernel / 1024 / 1024),
    'processor % before': shareBefore,
    'processor %': share,
    "others' p50 before": tenths(before.quantile(0.5)),
    "others' p50": tenths(during.quantile(0.5)),
    "others' p99 before": tenths(before.quantile(0.99)),
    "others' p99": tenths(during.quantile(0.99)),
    'ping p99 before': tenths(seenBefore.pingP99),
    'ping p99': tenths(seen.pingP99),
  });
  expect(dropped).toBe(stopped);
  expect(largest).toBeLessThanOrEqual(1024 * 1024);
  expect(seen.memory - seenBefore.memory).toBeLessThan(MOST_MIB);
});

/** Says what time it is, again and again. Gives the end of it. */
async function talk(sender: Actor, { size, perSecond }: { size: number; perSecond: number }) {
  const client = await sender.connect();
  const since = performance.now();
  let sent = 0;
  const timer = setInterval(() => {
    for (; sent < ((performance.now() - since) / 1000) * perSecond; sent += 1) {
      const content = `at ${performance.now()} `.padEnd(size, '.');
      client.send({ chatType: 1, conversationId: 'busy', content });
    }
  }, 10);
  return () => {
    clearInterval(timer);
    void client.close();
  };
}

interface Listener {
  latencies: Latencies;
}

async function listen(actor: Actor): Promise<Listener> {
  const { socket } = await actor.connect();
  const listener = { latencies: new Latencies() };
  socket.on('message', (text) => {
    const at = /"content":"at ([\d.]+) /.exec(String(text))?.[1];
    if (at !== undefined) listener.latencies.add(performance.now() - Number(at));
  });
  return listener;
}

function take(listeners: readonly Listener[]): Latencies {
  const all = new Latencies();
  for (const listener of listeners) {
    all.addAll(listener.latencies);
    listener.latencies = new Latencies();
  }
  return all;
}

interface Dropped {
  readonly dropped: number;
  /** Bytes: the longest queue there was, the JavaScript heap in the end, the most the kernel had for TCP. */
  readonly largest: number;
  readonly heap: number;
  readonly kernel: number;
}

/** Resolves when as many as were stopped have been closed: as slow, or, while the kernel takes it all, for want of a pong. */
async function untilDropped(chatd: Chatd, stopped: number): Promise<Dropped> {
  const until = performance.now() + 120_000;
  let [largest, kernel] = [0, 0];
  for (;;) {
    const token = signOperatorToken(chatd.secret, 'test@here', Date.now());
    const { data } = await request<Stats>(chatd, 'GET /v1/admin/stats', { token });
    largest = Math.max(largest, data.queues.largest);
    kernel = Math.max(kernel, tcpBytes());
    const { slow = 0, no_pong: silent = 0 } = data.refusals;
    const dropped = slow + silent;
    if (dropped >= stopped || performance.now() > until) {
      return { largest, dropped, heap: data.memory.heapUsed, kernel };
    }
    await delay(100);
  }
}

/** What the kernel has for all of TCP (Linux): it counts pages of 4 KiB. */
function tcpBytes(): number {
  const pages = /^TCP: .* mem (\d+)/m.exec(readFileSync('/proc/net/sockstat', 'utf8'))?.[1];
  return Number(pages) * 4096;
}

/** The share of one processor that the server took since the last question, percent. */
function watchProcessor(chatd: Chatd): { share(): number } {
  let [since, used] = [performance.now(), cpuMs(chatd.pid)];
  return {
    share() {
      const [then, usedThen] = [since, used];
      [since, used] = [performance.now(), cpuMs(chatd.pid)];
      return Math.round(((used - usedThen) / (since - then)) * 100);
    },
  };
}
