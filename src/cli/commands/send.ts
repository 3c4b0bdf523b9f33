import type { DeliveredTo, OperatorMessage, SentMessage } from '../../protocol/admin-records.ts';
import { CONTENT_TYPE } from '../../protocol/frames.ts';
import { milliseconds } from '../../tui/figures.ts';
import type { Command, CommandContext, Options } from '../command.ts';
import { CommandError, EXIT } from '../exit-codes.ts';
import { readStdin } from '../stdin.ts';
import { usageError } from '../usage-error.ts';
import { withAdmin } from '../with-admin.ts';

/** One message to a user or a group, in somebody's name. */
export const send: Command = async (context, [text = ''], options) => {
  const target = toTarget(options);
  const content = text === '-' ? await readStdin(context) : text;
  if (content === '') throw usageError({ en: 'there is no text to send', zh: '没有要发送的内容' });
  const message: OperatorMessage = { ...target, content, contentType: toContentType(options['type']) };
  if (options['wait'] === 'delivered') return sendAndWait(context, message);
  const sent = await withAdmin(context, 'server', (call) => call('message.send', message));
  context.print.result(toLine(sent), sent);
};

/** The most the server waits. */
const MAX_WAIT_MS = 30_000;
/** What the server's answer itself may take: its wait is the user's `--timeout`. */
const GRACE_MS = 5_000;

// Stored is stored: what became of it is said before it is judged.
async function sendAndWait(context: CommandContext, message: OperatorMessage): Promise<void> {
  const waitMs = Math.min(context.timeoutMs, MAX_WAIT_MS);
  const patient = { ...context, timeoutMs: context.timeoutMs + GRACE_MS };
  const sent = await withAdmin(patient, 'server', (call) =>
    call('message.send', { ...message, wait: 'delivered', waitMs }),
  );
  const { delivery, audience } = sent;
  const lines = [toLine(sent), ...(delivery?.connections ?? []).map(toDeliveryLine)];
  if (context.json) context.print.result('', sent);
  else for (const line of lines) context.print.result(line, sent);
  const isForNobody = audience !== undefined && audience.online + audience.offline === 0;
  if (isForNobody || (delivery !== undefined && delivery.delivered > 0 && delivery.missed === 0)) return;
  throw notDelivered(delivery);
}

function toDeliveryLine({ connection, user, client, afterMs }: DeliveredTo): string {
  const who = `${user.id} ${user.name} on ${connection} (${client}`;
  return afterMs === undefined
    ? `missed     ${who}, no pong)`
    : `delivered  ${who}, pong after ${milliseconds(afterMs)})`;
}

function notDelivered(delivery: SentMessage['delivery']): CommandError {
  const { delivered = 0, missed = 0 } = delivery ?? {};
  const all = delivered + missed;
  return new CommandError(EXIT.timedOut, 'not_delivered', {
    en:
      all === 0
        ? 'stored, but not delivered: nobody it is for is online'
        : `stored, but ${missed} of ${all} ${all === 1 ? 'connection' : 'connections'} did not answer in time`,
    zh:
      all === 0 ? '已存储, 但未送达: 接收者都不在线' : `已存储, 但 ${all} 个连接中有 ${missed} 个未及时应答`,
  });
}

function toTarget({ to, group, as }: Options): Pick<OperatorMessage, 'to' | 'group' | 'as'> {
  const author = typeof as === 'string' ? { as } : {};
  if (typeof to === 'string' && group === undefined) return { ...author, to };
  if (typeof group === 'string' && to === undefined) return { ...author, group };
  throw usageError({ en: 'name either --to USER or --group GROUP', zh: '请指定 --to 用户 或 --group 群组' });
}

function toContentType(type: Options[string]): OperatorMessage['contentType'] {
  return type === 'image' || type === 'sticker' || type === 'file' ? CONTENT_TYPE[type] : CONTENT_TYPE.text;
}

// What was stored is data: the same line in every language.
function toLine({ id, seq, from, to, group, audience }: SentMessage): string {
  const target = to === undefined ? `group ${group ?? ''}` : `${to.id} ${to.name}`;
  const stored = `stored  id ${id}  seq ${seq}  ${from.id} ${from.name} → ${target}`;
  if (audience === undefined) return stored;
  if (to === undefined) return `${stored} (${audience.online} online, ${audience.offline} offline)`;
  // To oneself: there is nobody else to reach.
  if (audience.online + audience.offline === 0) return stored;
  const isAbsent = audience.offline > 0;
  return `${stored} (${isAbsent ? 'offline: gets it at the next sync' : 'online'})`;
}
