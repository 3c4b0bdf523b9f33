import type { ConnectionRecord } from '../../protocol/admin-connections.ts';
import type { Column } from '../columns.ts';
import { duration } from '../figures.ts';
import { when } from '../times.ts';

/** What is shown of a connection there was: when it ended, how long it lasted, from where, and why. */
export const recordColumns: readonly Column<ConnectionRecord>[] = [
  {
    title: { zh: '结束', en: 'ENDED' },
    width: 15,
    show: ({ closedAt }, { now, language }) =>
      closedAt === undefined ? OPEN[language] : when(closedAt, now, language),
    tone: ({ closedAt }) => (closedAt === undefined ? 'good' : undefined),
  },
  {
    title: { zh: '时长', en: 'LASTED' },
    width: 7,
    show: ({ openedAt, closedAt }, { now }) => duration((closedAt ?? now) - openedAt),
  },
  { title: { zh: '地址', en: 'ADDRESS' }, width: 15, from: 60, show: ({ address }) => address },
  {
    title: { zh: '原因', en: 'CAUSE' },
    width: 20,
    grows: 4,
    show: ({ closeCode, cause, closedAt }, { language }) =>
      [closeCode ?? '', cause ?? (closedAt === undefined ? '' : UNKNOWN[language])].join(' ').trim(),
  },
  { title: { zh: '连接', en: 'ID' }, width: 12, from: 100, show: ({ id }) => id },
  { title: { zh: '客户端', en: 'CLIENT' }, width: 6, from: 110, show: ({ client }) => client },
  { title: { zh: '程序', en: 'AGENT' }, width: 16, grows: 2, from: 130, show: ({ userAgent }) => userAgent },
];

const OPEN = { zh: '在线', en: 'open' } as const;
const UNKNOWN = { zh: '没有记录', en: 'not on record' } as const;
