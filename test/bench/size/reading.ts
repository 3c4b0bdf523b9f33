import { type Answer, request } from '../../support/api.ts';
import type { RunTimes } from '../../../src/cli/bench/load-order.ts';
import type { Figures } from '../figures.ts';
import { Stopwatch } from '../stopwatch.ts';
import { type Conversation, HUB } from './conversations.ts';
import type { SizedServer } from './sized-server.ts';

/** Messages to a page. */
export const PAGE = 50;
/** Conversations to a page of somebody's list. */
export const LISTED = 20;
/** Requests under way. */
const AT_ONCE = 4;

/** The newest page of conversations drawn at random, asked for by one of their members. */
export function measureNewestPages(
  server: SizedServer,
  conversations: readonly Conversation[],
  times: RunTimes,
): Promise<Figures> {
  return measureRequests(server, times, async () => {
    const { id, members } = drawn(conversations);
    const path = `/v1/chat/messages?conversationId=${encodeURIComponent(id)}&limit=${PAGE}`;
    const { code, data } = await get<{ list: { seq: number }[]; total: number }>(
      server,
      drawn(members),
      path,
    );
    const seqs = data.list.map(({ seq }) => seq);
    const isNewest =
      seqs.length === Math.min(PAGE, data.total) &&
      seqs.every((seq, at) => seq === data.total - seqs.length + 1 + at);
    if (code !== 200 || !isNewest) throw new Error(`not the newest page of ${id}: ${code}, ${seqs}`);
  });
}

/** The first page of the conversations of the user who has most. */
export function measureLists(server: SizedServer, times: RunTimes): Promise<Figures> {
  return measureRequests(server, times, async () => {
    const path = `/v1/chat/conversations?count=${LISTED}`;
    const { code, data } = await get<{ list: unknown[] }>(server, HUB, path);
    if (code !== 200 || data.list.length !== LISTED) throw new Error(`no list: ${code}`);
  });
}

function get<Data>({ chatd, clients }: SizedServer, user: number, path: string): Promise<Answer<Data>> {
  return request<Data>(chatd, `GET ${path}`, { token: clients[user - 1]?.token ?? '' });
}

async function measureRequests(
  server: SizedServer,
  { warmupMs, durationMs }: RunTimes,
  ask: () => Promise<void>,
): Promise<Figures> {
  const watch = new Stopwatch(server);
  await askUntil(performance.now() + warmupMs, ask);
  watch.mark('measuring');
  const ms = await askUntil(performance.now() + durationMs, ask);
  watch.mark('measured');
  const sorted = Float64Array.from(ms).sort();
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return {
    requestsPerSecond: (sorted.length * 1000) / durationMs,
    cpuUsPerRequest: watch.cpuUs / sorted.length,
    p50Ms: at(0.5),
    p90Ms: at(0.9),
    p99Ms: at(0.99),
    maxMs: at(1),
    readKib: watch.readBytes / 1024 / sorted.length,
    writtenKib: watch.writtenBytes / 1024 / sorted.length,
  };
}

/** How long each request took that was begun before `end`, ms. */
async function askUntil(end: number, ask: () => Promise<void>): Promise<readonly number[]> {
  const taken: number[] = [];
  const askOn = async () => {
    for (let begun = performance.now(); begun < end; begun = performance.now()) {
      await ask();
      taken.push(performance.now() - begun);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, askOn));
  return taken;
}

function drawn<T>(items: readonly T[]): T {
  return items[Math.floor(Math.random() * items.length)]!;
}
