import { z } from 'zod';
import { decodeChat } from '../../../protocol/codec.ts';
import { ChatError } from '../../../protocol/error-codes.ts';
import type { Chat } from '../../chat/create-chat.ts';
import { defineRoute } from '../route.ts';
import type { Route } from '../route.ts';

/** Sending without a connection: for bots and back ends. */
export const sendRoute = (chat: Pick<Chat, 'send'>): Route =>
  defineRoute({
    method: 'POST',
    path: '/v1/chat/messages',
    summary: 'Send a message, under the rules of a WebSocket frame',
    description:
      'Answers when the message is stored. With a `clientMsgId` it may be sent again: it is stored once.',
    tag: 'chat',
    who: 'user',
    body,
    answer: z.object({
      id: z.string(),
      conversationId: z.string(),
      seq: z.int(),
      sentAt: z.int(),
      clientMsgId: z.string().optional(),
      duplicate: z.boolean(),
    }),
    handler: async ({ by, body }) => {
      const frame = decodeChat(body);
      if (frame instanceof ChatError) throw frame;
      const { message, duplicate } = await chat.send(frame, { userId: by.userId });
      return {
        id: String(message.id),
        conversationId: message.conversationId,
        seq: message.seq,
        sentAt: message.sentAt,
        ...(message.clientMsgId === undefined ? {} : { clientMsgId: message.clientMsgId }),
        duplicate,
      };
    },
  });

// Described here, judged by the codec: a send is refused with the same codes at both doors.
const body = z.object({
  chatType: described('integer', '1 group, 2 private'),
  conversationId: described('string', 'the group, for chatType 1; empty: the lobby'),
  recvId: described('string', 'the other user, for chatType 2'),
  content: described('string', 'text, or a link for contentType 2 and 4'),
  contentType: described('integer', '1 text (default), 2 image, 3 sticker, 4 file'),
  clientMsgId: described('string', '1–64 printable ASCII characters, unique per sender and conversation'),
});

function described(type: 'string' | 'integer', description: string) {
  return z.unknown().optional().meta({ type, description });
}
