import type { ArgumentSpec, OptionSpec } from '../command.ts';

/** Arguments and options that mean the same in several commands. */

export const USERS: ArgumentSpec = {
  form: '<users...>',
  text: {
    en: 'users: 2 or @alice; - reads one a line from stdin',
    zh: '用户: 2 或 @alice; - 从标准输入逐行读取',
  },
};
export const USER: ArgumentSpec = {
  form: '<user>',
  text: { en: 'a user: 2 or @alice', zh: '用户: 2 或 @alice' },
};
export const GROUP: ArgumentSpec = { form: '<group>', text: { en: "the group's id", zh: '群组 id' } };
export const PASSWORD_FILE: OptionSpec = {
  flags: '--password-file <file>',
  text: {
    en: 'read the password from FILE (- is stdin) instead of asking for it',
    zh: '从文件读取密码(- 为标准输入), 不再询问',
  },
};
export const LIMIT: OptionSpec = {
  flags: '--limit <count>',
  text: { en: 'at most so many', zh: '最多列出' },
  default: '50',
};
