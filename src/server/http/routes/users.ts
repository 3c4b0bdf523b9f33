import { z } from 'zod';
import { ChatError } from '../../../protocol/error-codes.ts';
import type { UserId } from '../../../protocol/ids.ts';
import type { Accounts, SignedIn } from '../../auth/accounts.ts';
import type { User, UserStore } from '../../chat/store-ports.ts';
import { paging, userId, userIds } from '../fields.ts';
import { defineRoute } from '../route.ts';
import type { Route } from '../route.ts';

/** Accounts as their owners use them, and what everybody may know of the others. */
export function userRoutes(accounts: Accounts, users: UserStore): readonly Route[] {
  return [
    registerRoute(accounts),
    loginRoute(accounts),
    logoutRoute(accounts),
    selfRoute,
    profileRoute(accounts, users),
    passwordRoute(accounts),
    listRoute(users),
    userRoute(users),
  ];
}

const tag = 'user';

/** What everybody may know of a user. */
export const userSchema = z.object({
  id: z.string(),
  name: z.string(),
  status: z.int().meta({ description: '1 enabled, 0 disabled' }),
});

export function toPublicUser(user: User): z.output<typeof userSchema> {
  return { id: String(user.id), name: user.name, status: user.enabled ? 1 : 0 };
}

export async function requireUser(users: Pick<UserStore, 'byId'>, id: UserId): Promise<User> {
  const user = await users.byId(id);
  if (user === undefined) throw new ChatError('not_found', { field: 'id' });
  return user;
}

const credentials = z.object({ name: z.string(), password: z.string() });

const signedInSchema = z.object({
  status: z.literal(1),
  id: z.string(),
  name: z.string(),
  token: z.string(),
  accessExpire: z.int().meta({ description: 'when the token ends, unix seconds' }),
  refreshAfter: z.int().meta({ description: 'when to sign in again at the latest, unix seconds' }),
});

function toSignedIn({ user, token, expiresAt, refreshAfter }: SignedIn): z.output<typeof signedInSchema> {
  return {
    status: 1,
    id: String(user.id),
    name: user.name,
    token,
    accessExpire: Math.floor(expiresAt / 1000),
    refreshAfter: Math.floor(refreshAfter / 1000),
  };
}

const registerRoute = (accounts: Accounts): Route =>
  defineRoute({
    method: 'POST',
    path: '/v1/user/register',
    summary: 'Make an account and sign in',
    tag,
    who: 'public',
    seed: true,
    body: credentials,
    answer: signedInSchema,
    handler: async ({ body, address }) => toSignedIn(await accounts.register(body, address)),
  });

const loginRoute = (accounts: Accounts): Route =>
  defineRoute({
    method: 'POST',
    path: '/v1/user/login',
    summary: 'Sign in',
    tag,
    who: 'public',
    seed: true,
    body: credentials,
    answer: signedInSchema,
    handler: async ({ body, address }) => toSignedIn(await accounts.login(body, address)),
  });

const logoutRoute = (accounts: Accounts): Route =>
  defineRoute({
    method: 'POST',
    path: '/v1/user/logout',
    summary: 'Sign out: ends your tokens and their connections',
    tag,
    who: 'user',
    answer: z.null(),
    handler: async ({ by }) => {
      await accounts.logout(by);
      return null;
    },
  });

const selfRoute: Route = defineRoute({
  method: 'GET',
  path: '/v1/user/info',
  summary: 'Who you are',
  tag,
  who: 'user',
  seed: true,
  answer: userSchema.extend({ role: z.enum(['user', 'admin']) }),
  handler: ({ by }) => ({ id: String(by.userId), name: by.name, status: 1, role: by.role }),
});

// The seed's page names itself in the body; nobody else can be named there.
function requireSelf(named: UserId | undefined, self: UserId): void {
  if (named !== undefined && named !== self) throw new ChatError('permission_denied', { field: 'id' });
}

const profileRoute = (accounts: Accounts, users: UserStore): Route =>
  defineRoute({
    method: 'PUT',
    path: '/v1/user/profile',
    summary: 'Change your name',
    tag,
    who: 'user',
    seed: true,
    body: z.object({ id: userId.optional(), name: z.string().optional() }),
    answer: userSchema,
    handler: async ({ by, body }) => {
      requireSelf(body.id, by.userId);
      const { name } = body;
      const user = name === undefined ? requireUser(users, by.userId) : accounts.rename(by.userId, name);
      return toPublicUser(await user);
    },
  });

const passwordRoute = (accounts: Accounts): Route =>
  defineRoute({
    method: 'POST',
    path: '/v1/user/password',
    summary: 'Change your password: ends your tokens and their connections',
    tag,
    who: 'user',
    seed: true,
    body: z.object({ id: userId.optional(), oldPwd: z.string(), newPwd: z.string() }),
    answer: z.null(),
    handler: async ({ by, body, address }) => {
      requireSelf(body.id, by.userId);
      const change = { oldPassword: body.oldPwd, newPassword: body.newPwd };
      await accounts.changePassword(by.userId, change, address);
      return null;
    },
  });

/** `ids=1,2`, `ids=1&ids=2`, or both; what is empty between commas names nobody. */
const idsInQuery = z
  .unknown()
  .transform((value) => [value].flat().flatMap((text) => (typeof text === 'string' ? text.split(',') : text)))
  .transform((ids) => ids.filter((id) => id !== ''))
  .pipe(userIds)
  .meta({ type: 'string', description: 'only these: `1,2`' });

const listRoute = (users: UserStore): Route =>
  defineRoute({
    method: 'GET',
    path: '/v1/user/list',
    summary: 'Users, by id',
    tag,
    who: 'user',
    seed: true,
    query: z.object({
      ...paging,
      name: z.string().optional().meta({ description: 'any part of a name' }),
      ids: idsInQuery.optional(),
    }),
    answer: z.object({ count: z.int(), data: z.array(userSchema) }),
    handler: async ({ query: { page, count, name, ids } }) => {
      const filter = { ...(name === undefined ? {} : { name }), ...(ids === undefined ? {} : { ids }) };
      const found = await users.list({ page, count, ...filter });
      return { count: found.total, data: found.users.map(toPublicUser) };
    },
  });

const userRoute = (users: UserStore): Route =>
  defineRoute({
    method: 'GET',
    path: '/v1/user/:id',
    summary: 'What everybody may know of a user',
    tag,
    who: 'user',
    seed: true,
    params: z.object({ id: userId }),
    answer: userSchema,
    handler: async ({ params }) => toPublicUser(await requireUser(users, params.id)),
  });
