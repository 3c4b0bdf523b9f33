import type { Language } from '../protocol/error-codes.ts';
import type { Bilingual } from './keymap.ts';
import type { OpenEffect } from './view.ts';

/** What `:` understands: a word, or its beginning where that is clear, and something after it. */
export type CommandLine =
  | { readonly do: 'open'; readonly open: OpenEffect }
  | { readonly do: 'quit' }
  | { readonly do: 'refuse'; readonly text: Bilingual };

export interface CommandWord {
  readonly word: string;
  /** Other ways to write it. */
  readonly also?: readonly string[];
  /** As the keys page shows it: `[filter]`, `<user>`. */
  readonly form?: string;
  readonly text: Bilingual;
  /** `argument` may be empty only where `form` is in brackets or absent. */
  go(argument: string): OpenEffect | 'quit';
}

export const COMMAND_WORDS: readonly CommandWord[] = [
  {
    word: 'connections',
    form: '[filter]',
    text: { en: 'Connections', zh: '连接' },
    go: (filter) => open('connections', filter === '' ? {} : { filter }),
  },
  {
    word: 'messages',
    form: '[user | group:id]',
    text: { en: 'Messages of all, of a user, of a group', zh: '全部, 某用户或某群组的消息' },
    go: (whose) => {
      const group = groupIn(whose);
      if (group !== undefined) return open('messages', { group });
      return open('messages', whose === '' ? {} : { user: whose });
    },
  },
  {
    word: 'users',
    form: '[name]',
    text: { en: 'Users', zh: '用户' },
    go: (name) => open('users', name === '' ? {} : { name }),
  },
  { word: 'groups', text: { en: 'Groups', zh: '群组' }, go: () => open('groups', {}) },
  {
    word: 'events',
    form: '[filter]',
    text: { en: 'Events', zh: '事件' },
    go: (filter) => open('events', filter === '' ? {} : { filter }),
  },
  { word: 'audit', text: { en: 'the audit', zh: '审计' }, go: () => open('events', { audit: true }) },
  { word: 'metrics', text: { en: 'Metrics', zh: '指标' }, go: () => open('metrics', {}) },
  {
    word: 'user',
    form: '<user>',
    text: { en: 'details of a user: 2 or @alice', zh: '用户详情: 2 或 @alice' },
    go: (userId) => open('user', { userId }),
  },
  {
    word: 'history',
    form: '<user>',
    text: { en: 'his connections', zh: '此用户的连接' },
    go: (userId) => open('history', { userId }),
  },
  {
    word: 'group',
    form: '<id>',
    text: { en: 'details of a group', zh: '群组详情' },
    go: (group) => open('group', { group }),
  },
  {
    word: 'send',
    form: '[user | group:id]',
    text: { en: 'send a message', zh: '发送消息' },
    go: (to) => {
      const group = groupIn(to);
      if (group !== undefined) return open('send', { group });
      return open('send', to === '' ? {} : { to });
    },
  },
  {
    word: 'keys',
    also: ['help'],
    text: { en: 'the keys', zh: '按键' },
    go: () => open('keys', {}),
  },
  { word: 'quit', text: { en: 'leave', zh: '退出' }, go: () => 'quit' },
];

/** What a command line asks for; empty asks for nothing. */
export function parseCommandLine(line: string): CommandLine | undefined {
  const text = line.trim().replace(/^[:：]+\s*/, '');
  if (text === '') return undefined;
  const [, word = '', argument = ''] = /^(\S+)\s*(.*)$/s.exec(text) ?? [];
  const found = wordsThatFit(word);
  const [only] = found;
  if (only === undefined) return refuse(`no such screen: ${word}`, `没有这个界面: ${word}`);
  if (found.length > 1) {
    const names = found.map((one) => one.word).join(', ');
    return refuse(`${word} may be ${names}`, `${word} 可能是 ${names}`);
  }
  if (argument === '' && only.form?.startsWith('<') === true) {
    return refuse(`:${only.word} ${only.form}`, `:${only.word} ${only.form}`);
  }
  const goal = only.go(argument);
  return goal === 'quit' ? { do: 'quit' } : { do: 'open', open: goal };
}

/** The word itself, else every word that begins so. */
function wordsThatFit(typed: string): readonly CommandWord[] {
  const word = typed.toLowerCase();
  const names = (entry: CommandWord) => [entry.word, ...(entry.also ?? [])];
  const exact = COMMAND_WORDS.filter((entry) => names(entry).includes(word));
  if (exact.length > 0) return exact;
  return COMMAND_WORDS.filter((entry) => names(entry).some((name) => name.startsWith(word)));
}

function groupIn(argument: string): string | undefined {
  return /^group:(.+)$/s.exec(argument)?.[1];
}

const open = <N extends OpenEffect['view']>(
  view: N,
  argument: Extract<OpenEffect, { readonly view: N }>['argument'],
): OpenEffect => ({ do: 'open', view, argument }) as OpenEffect;

function refuse(en: string, zh: string): CommandLine {
  return { do: 'refuse', text: { en, zh } satisfies Readonly<Record<Language, string>> };
}
