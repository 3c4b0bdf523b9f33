import { z } from 'zod';
import type { Store } from '../../chat/database-ports.ts';
import type { ReadState } from '../../chat/read-state.ts';
import { atMost, conversationId, seq, whole } from '../fields.ts';
import { defineRoute } from '../route.ts';
import type { Route } from '../route.ts';

/** How far one has read, and who has read a message: under the rules of the frame `read`. */
export function readRoutes(
  reads: Pick<ReadState, 'mark'>,
  store: Pick<Store, 'users' | 'conversations'>,
): readonly Route[] {
  return [markRoute(reads), readersRoute(store)];
}

const tag = 'chat';

const markRoute = (reads: Pick<ReadState, 'mark'>): Route =>
  defineRoute({
    method: 'POST',
    path: '/v1/chat/read',
    summary: 'Say that you have read up to a message',
    description: 'Never moves back, nor past the last message you may read. Whom it concerns is told.',
    tag,
    who: 'user',
    body: z.object({ conversationId, seq }),
    answer: z.object({ readSeq: z.int().meta({ description: 'where your position is now' }) }),
    handler: async ({ by, body }) => {
      const { readSeq } = await reads.mark(by.userId, body.conversationId, body.seq);
      return { readSeq };
    },
  });

/** The most readers a request names. */
const MOST_READERS = 200;

const readersRoute = (store: Pick<Store, 'users' | 'conversations'>): Route =>
  defineRoute({
    method: 'GET',
    path: '/v1/chat/readers',
    summary: 'Who has read a message',
    description: 'Of those who may read it and are in the conversation now. Its author is not counted.',
    tag,
    who: 'user',
    query: z.object({ conversationId, seq: whole.pipe(seq), limit: atMost(MOST_READERS) }),
    answer: z.object({
      count: z.int().meta({ description: 'all of them, however many are named' }),
      readers: z.array(z.object({ id: z.string(), name: z.string() })),
    }),
    handler: async ({ by, query }) => {
      const { count, readers } = await store.conversations.readersOf({ viewer: by.userId, ...query });
      const names = await store.users.namesOf(readers);
      return { count, readers: readers.map((id) => ({ id: String(id), name: names.get(id) ?? '' })) };
    },
  });
