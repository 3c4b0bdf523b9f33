import { z } from 'zod';
import type { AdminInput } from '../../protocol/admin.ts';
import { type AdminCommand, defineCommand } from './admin-command.ts';
import type { AdminParts } from './admin-parts.ts';
import type { WatchSource } from './channel/watch-ports.ts';

/** How the server is. */
export function statsCommands({ stats }: Pick<AdminParts, 'stats'>): readonly AdminCommand[] {
  return [
    defineCommand('stats.get', {
      summary: 'Show the server in figures: now, since the start, and over the last 15 minutes',
      input: noInput,
      answer: statsNow.extend({ history: statsHistory }),
      isHeavy: true,
      run: async () => stats.get(),
    }),
  ];
}

/** What `stats.watch` shows. */
export function statsSource({ stats }: Pick<AdminParts, 'stats'>): WatchSource<'stats.watch'> {
  return {
    settings: noInput,
    everyMs: 1000,
    isHeavy: false,
    open: () => ({ set() {}, read: () => stats.now() }),
  };
}

const noInput: z.ZodType<AdminInput<'stats.get'>> = z.object({});

const time = z.number().meta({ description: 'ms since 1970' });
const quantiles = z.object({ p50: z.number(), p99: z.number(), max: z.number() });
const traffic = {
  messagesIn: z.number().meta({ description: 'sends taken in' }),
  messagesOut: z.number().meta({ description: 'messages handed to connections' }),
  bytesIn: z.number(),
  bytesOut: z.number(),
};

const statsNow = z.object({
  name: z.string(),
  version: z.string(),
  node: z.string(),
  at: time,
  startedAt: time,
  connections: z.object({
    open: z.number(),
    max: z.number(),
    users: z.number(),
    seed: z.number(),
    v1: z.number(),
    consoles: z.number(),
  }),
  rates: z.object(traffic).meta({ description: 'a second, over the last five' }),
  totals: z.object({ ...traffic, stored: z.number() }).meta({ description: 'since the start' }),
  store: z.object({
    database: z.string(),
    pending: z.number().meta({ description: 'sends whose outcome is not known yet' }),
    pendingBytes: z.number().meta({ description: 'bytes those take' }),
    waiting: z
      .number()
      .meta({ description: 'connections not read from until there is room among those for what they sent' }),
    latency: quantiles.meta({ description: 'ms from the send to the commit, over the last minute' }),
  }),
  loopDelay: quantiles.meta({ description: 'ms the event loop was late, over the last minute' }),
  memory: z.object({ rss: z.number(), heapUsed: z.number(), external: z.number() }),
  cpu: z.number().meta({ description: 'share of one processor, over the last five seconds' }),
  queues: z.object({ total: z.number(), largest: z.number() }).meta({ description: 'bytes not taken yet' }),
  refusals: z.record(z.string(), z.number()).meta({ description: 'since the start, by reason' }),
});

const statsHistory = z.object({
  everyMs: z.number(),
  samples: z.array(
    z.object({
      at: time,
      ...traffic,
      connections: z.number(),
      storeP99: z.number(),
      loopP99: z.number(),
      rss: z.number(),
      pending: z.number(),
      refused: z.number(),
    }),
  ),
});
