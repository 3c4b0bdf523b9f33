import type { ArgumentSpec, CommandSpec, OptionSpec } from './command.ts';
import type { Bilingual } from './exit-codes.ts';

/** Every command: its words, its help in both languages, and where its code is. */

const USERS: ArgumentSpec = {
  form: '<users...>',
  text: {
    en: 'users: 2 or @alice; - reads one a line from stdin',
    zh: '用户: 2 或 @alice; - 从标准输入逐行读取',
  },
};
const USER: ArgumentSpec = { form: '<user>', text: { en: 'a user: 2 or @alice', zh: '用户: 2 或 @alice' } };
const GROUP: ArgumentSpec = { form: '<group>', text: { en: "the group's id", zh: '群组 id' } };
const PASSWORD_FILE: OptionSpec = {
  flags: '--password-file <file>',
  text: {
    en: 'read the password from FILE (- is stdin) instead of asking for it',
    zh: '从文件读取密码(- 为标准输入),不再询问',
  },
};

export const COMMANDS: readonly CommandSpec[] = [
  {
    path: 'serve',
    summary: { en: 'run the server', zh: '启动服务器' },
    examples: [
      'chatd serve -f etc/backend.yaml',
      "CHATD_MYSQL_DSN='root:@tcp(127.0.0.1:3306)/chatd' chatd serve",
    ],
    ownsSignals: true,
    load: async () => (await import('./commands/serve.ts')).serve,
  },
  {
    path: 'send',
    args: [
      { form: '<text>', text: { en: 'what to say; - reads it from stdin', zh: '内容; - 从标准输入读取' } },
    ],
    options: [
      { flags: '--to <user>', text: { en: 'to a user: 2 or @alice', zh: '发给用户: 2 或 @alice' } },
      {
        flags: '--group <group>',
        text: { en: 'to a group; all is everybody', zh: '发到群组; all 为所有人' },
      },
      {
        flags: '--as <user>',
        text: { en: 'speak as this user (default: Admin.Name)', zh: '以此用户的身份发送(默认 Admin.Name)' },
      },
      {
        flags: '--type <type>',
        text: { en: 'what the text is', zh: '内容类型' },
        choices: ['text', 'image', 'sticker', 'file'],
        default: 'text',
      },
    ],
    summary: { en: 'send a message to a user or a group', zh: '向用户或群组发送消息' },
    examples: ['chatd send --to 2 "你好"', 'date | chatd send --group all -'],
    load: async () => (await import('./commands/send.ts')).send,
  },
  {
    path: 'user list',
    options: [
      {
        flags: '--name <part>',
        text: { en: 'only names that contain PART', zh: '只列出名字包含此内容的用户' },
      },
    ],
    summary: { en: 'list users', zh: '列出用户' },
    examples: ['chatd user list', 'chatd user list --name ali --json'],
    load: async () => (await import('./commands/user.ts')).list,
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
    load: async () => (await import('./commands/user.ts')).add,
  },
  {
    path: 'user passwd',
    args: [USER],
    options: [PASSWORD_FILE],
    summary: { en: "set a user's password; their tokens end", zh: '设置用户密码; 其登录随之失效' },
    examples: ['chatd user passwd @alice', 'chatd user passwd 2 --password-file new.txt'],
    load: async () => (await import('./commands/user.ts')).passwd,
  },
  {
    path: 'user enable',
    args: [USERS],
    summary: { en: 'let users sign in again', zh: '启用用户' },
    examples: ['chatd user enable @alice', 'chatd user enable 2 3'],
    load: async () => (await import('./commands/user.ts')).enable,
  },
  {
    path: 'user disable',
    args: [USERS],
    summary: { en: 'shut users out; their connections end', zh: '停用用户; 其连接随之断开' },
    examples: ['chatd user disable @mallory', 'chatd user disable --yes - < spammers.txt'],
    load: async () => (await import('./commands/user.ts')).disable,
  },
  {
    path: 'user promote',
    args: [USERS],
    summary: { en: 'make users administrators', zh: '设为管理员' },
    examples: ['chatd user promote @alice', 'chatd user promote 2 3'],
    load: async () => (await import('./commands/user.ts')).promote,
  },
  {
    path: 'user demote',
    args: [USERS],
    summary: { en: 'make administrators users again', zh: '取消管理员' },
    examples: ['chatd user demote @alice', 'chatd user demote 2 --yes'],
    load: async () => (await import('./commands/user.ts')).demote,
  },
  {
    path: 'group list',
    summary: { en: 'list groups', zh: '列出群组' },
    examples: ['chatd group list', 'chatd group list --json'],
    load: async () => (await import('./commands/group.ts')).list,
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
    load: async () => (await import('./commands/group.ts')).create,
  },
  {
    path: 'group add',
    args: [GROUP, USERS],
    summary: { en: 'add users to a group', zh: '添加群成员' },
    examples: ['chatd group add dev @carol', 'chatd group add dev 2 3 4'],
    load: async () => (await import('./commands/group.ts')).add,
  },
  {
    path: 'group remove',
    args: [GROUP, USERS],
    summary: { en: 'remove users from a group', zh: '移除群成员' },
    examples: ['chatd group remove dev @carol', 'chatd group remove dev 2 3'],
    load: async () => (await import('./commands/group.ts')).remove,
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
    load: async () => (await import('./commands/token.ts')).create,
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
    load: async () => (await import('./commands/token.ts')).check,
  },
  {
    path: 'config check',
    summary: { en: 'say what is wrong with the configuration', zh: '检查配置' },
    examples: ['chatd config check', 'chatd config check -f etc/backend.mysql.yaml'],
    load: async () => (await import('./commands/config.ts')).check,
  },
  {
    path: 'config show',
    summary: { en: 'print every setting and where it comes from', zh: '显示每项配置及其来源' },
    examples: ['chatd config show', 'chatd config show --json'],
    load: async () => (await import('./commands/config.ts')).show,
  },
  {
    path: 'config schema',
    summary: {
      en: 'print the JSON schema of the file, for editors',
      zh: '输出配置文件的 JSON schema, 供编辑器使用',
    },
    examples: ['chatd config schema', 'chatd config schema > etc/backend.schema.json'],
    load: async () => (await import('./commands/config.ts')).schema,
  },
  {
    path: 'db migrate',
    summary: { en: 'bring the database to this version', zh: '升级数据库结构' },
    examples: ['chatd db migrate', 'chatd db migrate -f etc/backend.mysql.yaml'],
    load: async () => (await import('./commands/db.ts')).migrate,
  },
  {
    path: 'db status',
    summary: { en: "show the database's migrations", zh: '显示数据库迁移状态' },
    examples: ['chatd db status', 'chatd db status --json'],
    load: async () => (await import('./commands/db.ts')).status,
  },
];

/** What the nouns are, for the list of commands. */
export const NOUNS: Readonly<Record<string, Bilingual>> = {
  user: {
    en: 'users: list, add, passwd, enable, disable, promote, demote',
    zh: '用户: list, add, passwd, enable, disable, promote, demote',
  },
  group: { en: 'groups: list, create, add, remove', zh: '群组: list, create, add, remove' },
  token: { en: 'tokens: create, check', zh: '令牌: create, check' },
  config: { en: 'the configuration: check, show, schema', zh: '配置: check, show, schema' },
  db: { en: 'the database: migrate, status', zh: '数据库: migrate, status' },
};
