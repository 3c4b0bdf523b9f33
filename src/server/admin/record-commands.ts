import { z } from 'zod';
import type { ConnectionRecord } from '../../protocol/admin-connections.ts';
import type { ConnectionRecorded } from '../chat/record-ports.ts';
import { type AdminCommand, defineCommand } from './admin-command.ts';
import type { AdminParts, AuditParts } from './admin-parts.ts';
import { createFindUser } from './find-user.ts';
import { before, limit, PAGE_SIZE, time, words } from './record-schemas.ts';
import { adminKeepOut, namedUser, paging, toAdminKeepOut, toNamedUser, toPage, userSpec } from './schemas.ts';

type Parts = Pick<AdminParts, 'users' | 'connectionLog'> & Pick<AuditParts, 'audit' | 'clock'>;

/** What was: who did what, who was connected and why it ended, and who is kept out since. */
export function recordCommands({ users, connectionLog, audit, clock }: Parts): readonly AdminCommand[] {
  const findUser = createFindUser(users);

  return [
    defineCommand('connection.history', {
      summary: "List a user's connections and why they ended, the latest first",
      input: z.object({ user: userSpec, before: z.string().max(128).optional(), limit }),
      answer: z.object({ items: z.array(connectionRecord), next: z.string().optional() }),
      async run({ user, before: cursor, limit: count = PAGE_SIZE }) {
        const { id: userId } = await findUser(user);
        const older = cursor === undefined ? {} : { before: cursor };
        const { items, next } = await connectionLog.history({ userId, limit: count, ...older });
        return { items: items.map(toRecord), next };
      },
    }),
    defineCommand('ban.list', {
      summary: 'List who is banned or kept out now, the latest first',
      input: z.object(paging),
      answer: z.object({ items: z.array(adminKeepOut.extend({ user: namedUser })), total: z.number() }),
      async run(query) {
        const found = await users.listKeptOut({ ...toPage(query), now: clock.now() });
        const items = found.users.flatMap((user) =>
          user.keepOut === undefined ? [] : [{ ...toAdminKeepOut(user.keepOut), user: toNamedUser(user) }],
        );
        return { items, total: found.total };
      },
    }),
    defineCommand('audit.list', {
      summary: 'List what operators did, the latest first',
      input: z.object({
        actor: words.meta({ examples: ['deploy@srv', 'user:1'] }),
        action: words.meta({
          description: 'an action, or `user` for all of `user.…`',
          examples: ['user.kick'],
        }),
        target: words.meta({ description: 'a part of the target', examples: ['user:2'] }),
        before,
        limit,
      }),
      answer: z.object({ items: z.array(auditItem), next: z.number().optional() }),
      async run({ limit: count = PAGE_SIZE, ...query }) {
        const asked = Object.entries(query).filter(([, value]) => value !== undefined && value !== '');
        return audit.list({ ...Object.fromEntries(asked), limit: count });
      },
    }),
  ];
}

function toRecord({ code, userId: _userId, ...connection }: ConnectionRecorded): ConnectionRecord {
  const { closedAt, cause, ...rest } = connection;
  return closedAt === undefined ? rest : { ...rest, closedAt, closeCode: code, cause };
}

const connectionRecord = z.object({
  id: z.string(),
  openedAt: time,
  closedAt: time.optional().meta({ description: 'ms since 1970; absent while it lasts' }),
  closeCode: z.number().optional(),
  cause: z.string().optional(),
  address: z.string(),
  client: z.enum(['seed', 'v1']),
  userAgent: z.string(),
});

const auditItem = z.object({
  id: z.number(),
  at: time,
  actor: z.string(),
  action: z.string(),
  target: z.string(),
  address: z.string(),
  result: z.string().meta({ description: '`ok`, or an error code' }),
});
