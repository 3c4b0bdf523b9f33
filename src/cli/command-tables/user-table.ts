import type { CommandSpec } from '../command.ts';
import { PASSWORD_FILE, USER, USERS } from './words.ts';

/** Users and their tokens. */
export const USER_COMMANDS: readonly CommandSpec[] = [
  {
    path: 'user list',
    options: [
      {
        flags: '--name <part>',
        text: { en: 'only names that contain PART', zh: '只列出名字包含此内容的用户' },
      },
      {
        flags: '--kept-out',
        text: { en: 'only those who are banned or kept out now', zh: '只列出被封禁或禁入的用户' },
      },
    ],
    summary: { en: 'list users', zh: '列出用户' },
    examples: ['chatd user list', 'chatd user list --name ali --json'],
    load: async () => (await import('../commands/user.ts')).list,
  },
  {
    path: 'user get',
    args: [USERS],
    summary: { en: 'show all that is known of a user', zh: '显示用户的详情' },
    examples: ['chatd user get @alice', 'chatd user get 2 --json'],
    load: async () => (await import('../commands/user-get.ts')).get,
  },
  {
    path: 'user add',
    args: [{ form: '<name>', text: { en: "the new user's name", zh: '新用户的名字' } }],
    options: [
      {
        flags: '--password-file <file>',
        text: {
          en: 'read the password from FILE (- is stdin); without it one is made up and shown',
          zh: '从文件读取密码(- 为标准输入); 不给则随机生成并显示',
        },
      },
    ],
    summary: { en: 'add a user', zh: '添加用户' },
    examples: ['chatd user add alice', 'chatd user add alice --password-file -'],
    load: async () => (await import('../commands/user.ts')).add,
  },
  {
    path: 'user passwd',
    args: [USER],
    options: [PASSWORD_FILE],
    summary: { en: "set a user's password; their tokens end", zh: '设置用户密码; 其登录随之失效' },
    examples: ['chatd user passwd @alice', 'chatd user passwd 2 --password-file new.txt'],
    load: async () => (await import('../commands/user.ts')).passwd,
  },
  {
    path: 'user enable',
    args: [USERS],
    summary: { en: 'let users sign in again', zh: '启用用户' },
    examples: ['chatd user enable @alice', 'chatd user enable 2 3'],
    load: async () => (await import('../commands/user.ts')).enable,
  },
  {
    path: 'user disable',
    args: [USERS],
    summary: { en: 'shut users out; their connections end', zh: '停用用户; 其连接随之断开' },
    examples: ['chatd user disable @mallory', 'chatd user disable --yes - < spammers.txt'],
    load: async () => (await import('../commands/user.ts')).disable,
  },
  {
    path: 'user promote',
    args: [USERS],
    summary: { en: 'make users administrators', zh: '设为管理员' },
    examples: ['chatd user promote @alice', 'chatd user promote 2 3'],
    load: async () => (await import('../commands/user.ts')).promote,
  },
  {
    path: 'user demote',
    args: [USERS],
    summary: { en: 'make administrators users again', zh: '取消管理员' },
    examples: ['chatd user demote @alice', 'chatd user demote 2 --yes'],
    load: async () => (await import('../commands/user.ts')).demote,
  },
  {
    path: 'token create',
    args: [USER],
    options: [
      {
        flags: '--expire <duration>',
        text: { en: 'valid this long (default: Auth.Expire)', zh: '有效期(默认 Auth.Expire)' },
      },
    ],
    summary: { en: 'print a token a user can connect with', zh: '签发用户令牌' },
    examples: [
      'chatd token create 2',
      'wscat -c "ws://127.0.0.1:9000/ws?token=$(chatd token create @alice)"',
    ],
    load: async () => (await import('../commands/token.ts')).create,
  },
  {
    path: 'token check',
    args: [
      {
        form: '[token]',
        text: { en: 'the token; - or nothing reads it from stdin', zh: '令牌; - 或不写则从标准输入读取' },
      },
    ],
    summary: { en: 'say whose a token is, and whether it still holds', zh: '查看令牌属于谁, 是否有效' },
    examples: ['chatd token create 2 | chatd token check', 'chatd token check - < token.txt'],
    load: async () => (await import('../commands/token.ts')).check,
  },
];
