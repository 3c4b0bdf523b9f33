import { z } from 'zod';
import type { AdminUser, NamedUser } from '../../protocol/admin-users.ts';
import type { User } from '../chat/store-ports.ts';

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

export const adminUser = namedUser.extend({
  role: z.enum(['user', 'admin']),
  enabled: z.boolean(),
  online: z.boolean(),
  createdAt: z.number().meta({ description: 'ms since 1970' }),
});

export function toNamedUser({ id, name }: User): NamedUser {
  return { id: String(id), name };
}

export function toAdminUser(user: User, online: boolean): AdminUser {
  const { role, enabled, createdAt } = user;
  return { ...toNamedUser(user), role, enabled, online, createdAt };
}
