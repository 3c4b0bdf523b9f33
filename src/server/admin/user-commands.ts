import { z } from 'zod';
import type { AdminMethods } from '../../protocol/admin.ts';
import type { AdminUser } from '../../protocol/admin-users.ts';
import type { UserId } from '../../protocol/ids.ts';
import type { User } from '../chat/store-ports.ts';
import { type AdminCommand, defineCommand } from './admin-command.ts';
import type { AdminParts, AuditParts } from './admin-parts.ts';
import { explainConflict } from './explain-conflict.ts';
import { createFindUser } from './find-user.ts';
import { adminUser, oneUser, paging, toAdminUser, toPage, userSpec } from './schemas.ts';

type Parts = Pick<AdminParts, 'users' | 'accounts' | 'sessions'> & Pick<AuditParts, 'clock'>;

/** What is done to accounts. */
export function userCommands(parts: Parts): readonly AdminCommand[] {
  const { users, accounts } = parts;
  const findUser = createFindUser(users);
  const show = (user: User) => toAdminUser(user, parts.sessions.of(user.id).length > 0, parts.clock.now());

  return [
    defineCommand('user.list', {
      summary: 'List users, by id',
      input: z.object({ ...paging, name: z.string().max(256).optional() }),
      answer: z.object({ users: z.array(adminUser), total: z.number() }),
      async run({ name, ...page }) {
        const found = await users.list({ ...toPage(page), ...(name === undefined ? {} : { name }) });
        return { users: found.users.map(show), total: found.total };
      },
    }),
    defineCommand('user.add', {
      summary: 'Add a user',
      input: z.object({ name: z.string(), password: z.string() }),
      answer: adminUser,
      target: ({ name }, answer) => toTarget(`@${name}`, answer),
      run: async ({ name, password }) =>
        show(
          await explainConflict(accounts.add({ name, password }), {
            zh: `已有名为 ${name} 的用户`,
            en: `there is a user ${name} already`,
          }),
        ),
    }),
    defineCommand('user.passwd', {
      summary: "Set a user's password; ends tokens and connections",
      input: z.object({ user: userSpec, password: z.string() }),
      answer: adminUser,
      target: ({ user }, answer) => toTarget(user, answer),
      run: async ({ user, password }) =>
        show(await accounts.setPassword((await findUser(user)).id, password)),
    }),
    ...CHANGES.map(([name, summary]) => {
      const change = (id: UserId) => accounts[VERB[name]](id);
      return defineCommand(name, {
        summary,
        input: oneUser,
        answer: adminUser,
        target: ({ user }, answer) => toTarget(user, answer),
        run: async ({ user }) => show(await change((await findUser(user)).id)),
      });
    }),
  ];
}

type Change = Extract<keyof AdminMethods, 'user.enable' | 'user.disable' | 'user.promote' | 'user.demote'>;

const CHANGES: readonly (readonly [Change, string])[] = [
  ['user.enable', 'Let a user sign in again'],
  ['user.disable', 'Shut a user out; ends tokens and connections. Never the last administrator'],
  ['user.promote', 'Make a user an administrator'],
  ['user.demote', 'Make an administrator a user; ends tokens and connections. Never the last one'],
];

const VERB = {
  'user.enable': 'enable',
  'user.disable': 'disable',
  'user.promote': 'promote',
  'user.demote': 'demote',
} as const satisfies Record<Change, keyof AdminParts['accounts']>;

function toTarget(spec: string, answer: AdminUser | undefined): string {
  return `user:${answer?.id ?? spec}`;
}
