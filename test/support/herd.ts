import { type ChatClient, createWebSocket } from '../../src/client/index.ts';
import type { Actor } from './api.ts';
import type { Chatd } from './chatd.ts';
import { openCuttingProxy } from './cutting-proxy.ts';

/** Many clients of one server, and when they come to its door. */
export interface Herd {
  /** Resolves when all of them are connected and caught up. */
  allOpen(timeoutMs?: number): Promise<void>;
  /** When each first meant to come back, ms since 1970, ascending: free of what the machine had to do just then. */
  plans(): readonly number[];
  /** When they came to the door, ms since `start` (`performance.now()`), whether somebody was there or not. */
  arrivalsSince(start: number): readonly number[];
  close(): Promise<void>;
}

/** All of one user: single sign-on has to be off. */
export async function openHerd(
  chatd: Chatd,
  { token }: Actor,
  { count, maxRetryMs = 30_000 }: { readonly count: number; readonly maxRetryMs?: number },
): Promise<Herd> {
  const proxy = await openCuttingProxy(chatd);
  const clients = Array.from({ length: count }, () => createWebSocket(token, { url: proxy.ws, maxRetryMs }));
  await Promise.all(clients.map((client) => client.connect()));
  const plans = new Map<ChatClient, number>();
  for (const client of clients)
    client.onStatusChange((status) => {
      if (status.state === 'waiting' && !plans.has(client)) plans.set(client, status.nextTryAt);
    });
  return {
    plans: () => [...plans.values()].toSorted((one, other) => one - other),
    allOpen: (timeoutMs = 15_000) =>
      new Promise((resolve, reject) => {
        const isThere = () => clients.every(({ status }) => status.state === 'open');
        const stops: (() => void)[] = [];
        const check = () => {
          if (isThere()) end(resolve);
        };
        const timer = setTimeout(
          () => end(() => reject(new Error(`not all open: ${statesOf(clients)}`))),
          timeoutMs,
        );
        const end = (done: () => void) => {
          clearTimeout(timer);
          for (const stop of stops) stop();
          done();
        };
        for (const client of clients) stops.push(client.onStatusChange(check));
        check();
      }),
    arrivalsSince: (start) => proxy.arrivals.filter((at) => at >= start).map((at) => at - start),
    async close() {
      for (const client of clients) client.close();
      await proxy.close();
    },
  };
}

/** The most of `times` (ascending) that lie within any `windowMs`. */
export function mostWithin(windowMs: number, times: readonly number[]): number {
  return Math.max(0, ...times.map((from) => times.filter((at) => at >= from && at < from + windowMs).length));
}

function statesOf(clients: readonly { readonly status: { readonly state: string } }[]): string {
  const counts = new Map<string, number>();
  for (const { status } of clients) counts.set(status.state, (counts.get(status.state) ?? 0) + 1);
  return JSON.stringify(Object.fromEntries(counts));
}
