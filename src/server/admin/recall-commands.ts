import { z } from 'zod';
import { ChatError } from '../../protocol/error-codes.ts';
import { toConversationId } from '../../protocol/ids.ts';
import { type AdminCommand, defineCommand } from './admin-command.ts';
import type { AdminParts } from './admin-parts.ts';

/** What operators take back: anything, at any time. */
export function recallCommands({ messages }: Pick<AdminParts, 'messages'>): readonly AdminCommand[] {
  return [
    defineCommand('message.recall', {
      summary: 'Take a message back: its content is gone for all, for good',
      input: z.object({
        conversation: z.string().min(1).max(64).meta({ description: "a group's id, or a private one's" }),
        seq: z.number().int().min(1).meta({ description: "the message's `seq`" }),
      }),
      answer: z.object({
        conversationId: z.string(),
        seq: z.number(),
        rev: z.number().meta({ description: "which of the conversation's recalls it was, from 1 on" }),
        again: z.boolean().meta({ description: 'it had been taken back before' }),
      }),
      target: toTarget,
      async run({ conversation, seq }) {
        const conversationId = toConversationId(conversation);
        if (conversationId === undefined) throw noSuchMessage(conversation, seq);
        const { rev, again } = await messages
          .recall({ conversationId, seq }, { operator: true })
          .catch((error: unknown) => {
            const isMissing = error instanceof ChatError && error.code === 'not_found';
            throw isMissing ? noSuchMessage(conversation, seq) : error;
          });
        return { conversationId, seq, rev, again };
      },
    }),
  ];
}

function toTarget({ conversation, seq }: { readonly conversation: string; readonly seq: number }): string {
  return `message:${conversation}/${seq}`;
}

function noSuchMessage(conversation: string, seq: number): ChatError {
  return new ChatError('not_found', {
    field: 'seq',
    text: {
      zh: `会话 ${conversation} 中没有第 ${seq} 条消息`,
      en: `no message ${seq} in conversation ${conversation}`,
    },
  });
}
