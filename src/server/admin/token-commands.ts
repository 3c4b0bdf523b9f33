import { z } from 'zod';
import type { TokenVerdict } from '../../protocol/admin-users.ts';
import { ChatError } from '../../protocol/error-codes.ts';
import { type AdminCommand, defineCommand } from './admin-command.ts';
import type { AdminParts } from './admin-parts.ts';
import { createFindUser } from './find-user.ts';
import { namedUser, oneUser, toNamedUser } from './schemas.ts';

type Parts = Pick<AdminParts, 'users' | 'accounts' | 'identify'>;

/** A century: whoever needs a token for longer needs another plan. */
const MAX_EXPIRE = 100 * 365 * 86_400;

/** Tokens of users: making one, and saying whose one is. */
export function tokenCommands({ users, accounts, identify }: Parts): readonly AdminCommand[] {
  const findUser = createFindUser(users);

  return [
    defineCommand('token.create', {
      summary: 'Issue a token a user can connect with',
      input: oneUser.extend({
        expire: z.int().min(1).max(MAX_EXPIRE).optional().meta({ description: 'seconds' }),
      }),
      answer: z.object({ token: z.string(), user: namedUser, expiresAt: z.number() }),
      target: ({ user }, answer) => `user:${answer?.user.id ?? user}`,
      async run({ user, expire }) {
        const { id } = await findUser(user);
        const issued = await accounts.issueToken(id, expire);
        return { token: issued.token, user: toNamedUser(issued.user), expiresAt: issued.expiresAt };
      },
    }),
    defineCommand('token.check', {
      summary: 'Say whose a token is, and whether it still holds',
      input: z.object({ token: z.string() }),
      answer: tokenVerdict,
      run: ({ token }) => judge(token, identify),
    }),
  ];
}

async function judge(token: string, identify: AdminParts['identify']): Promise<TokenVerdict> {
  try {
    const { userId, name, role, issuedAt, expiresAt, disabled } = await identify(token);
    if (disabled) return { valid: false, reason: 'account_disabled' };
    return { valid: true, user: { id: String(userId), name }, role, issuedAt, expiresAt };
  } catch (error) {
    const isRefusal =
      error instanceof ChatError && (error.code === 'unauthorized' || error.code === 'token_expired');
    if (!isRefusal) throw error;
    return { valid: false, reason: error.code === 'token_expired' ? 'token_expired' : 'unauthorized' };
  }
}

const tokenVerdict = z.discriminatedUnion('valid', [
  z.object({
    valid: z.literal(true),
    user: namedUser,
    role: z.enum(['user', 'admin']),
    issuedAt: z.number(),
    expiresAt: z.number(),
  }),
  z.object({
    valid: z.literal(false),
    reason: z.enum(['unauthorized', 'token_expired', 'account_disabled']),
  }),
]);
