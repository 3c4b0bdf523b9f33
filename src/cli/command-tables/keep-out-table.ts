import type { CommandSpec, OptionSpec } from '../command.ts';
import { USERS } from './words.ts';

const REASON: OptionSpec = {
  flags: '--reason <text>',
  text: { en: 'shown to the user', zh: '显示给用户的原因' },
};

/** Who is sent away, and let in again. */
export const KEEP_OUT_COMMANDS: readonly CommandSpec[] = [
  {
    path: 'kick',
    args: [
      {
        form: '<targets...>',
        text: {
          en: 'users (2, @alice) or connections (c-8f2); - reads one a line from stdin',
          zh: '用户(2, @alice)或连接(c-8f2); - 从标准输入逐行读取',
        },
      },
    ],
    options: [
      REASON,
      {
        flags: '--for <duration>',
        text: {
          en: 'keep them out this long, 0 not at all (default: Kick.KeepOut)',
          zh: '禁止其在此时长内回来, 0 为不禁止(默认 Kick.KeepOut)',
        },
      },
    ],
    summary: {
      en: 'disconnect users and keep them out for a while',
      zh: '断开用户, 并在一段时间内禁止其回来',
    },
    examples: ['chatd kick @mallory --reason 刷屏 --for 10m', 'chatd kick c-8f2 --for 0'],
    load: async () => (await import('../commands/kick.ts')).kick,
  },
  {
    path: 'ban',
    args: [USERS],
    options: [REASON],
    summary: { en: 'shut users out until the ban is lifted', zh: '封禁用户, 直到解除' },
    examples: ['chatd ban @mallory --reason spam', 'chatd ban --yes - < spammers.txt'],
    load: async () => (await import('../commands/kick.ts')).ban,
  },
  {
    path: 'unban',
    args: [USERS],
    summary: { en: 'let users in again: ends bans and keep-outs', zh: '解除封禁与禁入' },
    examples: ['chatd unban @mallory', 'chatd unban 2 3'],
    load: async () => (await import('../commands/kick.ts')).unban,
  },
];
