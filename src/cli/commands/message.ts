import type { MessageItem } from '../../protocol/admin-records.ts';
import type { Command } from '../command.ts';
import { firstItems } from '../first-items.ts';
import { contentTypeName, fromAndTo } from '../message-words.ts';
import { countOption, idOption, textOption } from '../option-values.ts';
import type { Column } from '../print.ts';
import { withAdmin } from '../with-admin.ts';

/** Who wrote to whom; what, only if it was asked for: the server audits that. */
export const list: Command = async (context, _args, options) => {
  const content = options['content'] === true;
  const which = {
    user: textOption(options, 'user'),
    group: textOption(options, 'group'),
    ...(content ? { content } : {}),
  };
  const from = idOption(options, 'before');
  const wanted = { limit: countOption(options, 'limit', 50), atOnce: 200, from };
  const items = await withAdmin(context, 'database', (call) =>
    firstItems(wanted, (limit, before?: string) => call('message.list', { ...which, limit, before })),
  );
  context.print.rows(content ? [...COLUMNS, TEXT] : COLUMNS, items);
};

const COLUMNS: readonly Column<MessageItem>[] = [
  { title: { en: 'ID', zh: 'ID' }, value: ({ id }) => id, align: 'right' },
  { title: { en: 'TIME', zh: '时间' }, value: ({ sentAt }) => new Date(sentAt).toISOString() },
  { title: { en: 'FROM AND TO', zh: '发送与接收' }, value: fromAndTo },
  { title: { en: 'SEQ', zh: '序号' }, value: ({ seq }) => seq, align: 'right' },
  { title: { en: 'TYPE', zh: '类型' }, value: contentTypeName },
  { title: { en: 'BYTES', zh: '字节' }, value: ({ bytes }) => bytes, align: 'right' },
];

const TEXT: Column<MessageItem> = {
  title: { en: 'TEXT', zh: '正文' },
  value: ({ content }) => content ?? '',
};
