import type { AdminKeepOut, UserDetail } from '../../protocol/admin-users.ts';
import type { Command } from '../command.ts';
import { eachUser } from '../each-user.ts';
import { keptOutWords } from '../kept-out-words.ts';
import type { Field } from '../print.ts';
import { expandDash } from '../stdin.ts';
import { withAdmin } from '../with-admin.ts';

export const get: Command = async (context, args) => {
  const users = await expandDash(context, args);
  await withAdmin(context, 'database', (call) =>
    eachUser(context, users, async (user) => {
      context.print.details(FIELDS, await call('user.get', { user }));
    }),
  );
};

const FIELDS: readonly Field<UserDetail>[] = [
  { title: { en: 'ID', zh: 'ID' }, value: ({ id }) => id },
  { title: { en: 'NAME', zh: '名字' }, value: ({ name }) => name },
  { title: { en: 'ROLE', zh: '角色' }, value: ({ role }) => role },
  { title: { en: 'ACCOUNT', zh: '账号' }, value: ({ enabled }) => (enabled ? 'enabled' : 'disabled') },
  {
    title: { en: 'KEPT OUT', zh: '禁入' },
    value: ({ keepOut }) => (keepOut === undefined ? undefined : describe(keepOut)),
  },
  { title: { en: 'NOW', zh: '当前' }, value: ({ online }) => (online ? 'online' : 'offline') },
  { title: { en: 'SINCE', zh: '注册于' }, value: ({ createdAt }) => new Date(createdAt).toISOString() },
  { title: { en: 'UNREAD', zh: '未读' }, value: ({ unread }) => unread },
  { title: { en: 'GROUPS', zh: '群组数' }, value: ({ groupCount }) => groupCount },
  {
    title: { en: 'GROUP', zh: '群组' },
    value: ({ groups }) => groups.map(({ id, name }) => `${id} ${name}`),
  },
];

function describe({ until, reason, by }: AdminKeepOut): string {
  const why = reason === '' ? '' : `: ${reason}`;
  return `${keptOutWords(until).en} by ${by}${why}`;
}
