import { z } from 'zod';
import type { ConnectionDetail, ConnectionItem } from '../../protocol/admin-connections.ts';
import { ChatError } from '../../protocol/error-codes.ts';
import type { LiveConnection } from '../chat/connection-ports.ts';
import type { User } from '../chat/store-ports.ts';
import { type AdminCommand, defineCommand } from './admin-command.ts';
import type { AdminParts, AuditParts } from './admin-parts.ts';
import { toConnectionItem } from './connection-item.ts';
import { toConnectionPage } from './connection-page.ts';
import { adminUser, toAdminUser } from './schemas.ts';

type Parts = Pick<AdminParts, 'users' | 'connections' | 'node' | 'rateLimit'> & Pick<AuditParts, 'clock'>;

/** Who is connected. */
export function connectionCommands(parts: Parts): readonly AdminCommand[] {
  const { users, connections } = parts;

  return [
    defineCommand('connection.list', {
      summary: 'List live connections: filtered, sorted and paged by the server',
      input: connectionQuery,
      answer: z.object({
        items: z.array(connectionItem),
        total: z.number().meta({ description: 'how many match' }),
        all: z.number().meta({ description: 'how many there are' }),
        next: z.string().optional().meta({ description: 'cursor of the next page; absent on the last' }),
      }),
      isHeavy: true,
      run: async (query) => toConnectionPage(parts, query),
    }),
    defineCommand('connection.get', {
      summary: 'Show a live connection and whose it is',
      input: z.object({ connection: connectionId }),
      answer: connectionDetail,
      async run({ connection: id }) {
        const connection = connections.get(id);
        const user = connection && (await users.byId(connection.userId));
        // It may have ended meanwhile, and its user with it.
        if (connection === undefined || user === undefined) throw unknownConnection(id);
        return toDetail(connection, user, parts);
      },
    }),
  ];
}

function toDetail(
  connection: LiveConnection,
  user: User,
  { clock, node, rateLimit }: Parts,
): ConnectionDetail {
  const now = clock.now();
  const { port, tokenIn, bytesIn, bytesOut, ratePerSecond, lastPongAt, rttMs, expiresAt } = connection;
  return {
    ...toConnectionItem(connection, now, node),
    port,
    tokenIn,
    bytesIn,
    bytesOut,
    ratePerSecond,
    rateLimit,
    ...(lastPongAt === undefined ? {} : { pongAgoMs: Math.max(0, now - lastPongAt) }),
    ...(rttMs === undefined ? {} : { rttMs }),
    tokenExpiresAt: expiresAt,
    user: toAdminUser(user, true, now),
  };
}

function unknownConnection(id: string): ChatError {
  return new ChatError('not_found', {
    field: 'connection',
    text: { zh: `没有连接 ${id}, 或它已断开`, en: `no connection ${id}: it may have ended` },
  });
}

const MAX_LIMIT = 1000;
const time = z.number().meta({ description: 'ms since 1970' });

const connectionId = z
  .string()
  .min(1)
  .max(64)
  .meta({ description: 'a connection', examples: ['c-8f2'] });

const connectionQuery = z.object({
  filter: z
    .string()
    .optional()
    .meta({ description: 'words and comparisons', examples: ['王 queue>100k'] }),
  sort: z
    .string()
    .optional()
    .meta({ description: 'a column, `-` in front for the largest first', examples: ['-queue'] }),
  cursor: z.string().max(1024).optional(),
  limit: z.coerce.number().int().min(1).max(MAX_LIMIT).optional(),
});

const connectionItem: z.ZodObject<{ [K in keyof ConnectionItem]: z.ZodType<ConnectionItem[K]> }> = z.object({
  id: z.string(),
  userId: z.string(),
  name: z.string(),
  address: z.string(),
  client: z.enum(['seed', 'v1']),
  since: time,
  idleMs: z.number().meta({ description: 'ms since its last frame' }),
  in: z.number().meta({ description: 'messages it sent' }),
  out: z.number().meta({ description: 'messages it was given' }),
  queued: z.number().meta({ description: 'bytes it has not taken yet' }),
  userAgent: z.string(),
  node: z.string(),
});

const connectionDetail = connectionItem.extend({
  port: z.number(),
  tokenIn: z.enum(['header', 'query', 'subprotocol']),
  bytesIn: z.number(),
  bytesOut: z.number(),
  ratePerSecond: z.number().meta({ description: 'messages it sent a second, lately' }),
  rateLimit: z.number().meta({ description: 'messages its user may send a second; 0 for any number' }),
  pongAgoMs: z.number().optional(),
  rttMs: z.number().optional().meta({ description: 'how long its last pong took, ms' }),
  tokenExpiresAt: time,
  user: adminUser,
});
