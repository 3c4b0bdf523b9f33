import type { CommandSpec } from '../command.ts';
import { LIMIT, USER } from './words.ts';

/** Who is connected, and was. */
export const CONNECTION_COMMANDS: readonly CommandSpec[] = [
  {
    path: 'connection list',
    args: [
      {
        form: '[filter...]',
        text: {
          en: 'only those that match: part of a name or address, client:seed, queue>100k; ! inverts',
          zh: '只列出符合的连接: 名字或地址的一部分, client:seed, queue>100k; ! 取反',
        },
      },
    ],
    options: [
      {
        flags: '--sort <column>',
        text: {
          en: 'by user, name, address, up, idle, in, out, queue or client; -queue: the largest first',
          zh: '按 user, name, address, up, idle, in, out, queue 或 client 排序; -queue 为从大到小',
        },
      },
      { flags: '--limit <count>', text: { en: 'at most so many (default: all)', zh: '最多列出(默认全部)' } },
    ],
    summary: { en: 'list who is connected', zh: '列出当前连接' },
    examples: ['chatd connection list', "chatd connection list --sort -queue client:seed 'queue>100k'"],
    load: async () => (await import('../commands/connection.ts')).list,
  },
  {
    path: 'connection get',
    args: [
      {
        form: '<connections...>',
        text: {
          en: 'connections: c-8f2; - reads one a line from stdin',
          zh: '连接: c-8f2; - 从标准输入逐行读取',
        },
      },
    ],
    summary: { en: 'show all that is known of a connection', zh: '显示连接的详情' },
    examples: ['chatd connection get c-8f2', 'chatd connection get c-8f2 --json'],
    load: async () => (await import('../commands/connection.ts')).get,
  },
  {
    path: 'connection history',
    args: [USER],
    options: [LIMIT],
    summary: { en: "show a user's connections and why they ended", zh: '显示用户的历次连接与断开原因' },
    examples: ['chatd connection history @alice', 'chatd connection history 2 --limit 5 --json'],
    load: async () => (await import('../commands/connection.ts')).history,
  },
];
