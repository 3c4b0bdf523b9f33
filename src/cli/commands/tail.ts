import process from 'node:process';
import type { AdminSession, AdminStatus } from '../../client/admin-session.ts';
import type {
  EventTick,
  MessageItem,
  MessageTick,
  MessageWatch,
  ServerEvent,
} from '../../protocol/admin-records.ts';
import { fieldWords } from '../../protocol/field-words.ts';
import { clockTimeWithMs } from '../../tui/times.ts';
import type { Command, CommandContext, Options } from '../command.ts';
import { findChannel } from '../find-channel.ts';
import { contentTypeName, fromAndTo } from '../message-words.ts';
import { openChannel, toChannelError } from '../open-channel.ts';
import { textOption } from '../option-values.ts';
import type { Column } from '../print.ts';
import { usageError } from '../usage-error.ts';

/** Follows the server over its admin channel until interrupted, past restarts of the server. */
export const tail: Command = async (context, words, options) => {
  const wanted = toWanted(words, options);
  const access = await findChannel(context);
  const ended = Promise.withResolvers<never>();
  const session = await openChannel(context, access, createStatusRemarks(context, ended.reject));
  context.signal.addEventListener('abort', () => session.close(), { once: true });
  follow({ context, session, refused: (error) => ended.reject(toChannelError(error)) }, wanted);
  context.print.note({
    en: `following ${access.url}; Ctrl-C ends it`,
    zh: `正在跟踪 ${access.url}; 按 Ctrl-C 结束`,
  });
  await ended.promise.finally(() => session.close());
};

interface Wanted {
  readonly events: { readonly filter?: string } | undefined;
  readonly messages: MessageWatch | undefined;
}

// Both, unless one was asked for, by name or by what can only be meant of it.
function toWanted(words: readonly string[], options: Options): Wanted {
  const which = { user: textOption(options, 'user'), group: textOption(options, 'group') };
  const content = options['content'] === true;
  const isEvents = options['events'] === true || words.length > 0;
  const isMessages =
    options['messages'] === true || content || which.user !== undefined || which.group !== undefined;
  if (which.user !== undefined && which.group !== undefined) {
    throw usageError({ en: 'name either --user or --group', zh: '--user 与 --group 只能指定一个' });
  }
  const isBoth = isEvents === isMessages;
  return {
    events: isEvents || isBoth ? (words.length === 0 ? {} : { filter: words.join(' ') }) : undefined,
    messages: isMessages || isBoth ? { ...which, ...(content ? { content } : {}) } : undefined,
  };
}

interface Following {
  readonly context: CommandContext;
  readonly session: AdminSession;
  /** The server does not take what is wanted. */
  readonly refused: (error: unknown) => void;
}

function follow({ context, session, refused }: Following, { events, messages }: Wanted): void {
  if (events !== undefined)
    session.watch('event.watch', events, (tick) => printEvents(context, tick), refused);
  if (messages !== undefined) {
    session.watch('message.watch', messages, (tick) => printMessages(context, tick), refused);
  }
}

function printEvents(context: CommandContext, { events, skipped }: EventTick): void {
  noteSkipped(context, skipped);
  for (const event of events) context.print.row(EVENT, { type: 'event' as const, ...event });
}

function printMessages(context: CommandContext, { messages, skipped }: MessageTick): void {
  noteSkipped(context, skipped);
  for (const message of messages) context.print.row(MESSAGE, { type: 'message' as const, ...message });
}

function noteSkipped({ print }: CommandContext, skipped: number): void {
  if (skipped === 0) return;
  print.note({ en: `${skipped} left out: too many at once`, zh: `略去 ${skipped} 条: 一次过多` });
}

/** Says when the connection is lost and when it is back; a server that will not have us again ends the command. */
function createStatusRemarks(
  { print }: CommandContext,
  end: (error: unknown) => void,
): (status: AdminStatus) => void {
  let isLost = false;
  return (status) => {
    if (status.state === 'refused') end(toChannelError(status.error));
    if (status.state === 'gone' && !isLost) {
      isLost = true;
      print.note({
        en: `connection lost: ${status.why}; trying again`,
        zh: `连接中断: ${status.why}; 正在重试`,
      });
    }
    if (status.state === 'live' && isLost) {
      isLost = false;
      print.note({ en: 'connected again', zh: '已重新连接' });
    }
  };
}

// Short for who watches; whole for what is read later by a program.
function timeOf(at: number): string {
  return process.stdout.isTTY ? clockTimeWithMs(at) : new Date(at).toISOString();
}

const EVENT: readonly Column<ServerEvent>[] = [
  { title: { en: 'TIME', zh: '时间' }, value: ({ at }) => timeOf(at) },
  { title: { en: 'WHAT', zh: '种类' }, value: ({ level }) => level, width: 7 },
  { title: { en: 'EVENT', zh: '事件' }, value: ({ event }) => event, width: 20 },
  { title: { en: 'DETAILS', zh: '详情' }, value: ({ fields }) => fieldWords(fields) },
];

const MESSAGE: readonly Column<MessageItem>[] = [
  { title: { en: 'TIME', zh: '时间' }, value: ({ sentAt }) => timeOf(sentAt) },
  { title: { en: 'WHAT', zh: '种类' }, value: () => 'message', width: 7 },
  { title: { en: 'FROM AND TO', zh: '发送与接收' }, value: fromAndTo, width: 20 },
  {
    title: { en: 'DETAILS', zh: '详情' },
    value: (item) => `id=${item.id} type=${contentTypeName(item)} bytes=${item.bytes}`,
  },
  { title: { en: 'TEXT', zh: '正文' }, value: ({ content }) => content ?? '' },
];
