import type { AdminMember, GroupDetail } from '../../protocol/admin-users.ts';
import type { Command } from '../command.ts';
import type { Field } from '../print.ts';
import { withAdmin } from '../with-admin.ts';

export const get: Command = async (context, [group = '']) => {
  const detail = await withAdmin(context, 'database', (call) => call('group.get', { group }));
  context.print.details(FIELDS, detail);
};

const FIELDS: readonly Field<GroupDetail>[] = [
  { title: { en: 'GROUP', zh: '群组' }, value: ({ id }) => id },
  { title: { en: 'NAME', zh: '名称' }, value: ({ name }) => name },
  { title: { en: 'CREATOR', zh: '创建者' }, value: ({ creatorId }) => creatorId },
  { title: { en: 'MESSAGES', zh: '消息' }, value: ({ lastSeq }) => lastSeq },
  { title: { en: 'MEMBERS', zh: '人数' }, value: ({ memberCount }) => memberCount },
  { title: { en: 'MEMBER', zh: '成员' }, value: ({ members }) => members.map(describe) },
];

function describe({ id, name, role, online }: AdminMember): string {
  return `${id} ${name} (${role}, ${online ? 'online' : 'offline'})`;
}
