import type { CommandSpec } from './command.ts';
import { CONNECTION_COMMANDS } from './command-tables/connection-table.ts';
import { EVERYDAY_COMMANDS } from './command-tables/everyday-table.ts';
import { GROUP_COMMANDS } from './command-tables/group-table.ts';
import { KEEP_OUT_COMMANDS } from './command-tables/keep-out-table.ts';
import { RECORD_COMMANDS } from './command-tables/record-table.ts';
import { SETUP_COMMANDS } from './command-tables/setup-table.ts';
import { SIGN_IN_COMMANDS } from './command-tables/sign-in-table.ts';
import { USER_COMMANDS } from './command-tables/user-table.ts';
import type { Bilingual } from './exit-codes.ts';

/** Every command, in the order of the help: its words, its help in both languages, and where its code is. */
export const COMMANDS: readonly CommandSpec[] = [
  ...EVERYDAY_COMMANDS,
  ...KEEP_OUT_COMMANDS,
  ...SIGN_IN_COMMANDS,
  ...CONNECTION_COMMANDS,
  ...USER_COMMANDS,
  ...GROUP_COMMANDS,
  ...RECORD_COMMANDS,
  ...SETUP_COMMANDS,
];

/** What the nouns are, for the list of commands. */
export const NOUNS: Readonly<Record<string, Bilingual>> = {
  connection: { en: 'connections: list, get, history', zh: '连接: list, get, history' },
  user: {
    en: 'users: list, get, add, passwd, enable, disable, promote, demote',
    zh: '用户: list, get, add, passwd, enable, disable, promote, demote',
  },
  group: { en: 'groups: list, get, create, add, remove', zh: '群组: list, get, create, add, remove' },
  message: { en: 'stored messages: list, recall', zh: '已存储的消息: list, recall' },
  token: { en: 'tokens: create, check', zh: '令牌: create, check' },
  audit: { en: 'what operators did: list', zh: '运维操作记录: list' },
  config: { en: 'the configuration: check, show, schema', zh: '配置: check, show, schema' },
  db: { en: 'the database: migrate, status', zh: '数据库: migrate, status' },
};
