import type { AuditItem, ServerEvent } from '../../protocol/admin-records.ts';
import { fieldWords } from '../../protocol/field-words.ts';
import { dateAndTimeWithMs } from '../times.ts';
import { say, type Shared } from '../view.ts';

/** Everything there is to say of an event, line by line. */
export function eventLines(event: ServerEvent): readonly string[] {
  const fields = Object.entries(event.fields);
  const width = Math.max(5, ...fields.map(([name]) => name.length)) + 2;
  const line = (name: string, value: unknown) => `${name.padEnd(width)}${String(value)}`;
  return [
    line('event', event.event),
    line('level', event.level),
    line('at', dateAndTimeWithMs(event.at)),
    '',
    ...fields.map(([name, value]) => line(name, value)),
  ];
}

/** An entry of the audit: who did what to whom, from where, and with what result. */
export function auditLines(item: AuditItem, shared: Shared): readonly string[] {
  const line = (zh: string, en: string, value: string) =>
    `${shared.language === 'zh' ? `${zh}  ` : en.padEnd(9)}${value}`;
  return [
    line('操作者', 'actor', item.actor),
    line('操作  ', 'action', item.action),
    line('对象  ', 'target', item.target),
    line('时间  ', 'at', dateAndTimeWithMs(item.at)),
    line('来自  ', 'from', item.address),
    line('结果  ', 'result', item.result === 'ok' ? say(shared, { zh: '完成', en: 'ok' }) : item.result),
  ];
}

/** `connection_opened user=2 address=10.0.0.1`: the fields as one line. */
export function fieldsOf({ fields }: ServerEvent): string {
  return fieldWords(fields);
}
