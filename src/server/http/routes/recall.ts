import { z } from 'zod';
import type { Chat } from '../../chat/create-chat.ts';
import { conversationId, seq } from '../fields.ts';
import { defineRoute } from '../route.ts';
import type { Route } from '../route.ts';

/** Taking a message back, under the rules of a frame. */
export const recallRoute = (chat: Pick<Chat, 'recall'>): Route =>
  defineRoute({
    method: 'POST',
    path: '/v1/chat/recall',
    summary: 'Take a message back: its content is gone for all',
    description:
      'Its sender for a while (`Message.RecallWindow`), the owner and admins of a group always. May be repeated.',
    tag: 'chat',
    who: 'user',
    body: z.object({ conversationId, seq }),
    answer: z.object({
      rev: z.int().meta({ description: "which of the conversation's recalls it was, from 1 on" }),
    }),
    handler: async ({ by, body }) => {
      const { rev } = await chat.recall(body, { userId: by.userId });
      return { rev };
    },
  });
