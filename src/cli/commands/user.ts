import type { AdminMethod } from '../../protocol/admin.ts';
import type { AdminUser, KeptOutUser } from '../../protocol/admin-users.ts';
import type { Command, CommandContext } from '../command.ts';
import { eachUser } from '../each-user.ts';
import type { Bilingual } from '../exit-codes.ts';
import { allPages } from '../all-pages.ts';
import type { Column } from '../print.ts';
import { confirm, readSecret } from '../prompt.ts';
import { expandDash, readFirstLine } from '../stdin.ts';
import { usageError } from '../usage-error.ts';
import { withAdmin } from '../with-admin.ts';

export const list: Command = async (context, _args, { name, keptOut }) => {
  if (keptOut === true) return listKeptOut(context);
  const filter = typeof name === 'string' ? { name } : {};
  const users = await withAdmin(context, 'database', (call) =>
    allPages(async (page) => {
      const { users: items, total } = await call('user.list', { ...filter, ...page });
      return { items, total };
    }),
  );
  context.print.rows(COLUMNS, users);
};

async function listKeptOut(context: CommandContext): Promise<void> {
  const keptOut = await withAdmin(context, 'database', (call) => allPages((page) => call('ban.list', page)));
  context.print.rows(KEPT_OUT, keptOut);
}

/** Without `--password-file` a password is made up and shown this once: adding a user never waits for an answer. */
export const add: Command = async (context, [name = ''], { passwordFile }) => {
  const isGiven = typeof passwordFile === 'string';
  const password = isGiven ? await readFirstLine(context, passwordFile) : await makePassword();
  const user = await withAdmin(context, 'new database', (call) => call('user.add', { name, password }));
  const shown = isGiven ? { en: '', zh: '' } : { en: `  password ${password}`, zh: `  密码 ${password}` };
  context.print.result(
    { en: `added  ${user.id} ${user.name}${shown.en}`, zh: `已添加  ${user.id} ${user.name}${shown.zh}` },
    isGiven ? user : { ...user, password },
  );
};

export const passwd: Command = async (context, [user = ''], { passwordFile }) => {
  const file = typeof passwordFile === 'string' ? passwordFile : undefined;
  const password = await readNewPassword(context, { user, file });
  const changed = await withAdmin(context, 'database', (call) => call('user.passwd', { user, password }));
  printChange(context, { en: 'password set', zh: '已设置密码' }, changed);
};

export const enable: Command = (context, args) =>
  change(context, args, { method: 'user.enable', done: { en: 'enabled', zh: '已启用' } });

export const disable: Command = (context, args) =>
  change(context, args, {
    method: 'user.disable',
    done: { en: 'disabled', zh: '已停用' },
    question: (who) => ({
      en: `Disable ${who}? Their connections end now.`,
      zh: `停用 ${who}? 其连接将立即断开。`,
    }),
  });

export const promote: Command = (context, args) =>
  change(context, args, { method: 'user.promote', done: { en: 'promoted', zh: '已设为管理员' } });

export const demote: Command = (context, args) =>
  change(context, args, {
    method: 'user.demote',
    done: { en: 'demoted', zh: '已取消管理员' },
    question: (who) => ({
      en: `Take administrator's rights from ${who}? Their connections end now.`,
      zh: `取消 ${who} 的管理员权限? 其连接将立即断开。`,
    }),
  });

interface Change {
  readonly method: Extract<AdminMethod, 'user.enable' | 'user.disable' | 'user.promote' | 'user.demote'>;
  readonly done: Bilingual;
  /** Asked first, if it is dangerous. */
  readonly question?: (who: string) => Bilingual;
}

async function change(context: CommandContext, args: readonly string[], what: Change): Promise<void> {
  const users = await expandDash(context, args);
  if (what.question !== undefined) await confirm(context, what.question(users.join(' ')));
  await withAdmin(context, 'database', (call) =>
    eachUser(context, users, async (user) => {
      printChange(context, what.done, await call(what.method, { user }));
    }),
  );
}

function printChange({ print }: CommandContext, done: Bilingual, user: AdminUser): void {
  const who = `${user.id} ${user.name}`;
  print.result({ en: `${done.en}  ${who}`, zh: `${done.zh}  ${who}` }, user);
}

async function makePassword(): Promise<string> {
  const { randomPassword } = await import('../../server/auth/random-password.ts');
  return randomPassword();
}

// Typed twice: it is not seen.
async function readNewPassword(
  context: CommandContext,
  { user, file }: { readonly user: string; readonly file: string | undefined },
): Promise<string> {
  const question = { en: `New password for ${user}:`, zh: `${user} 的新密码:` };
  const password = await readSecret(context, { file, question });
  if (file !== undefined) return password;
  const again = await readSecret(context, { file, question: { en: 'Again:', zh: '再次输入:' } });
  if (again === password) return password;
  throw usageError({ en: 'the two passwords differ', zh: '两次输入的密码不同' });
}

const COLUMNS: readonly Column<AdminUser>[] = [
  { title: { en: 'ID', zh: 'ID' }, value: ({ id }) => id, align: 'right' },
  { title: { en: 'NAME', zh: '名字' }, value: ({ name }) => name },
  { title: { en: 'ROLE', zh: '角色' }, value: ({ role }) => role },
  { title: { en: 'ACCOUNT', zh: '账号' }, value: ({ enabled }) => (enabled ? 'enabled' : 'disabled') },
  { title: { en: 'NOW', zh: '当前' }, value: ({ online }) => (online ? 'online' : 'offline') },
  { title: { en: 'SINCE', zh: '注册于' }, value: ({ createdAt }) => new Date(createdAt).toISOString() },
];

const KEPT_OUT: readonly Column<KeptOutUser>[] = [
  { title: { en: 'ID', zh: 'ID' }, value: ({ user }) => user.id, align: 'right' },
  { title: { en: 'NAME', zh: '名字' }, value: ({ user }) => user.name },
  {
    title: { en: 'UNTIL', zh: '至' },
    value: ({ until }) => (until === undefined ? 'banned' : new Date(until).toISOString()),
  },
  { title: { en: 'SINCE', zh: '自' }, value: ({ since }) => new Date(since).toISOString() },
  { title: { en: 'BY', zh: '操作者' }, value: ({ by }) => by },
  { title: { en: 'REASON', zh: '原因' }, value: ({ reason }) => reason },
];
