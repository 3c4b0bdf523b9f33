import { z } from 'zod';
import { toConversationId, toUserId } from '../../protocol/ids.ts';
import type { ConversationId, UserId } from '../../protocol/ids.ts';

/** What several routes take. Each reads what the seed's clients really send, and says in OpenAPI what they should. */

/** The most a page may hold. */
const MAX_COUNT = 200;
const DEFAULT_COUNT = 20;
/** Far beyond any list, and its offset still an exact number. */
const MAX_PAGE = 1_000_000_000;

/** `page` and `count`: clamped, never refused. What is no number counts as absent. */
export const paging = {
  page: clamped(MAX_PAGE, 1),
  count: atMost(MAX_COUNT),
};

/** How many of something a query asks for: clamped to 1–`most`, and absent only if it is. */
export function atMost(most: number) {
  return clamped(most, DEFAULT_COUNT);
}

/** A user's id: decimal text, or the number itself (the seed's page has both). */
export const userId = z
  .preprocess(
    (value) => (typeof value === 'number' ? String(value) : value),
    z.string().transform((text, context): UserId => toUserId(text) ?? refuse(context, 'not a user id')),
  )
  .meta({ description: 'a user id', examples: ['2'] });

/** Several user ids, each once. */
export const userIds = z
  .array(userId)
  .max(10_000)
  .transform((ids) => [...new Set(ids)]);

/** A conversation's id: a group's, or a private one's. */
export const conversationId = z
  .string()
  .transform(
    (text, context): ConversationId => toConversationId(text) ?? refuse(context, 'not a conversation id'),
  )
  .meta({ examples: ['dev'] });

/** A message's place in its conversation, in a body. */
export const seq = z.int().min(1).meta({ description: "the message's `seq`" });

/** A whole number from 0 in a query. */
export const whole = z
  .string()
  .regex(/^\d{1,15}$/)
  .transform(Number)
  .meta({ type: 'integer' });

/**
 * A moment in a query: seconds since 1970, or ms when it is beyond 10^11 (the year 5138 in seconds). Gives ms: of a
 * second its first, or its last for an end, since a message's `sendTime` is its second. 0 and what is no number count as
 * absent.
 */
export function moment(edge: 'start' | 'end') {
  return z
    .unknown()
    .optional()
    .transform((value) =>
      typeof value === 'string' && /^\d{1,15}$/.test(value) ? toMs(Number(value), edge) : undefined,
    )
    .meta({ type: 'integer', description: 'unix seconds, or ms; included' });
}

export const groupIdParam = z.object({ groupId: z.string() });

function toMs(value: number, edge: 'start' | 'end'): number | undefined {
  if (value === 0) return undefined;
  if (value > 1e11) return value;
  return value * 1000 + (edge === 'end' ? 999 : 0);
}

function clamped(most: number, otherwise: number) {
  return z
    .unknown()
    .optional()
    .transform((value) => {
      const number = typeof value === 'string' ? Math.floor(Number(value)) : Number.NaN;
      return Number.isNaN(number) ? otherwise : Math.min(most, Math.max(1, number));
    })
    .meta({ type: 'integer', description: `clamped to 1–${most}; ${otherwise} if absent` });
}

function refuse(context: z.RefinementCtx, message: string): never {
  context.addIssue({ code: 'custom', message });
  return z.NEVER;
}
