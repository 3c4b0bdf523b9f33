import type { CommandSpec } from '../command.ts';

/** The everyday verbs. */
export const EVERYDAY_COMMANDS: readonly CommandSpec[] = [
  {
    path: 'serve',
    summary: { en: 'run the server', zh: '启动服务器' },
    examples: [
      'chatd serve -f etc/backend.yaml',
      "CHATD_MYSQL_DSN='root:@tcp(127.0.0.1:3306)/chatd' chatd serve",
    ],
    ownsSignals: true,
    load: async () => (await import('../commands/serve.ts')).serve,
  },
  {
    path: 'console',
    options: [
      { flags: '--readonly', text: { en: 'look, but change nothing', zh: '只看, 不做任何更改' } },
      {
        flags: '--ascii',
        text: {
          en: 'draw without characters that are two columns wide on some terminals',
          zh: '不使用在某些终端上占两列的字符',
        },
      },
      {
        flags: '--theme <theme>',
        text: { en: 'colours for a dark or a light terminal, or none', zh: '深色或浅色终端的配色, 或无颜色' },
        choices: ['dark', 'light', 'none'],
      },
      {
        flags: '--once',
        text: { en: 'print one snapshot and end; needs no terminal', zh: '输出一次快照后结束; 不需要终端' },
      },
    ],
    summary: { en: 'operate the server from this terminal', zh: '在终端里运维服务器' },
    examples: ['chatd console', 'chatd console --readonly --url https://chat.example.com'],
    ownsSignals: true,
    load: async () => (await import('../commands/console.ts')).openConsole,
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
      {
        flags: '--wait <what>',
        text: {
          en: 'return when it is stored, or when all it was written to have it (else exit 5, after --timeout)',
          zh: '等到已存储, 或等到所有在线接收者都收到(超过 --timeout 则退出码为 5)',
        },
        choices: ['stored', 'delivered'],
        default: 'stored',
      },
    ],
    summary: { en: 'send a message to a user or a group', zh: '向用户或群组发送消息' },
    examples: ['chatd send --to 2 "你好"', 'date | chatd send --group all -'],
    load: async () => (await import('../commands/send.ts')).send,
  },
  {
    path: 'tail',
    args: [
      {
        form: '[filter...]',
        text: {
          en: 'only events with all of these words; ! inverts one',
          zh: '只显示包含所有这些词的事件; ! 取反',
        },
      },
    ],
    options: [
      { flags: '--events', text: { en: 'what the server says of itself', zh: '服务器事件' } },
      { flags: '--messages', text: { en: 'messages as they are stored', zh: '新存储的消息' } },
      {
        flags: '--user <user>',
        text: { en: 'only messages of the conversations of this user', zh: '只显示此用户所在会话的消息' },
      },
      { flags: '--group <group>', text: { en: 'only messages of this group', zh: '只显示此群组的消息' } },
      {
        flags: '--content',
        text: { en: 'messages with their text; reading it is audited', zh: '显示正文; 阅读会被记录' },
      },
    ],
    summary: {
      en: 'follow events and messages as they happen, until Ctrl-C',
      zh: '实时显示事件与消息, 直到 Ctrl-C',
    },
    examples: ['chatd tail', "chatd tail connection '!seed' --json"],
    load: async () => (await import('../commands/tail.ts')).tail,
  },
  {
    path: 'bench',
    options: [
      {
        flags: '--pattern <pattern>',
        text: {
          en: 'pairs who write to each other, groups, connections that do nothing, or connecting',
          zh: '两两私聊, 群聊, 空闲连接, 或建立连接',
        },
        choices: ['private', 'group', 'idle', 'connect'],
        default: 'private',
      },
      {
        flags: '--db <database>',
        text: {
          en: 'start a server for this run alone, on this database (default: measure the running server)',
          zh: '仅为本次压测启动一个使用该数据库的服务器(默认压测正在运行的服务器)',
        },
        choices: ['sqlite', 'mysql'],
      },
      {
        flags: '--dsn <dsn>',
        text: {
          en: 'of --db mysql: the server on which a database is made and dropped (default: MySQL.DSN)',
          zh: '用于 --db mysql: 在此服务器上建立并删除数据库(默认 MySQL.DSN)',
        },
      },
      { flags: '--clients <count>', text: { en: 'how many connect', zh: '客户端数' } },
      { flags: '--groups <count>', text: { en: 'how many groups they are in', zh: '群组数' } },
      {
        flags: '--senders <count>',
        text: { en: 'how many of them write, of each group', zh: '发送者数(每个群组)' },
      },
      {
        flags: '--rate <count>',
        text: {
          en: 'messages a second of all together (default: as fast as acks come)',
          zh: '每秒消息总数(默认随确认尽快发送)',
        },
      },
      { flags: '--size <bytes>', text: { en: 'of a message (default: 100)', zh: '消息大小(默认 100)' } },
      {
        flags: '--window <count>',
        text: { en: 'sends in flight of each sender', zh: '每个发送者的在途消息数' },
      },
      { flags: '--duration <time>', text: { en: 'how long it is measured', zh: '测量时长' } },
      {
        flags: '--warmup <time>',
        text: { en: 'how long before that (default: 2s)', zh: '测量前的预热时长(默认 2s)' },
      },
    ],
    summary: { en: 'measure a server under load', zh: '压测服务器' },
    examples: ['chatd bench --db sqlite', 'chatd bench --pattern group --rate 1000 --duration 30s'],
    ownsSignals: true,
    load: async () => (await import('../commands/bench.ts')).bench,
  },
];
