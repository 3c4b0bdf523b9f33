import { z } from 'zod';
import { type AdminCommand, defineCommand } from './admin-command.ts';
import type { AdminParts } from './admin-parts.ts';
import { toEventFilter } from './event-filter.ts';
import { before, limit, PAGE_SIZE, time, words } from './record-schemas.ts';

/** What the server said of itself. */
export function eventCommands({ events }: Pick<AdminParts, 'events'>): readonly AdminCommand[] {
  return [
    defineCommand('event.list', {
      summary: 'List what the server logged lately, the latest first',
      input: z.object({
        filter: words.meta({ description: 'words that must occur; `!` inverts', examples: ['warn !bench'] }),
        before,
        limit,
      }),
      answer: z.object({ items: z.array(serverEvent), next: z.number().optional() }),
      isHeavy: true,
      run: async (query) =>
        events.list({
          before: query.before ?? Number.MAX_SAFE_INTEGER,
          limit: query.limit ?? PAGE_SIZE,
          filter: toEventFilter(query.filter),
        }),
    }),
  ];
}

const serverEvent = z.object({
  id: z.number(),
  at: time,
  level: z.enum(['debug', 'info', 'warn', 'error']),
  event: z.string(),
  fields: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
});
