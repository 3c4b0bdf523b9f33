import type { CommandSpec } from '../command.ts';
import { LIMIT } from './words.ts';

/** What was said, and what operators did. */
export const RECORD_COMMANDS: readonly CommandSpec[] = [
  {
    path: 'message list',
    options: [
      {
        flags: '--user <user>',
        text: { en: 'of the conversations of this user', zh: '此用户所在会话的消息' },
      },
      { flags: '--group <group>', text: { en: 'of this group', zh: '此群组的消息' } },
      { flags: '--before <id>', text: { en: 'only older than this message', zh: '只列出早于此消息的' } },
      LIMIT,
      {
        flags: '--content',
        text: { en: 'with the text; reading it is audited', zh: '包括正文; 阅读会被记录' },
      },
    ],
    summary: { en: 'list stored messages, the latest first', zh: '列出已存储的消息, 最新的在前' },
    examples: ['chatd message list --user @alice', 'chatd message list --group dev --content --limit 200'],
    load: async () => (await import('../commands/message.ts')).list,
  },
  {
    path: 'audit list',
    options: [
      { flags: '--actor <actor>', text: { en: 'only of this operator', zh: '只列出此操作者的' } },
      {
        flags: '--action <action>',
        text: { en: 'only this action; user is all of user.…', zh: '只列出此操作; user 为全部 user.…' },
      },
      {
        flags: '--target <part>',
        text: { en: 'only targets that contain PART', zh: '只列出对象包含此内容的' },
      },
      { flags: '--before <id>', text: { en: 'only older than this entry', zh: '只列出早于此记录的' } },
      LIMIT,
    ],
    summary: { en: 'list what operators did, the latest first', zh: '列出运维操作, 最新的在前' },
    examples: ['chatd audit list', 'chatd audit list --action user.kick --limit 200'],
    load: async () => (await import('../commands/audit.ts')).list,
  },
];
