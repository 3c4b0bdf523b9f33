import type { MessageItem } from '../../protocol/admin-records.ts';
import { bytesInWords } from '../figures.ts';
import { dateAndTimeWithMs } from '../times.ts';
import { say, type Shared } from '../view.ts';
import { named, recipientOf, typeName } from './message-columns.ts';

/** Everything there is to say of a message, line by line; its text last, if it was asked for. */
export function messageLines(item: MessageItem, shared: Shared): readonly string[] {
  const label = (zh: string, en: string) => (shared.language === 'zh' ? zh : en.padEnd(13));
  return [
    `${label('编号  ', 'id')}${item.id}`,
    `${label('发送者', 'from')}${shared.language === 'zh' ? ' ' : ''}${named(item.from)}`,
    `${label('接收者', 'to')}${shared.language === 'zh' ? ' ' : ''}${recipientOf(item)}`,
    `${label('会话  ', 'conversation')}${item.conversationId}`,
    `${label('序号  ', 'seq')}${item.seq}`,
    `${label('时间  ', 'sent')}${dateAndTimeWithMs(item.sentAt)}`,
    `${label('类型  ', 'type')}${typeName(item, shared)}, ${bytesInWords(item.bytes)}`,
    '',
    ...(item.content === undefined ? [say(shared, NO_TEXT)] : item.content.split('\n')),
  ];
}

const NO_TEXT = {
  zh: '内容未显示: 在消息列表按 v 显示 (会记入审计)',
  en: 'The text is not shown: v in the list shows it, which is audited',
} as const;
