import { z } from 'zod';
import type { DeliveryReport, OperatorMessage, SentMessage } from '../../protocol/admin-records.ts';
import { ChatError } from '../../protocol/error-codes.ts';
import { CHAT_TYPE } from '../../protocol/frames.ts';
import type { StoredMessage, User } from '../chat/store-ports.ts';
import { type AdminCommand, defineCommand } from './admin-command.ts';
import type { AdminParts, AuditParts } from './admin-parts.ts';
import { awaitDelivery, toTenths } from './await-delivery.ts';
import { createFindUser } from './find-user.ts';
import { namedUser, toNamedUser, userSpec } from './schemas.ts';

type Parts = Pick<AdminParts, 'users' | 'messages' | 'connections' | 'adminName'> & Pick<AuditParts, 'log'>;

/** What operators say: in somebody's name, by the rules of a frame, audited with who it was. */
export function messageCommands(parts: Parts): readonly AdminCommand[] {
  const { users, messages, connections, adminName, log } = parts;
  const findUser = createFindUser(users);

  // The message is stored: that nobody can be counted is no reason to say otherwise.
  async function countAudience(message: StoredMessage): Promise<SentMessage['audience']> {
    try {
      return await messages.audienceOf(message);
    } catch (cause) {
      log.warn('audience_unknown', { message: message.id, cause });
      return undefined;
    }
  }

  return [
    defineCommand('message.send', {
      summary: 'Send a message to a user or a group; answers once it is stored, or delivered',
      input: operatorMessage,
      answer: sentMessage,
      target: (message) => describe(message, adminName),
      async run({ as, to, group, content, contentType = 1, wait, waitMs = WAIT_MS }) {
        const since = performance.now();
        const author = await findUser(as ?? `@${adminName}`, 'as');
        const recipient = to === undefined ? undefined : await findUser(to, 'to');
        const request = { ...toTarget(recipient, group), content, contentType };
        const awaited =
          wait === 'delivered' ? awaitDelivery(connections, { authorId: author.id, waitMs }) : undefined;
        const { message } = await messages
          .send(request, { userId: author.id, byOperator: true }, awaited?.onDelivered)
          .catch((error: unknown) => {
            throw group === undefined ? error : explainNotMember(error, author, group);
          });
        const storedAfterMs = toTenths(performance.now() - since);
        const audience = await countAudience(message);
        const delivery = awaited && ((await awaited.report()) ?? notWritten(audience));
        return {
          id: String(message.id),
          conversationId: message.conversationId,
          seq: message.seq,
          sentAt: message.sentAt,
          from: toNamedUser(author),
          ...(recipient === undefined ? { group: message.conversationId } : { to: toNamedUser(recipient) }),
          storedAfterMs,
          audience,
          ...(delivery === undefined ? {} : { delivery }),
        };
      },
    }),
  ];
}

/** Who gets it could not be found out in time: of those online nobody has it for sure. */
function notWritten(audience: SentMessage['audience']): DeliveryReport {
  return { delivered: 0, missed: audience?.online ?? 0, connections: [] };
}

function toTarget(recipient: User | undefined, group: string | undefined) {
  if (recipient !== undefined && group === undefined) {
    return { chatType: CHAT_TYPE.private, conversationId: '', recvId: String(recipient.id) };
  }
  if (recipient === undefined && group !== undefined) {
    return { chatType: CHAT_TYPE.group, conversationId: group, recvId: '' };
  }
  throw new ChatError('invalid_field', {
    field: 'to',
    text: { zh: '请指定一个用户或一个群组', en: 'name one user, or one group' },
  });
}

// "You" would be the operator, who is nobody.
function explainNotMember(error: unknown, { id, name }: User, group: string): unknown {
  if (!(error instanceof ChatError) || error.code !== 'not_member') return error;
  return new ChatError('not_member', {
    field: 'group',
    text: {
      zh: `没有群组 ${group}, 或 ${id} ${name} 不在其中 (as 须为其成员)`,
      en: `no group ${group}, or ${id} ${name} is not in it (as: name somebody who is)`,
    },
  });
}

// Never the content: the audit says that something was said, by whom and to whom.
function describe({ as, to, group }: OperatorMessage, adminName: string): string {
  const target = group === undefined ? `user:${to ?? ''}` : `group:${group}`;
  return `${target} as ${as ?? `@${adminName}`}`;
}

const WAIT_MS = 5000;
const MAX_WAIT_MS = 30_000;

const operatorMessage = z.object({
  as: userSpec.optional(),
  to: userSpec.optional(),
  group: z.string().min(1).max(64).optional(),
  content: z.string(),
  contentType: z.union([z.literal(1), z.literal(2), z.literal(3), z.literal(4)]).optional(),
  wait: z.enum(['stored', 'delivered']).optional().meta({
    description: 'delivered: until every connection it was written to has answered a ping behind it',
  }),
  waitMs: z.int().min(1).max(MAX_WAIT_MS).optional(),
});

const sentMessage = z.object({
  id: z.string(),
  conversationId: z.string(),
  seq: z.number(),
  sentAt: z.number().meta({ description: 'ms since 1970' }),
  from: namedUser,
  to: namedUser.optional(),
  group: z.string().optional(),
  audience: z
    .object({ online: z.number(), offline: z.number() })
    .optional()
    .meta({ description: 'how many of those it is for are connected, and how many are not' }),
  storedAfterMs: z.number(),
  delivery: z
    .object({
      delivered: z.number().meta({ description: 'connections that answered' }),
      missed: z.number().meta({ description: 'connections that did not in time, or went' }),
      connections: z.array(
        z.object({
          connection: z.string(),
          user: namedUser,
          client: z.enum(['seed', 'v1']),
          afterMs: z.number().optional(),
        }),
      ),
    })
    .optional(),
});
