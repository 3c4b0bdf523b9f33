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
    path: 'message recall',
    args: [
      {
        form: '<conversation>',
        text: {
          en: "a group's id, or a private conversation's (message list --json shows it)",
          zh: '群组 id 或私聊会话 id(见 message list --json)',
        },
      },
      { form: '<seq>', text: { en: "the message's place in it", zh: '消息在会话中的序号' } },
    ],
    summary: { en: 'take a message back: its content is gone for all', zh: '撤回消息: 为所有人删除其内容' },
    examples: ['chatd message recall dev 17', 'chatd message recall dev 17 --yes --json'],
    load: async () => (await import('../commands/message-recall.ts')).recall,
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
