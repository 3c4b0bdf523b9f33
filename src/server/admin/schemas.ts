import { z } from 'zod';
import type { AdminKeepOut, AdminUser, NamedUser } from '../../protocol/admin-users.ts';
import type { KeepOut, User } from '../chat/store-ports.ts';

/** What several commands take and give. */

/** As long as a name and its `@`, with room for what is about to be refused by name. */
const MAX_SPEC = 256;
const MAX_COUNT = 200;

export const userSpec = z
  .string()
  .min(1)
  .max(MAX_SPEC)
  .meta({ description: 'a user: its id, or @ and its name', examples: ['2', '@alice'] });

export const oneUser = z.object({ user: userSpec });

/** Numbers of a query arrive as text. */
export const paging = {
  page: z.coerce.number().int().min(1).max(1_000_000).optional(),
  count: z.coerce.number().int().min(1).max(MAX_COUNT).optional(),
};

/** The first page, of as many as one may have. */
export function toPage({
  page = 1,
  count = MAX_COUNT,
}: {
  page?: number | undefined;
  count?: number | undefined;
}) {
  return { page, count };
}

export const namedUser = z.object({ id: z.string(), name: z.string() });

export const adminKeepOut = z.object({
  until: z.number().optional().meta({ description: 'ms since 1970; absent for a ban' }),
  reason: z.string(),
  by: z.string().meta({ description: 'as the audit names him', examples: ['deploy@srv'] }),
  since: z.number().meta({ description: 'ms since 1970' }),
});

export const adminUser = namedUser.extend({
  role: z.enum(['user', 'admin']),
  enabled: z.boolean(),
  online: z.boolean(),
  createdAt: z.number().meta({ description: 'ms since 1970' }),
  keepOut: adminKeepOut.optional().meta({ description: 'absent if he is not kept out now' }),
});

export function toNamedUser({ id, name }: User): NamedUser {
  return { id: String(id), name };
}

/** `now`: ms since 1970; a keep-out that is over is not told. */
export function toAdminUser(user: User, online: boolean, now: number): AdminUser {
  const { role, enabled, createdAt, keepOut } = user;
  const shown = { ...toNamedUser(user), role, enabled, online, createdAt };
  const holds = keepOut !== undefined && (keepOut.until === undefined || keepOut.until > now);
  return holds ? { ...shown, keepOut: toAdminKeepOut(keepOut) } : shown;
}

export function toAdminKeepOut({ until, reason, by, since }: KeepOut): AdminKeepOut {
  return { ...(until === undefined ? {} : { until }), reason, by, since };
}
