import type { AdminGroup, MembersAnswer } from '../../protocol/admin-users.ts';
import { allPages } from '../all-pages.ts';
import type { Command, CommandContext } from '../command.ts';
import type { Bilingual } from '../exit-codes.ts';
import type { Column } from '../print.ts';
import { expandDash } from '../stdin.ts';
import { withAdmin } from '../with-admin.ts';

export const list: Command = async (context) => {
  const groups = await withAdmin(context, 'database', (call) =>
    allPages(async (page) => {
      const { groups: items, total } = await call('group.list', page);
      return { items, total };
    }),
  );
  context.print.rows(COLUMNS, groups);
};

export const create: Command = async (context, [group = '', ...args], { name, owner }) => {
  const users = await expandDash(context, args);
  const request = {
    group,
    users,
    ...(typeof name === 'string' ? { name } : {}),
    ...(typeof owner === 'string' ? { owner } : {}),
  };
  const made = await withAdmin(context, 'database', (call) => call('group.create', request));
  context.print.result(
    {
      en: `created  ${made.id} ${made.name}  ${made.memberCount} ${made.memberCount === 1 ? 'member' : 'members'}`,
      zh: `已创建  ${made.id} ${made.name}  ${made.memberCount} 人`,
    },
    made,
  );
};

export const add: Command = async (context, [group = '', ...args]) => {
  const users = await expandDash(context, args);
  const answer = await withAdmin(context, 'database', (call) => call('group.add', { group, users }));
  printChange(context, answer, {
    done: { en: 'added', zh: '已加入' },
    nothing: { en: 'nothing to do: members already', zh: '无变化: 已在群中' },
  });
};

export const remove: Command = async (context, [group = '', ...args]) => {
  const users = await expandDash(context, args);
  const answer = await withAdmin(context, 'database', (call) => call('group.remove', { group, users }));
  printChange(context, answer, {
    done: { en: 'removed', zh: '已移出' },
    nothing: { en: 'nothing to do: no members', zh: '无变化: 不在群中' },
  });
};

interface Words {
  readonly done: Bilingual;
  readonly nothing: Bilingual;
}

function printChange({ print }: CommandContext, answer: MembersAnswer, { done, nothing }: Words): void {
  const { group, changed, memberCount } = answer;
  if (changed.length === 0) print.note(nothing);
  for (const { id, name } of changed) {
    const what = `${group}  ${id} ${name}`;
    print.result({ en: `${done.en}  ${what}`, zh: `${done.zh}  ${what}` }, { group, id, name, memberCount });
  }
}

const COLUMNS: readonly Column<AdminGroup>[] = [
  { title: { en: 'GROUP', zh: '群组' }, value: ({ id }) => id },
  { title: { en: 'NAME', zh: '名称' }, value: ({ name }) => name },
  { title: { en: 'MEMBERS', zh: '人数' }, value: ({ memberCount }) => memberCount, align: 'right' },
  { title: { en: 'MESSAGES', zh: '消息' }, value: ({ lastSeq }) => lastSeq, align: 'right' },
  { title: { en: 'CREATOR', zh: '创建者' }, value: ({ creatorId }) => creatorId, align: 'right' },
];
