import type { CommandSpec } from '../command.ts';
import { GROUP, USERS } from './words.ts';

/** Groups. */
export const GROUP_COMMANDS: readonly CommandSpec[] = [
  {
    path: 'group list',
    summary: { en: 'list groups', zh: '列出群组' },
    examples: ['chatd group list', 'chatd group list --json'],
    load: async () => (await import('../commands/group.ts')).list,
  },
  {
    path: 'group get',
    args: [GROUP],
    summary: { en: 'show a group and its members', zh: '显示群组及其成员' },
    examples: ['chatd group get dev', 'chatd group get dev --json'],
    load: async () => (await import('../commands/group-get.ts')).get,
  },
  {
    path: 'group create',
    args: [GROUP, { ...USERS, form: '[users...]' }],
    options: [
      {
        flags: '--name <name>',
        text: { en: "the group's name (default: its id)", zh: '群组名称(默认为 id)' },
      },
      {
        flags: '--owner <user>',
        text: { en: 'its owner (default: Admin.Name)', zh: '群主(默认 Admin.Name)' },
      },
    ],
    summary: { en: 'create a group', zh: '创建群组' },
    examples: ['chatd group create dev @alice @bob', 'chatd group create dev --name 研发 --owner @alice'],
    load: async () => (await import('../commands/group.ts')).create,
  },
  {
    path: 'group add',
    args: [GROUP, USERS],
    summary: { en: 'add users to a group', zh: '添加群成员' },
    examples: ['chatd group add dev @carol', 'chatd group add dev 2 3 4'],
    load: async () => (await import('../commands/group.ts')).add,
  },
  {
    path: 'group remove',
    args: [GROUP, USERS],
    summary: { en: 'remove users from a group', zh: '移除群成员' },
    examples: ['chatd group remove dev @carol', 'chatd group remove dev 2 3'],
    load: async () => (await import('../commands/group.ts')).remove,
  },
];
