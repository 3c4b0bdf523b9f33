import type { AuditItem, EventLevel, ServerEvent } from '../../protocol/admin-records.ts';
import type { Column } from '../columns.ts';
import type { Tone } from '../lines.ts';
import { shortWhen } from '../times.ts';
import { fieldsOf } from './event-lines.ts';

export const EVENT_COLUMNS: readonly Column<ServerEvent>[] = [
  {
    title: { zh: '时间', en: 'TIME' },
    width: 11,
    show: ({ at }, { now }) => shortWhen(at, now),
  },
  {
    title: { zh: '级别', en: 'LEVEL' },
    width: 5,
    from: 56,
    show: ({ level }) => level,
    tone: ({ level }) => LEVEL_TONES[level],
  },
  {
    title: { zh: '事件', en: 'EVENT' },
    width: 20,
    show: ({ event }) => event,
    tone: ({ level }) => LEVEL_TONES[level],
  },
  { title: { zh: '详情', en: 'WHAT' }, width: 4, grows: 1, show: fieldsOf },
];

export const AUDIT_COLUMNS: readonly Column<AuditItem>[] = [
  { title: { zh: '时间', en: 'TIME' }, width: 11, show: ({ at }, { now }) => shortWhen(at, now) },
  { title: { zh: '操作者', en: 'ACTOR' }, width: 10, grows: 2, show: ({ actor }) => actor },
  { title: { zh: '操作', en: 'ACTION' }, width: 14, grows: 1, show: ({ action }) => action },
  { title: { zh: '对象', en: 'TARGET' }, width: 8, grows: 3, from: 44, show: ({ target }) => target },
  { title: { zh: '来自', en: 'FROM' }, width: 15, from: 92, show: ({ address }) => address },
  {
    title: { zh: '结果', en: 'RESULT' },
    width: 6,
    grows: 1,
    from: 56,
    show: ({ result }) => result,
    tone: ({ result }) => (result === 'ok' ? 'good' : 'bad'),
  },
];

const LEVEL_TONES: Readonly<Record<EventLevel, Tone>> = {
  debug: 'dim',
  info: 'plain',
  warn: 'warn',
  error: 'bad',
};
