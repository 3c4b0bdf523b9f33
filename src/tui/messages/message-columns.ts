import type { MessageItem } from '../../protocol/admin-records.ts';
import type { NamedUser } from '../../protocol/admin-users.ts';
import type { Column } from '../columns.ts';
import { shortBytes } from '../figures.ts';
import { shortWhen } from '../times.ts';
import { say, type Shared } from '../view.ts';

/** The columns of Messages; with the text, where that was asked for. */
export function messageColumns(hasText: boolean): readonly Column<MessageItem>[] {
  return hasText ? [TIME, FROM, TO, TYPE_AND_TEXT] : [TIME, FROM, TO, SEQ, TYPE, SIZE, ID];
}

/** `2 王小明`, or the group's id. */
export function recipientOf({ to, group }: Pick<MessageItem, 'to' | 'group'>): string {
  return to === undefined ? `# ${group ?? ''}` : named(to);
}

export function named({ id, name }: NamedUser): string {
  return `${id} ${name}`;
}

/** Text, image, sticker, file; or that it was taken back. */
export function typeName(
  { contentType, recalled }: Pick<MessageItem, 'contentType' | 'recalled'>,
  shared: Shared,
): string {
  return say(shared, recalled === true ? RECALLED : TYPES[contentType]);
}

const RECALLED = { zh: '已撤回', en: 'recalled' } as const;

const TYPES = {
  1: { zh: '文本', en: 'text' },
  2: { zh: '图片', en: 'image' },
  3: { zh: '表情', en: 'sticker' },
  4: { zh: '文件', en: 'file' },
} as const;

const TIME: Column<MessageItem> = {
  title: { zh: '时间', en: 'TIME' },
  width: 11,
  show: ({ sentAt }, { now }) => shortWhen(sentAt, now),
};
const FROM: Column<MessageItem> = {
  title: { zh: '发送者', en: 'FROM' },
  width: 12,
  grows: 1,
  show: ({ from }) => named(from),
};
const TO: Column<MessageItem> = {
  title: { zh: '接收者', en: 'TO' },
  width: 12,
  grows: 1,
  show: recipientOf,
  tone: ({ to }) => (to === undefined ? 'accent' : undefined),
};
const SEQ: Column<MessageItem> = {
  title: { zh: '序号', en: 'SEQ' },
  width: 7,
  align: 'right',
  from: 56,
  show: ({ seq }) => String(seq),
};
const TYPE: Column<MessageItem> = {
  title: { zh: '类型', en: 'TYPE' },
  width: 8,
  from: 64,
  show: typeName,
};
const SIZE: Column<MessageItem> = {
  title: { zh: '大小', en: 'SIZE' },
  width: 5,
  align: 'right',
  from: 48,
  show: ({ bytes }) => shortBytes(bytes),
};
const ID: Column<MessageItem> = {
  title: { zh: '编号', en: 'ID' },
  width: 9,
  align: 'right',
  from: 72,
  show: ({ id }) => id,
};
const TYPE_AND_TEXT: Column<MessageItem> = {
  title: { zh: '内容', en: 'TEXT' },
  width: 10,
  grows: 4,
  show: (item, shared) => {
    // No terminal shows more of it in one line, and measuring all of it takes its time.
    const text = (item.content ?? '').slice(0, 1000);
    return item.contentType === 1 && item.recalled !== true
      ? text
      : `[${typeName(item, shared)}] ${text}`.trimEnd();
  },
};
