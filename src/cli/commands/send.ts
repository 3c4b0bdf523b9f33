import type { OperatorMessage, SentMessage } from '../../protocol/admin-records.ts';
import { CONTENT_TYPE } from '../../protocol/frames.ts';
import type { Command, Options } from '../command.ts';
import { readStdin } from '../stdin.ts';
import { usageError } from '../usage-error.ts';
import { withAdmin } from '../with-admin.ts';

/** One message to a user or a group, in somebody's name. */
export const send: Command = async (context, [text = ''], options) => {
  const target = toTarget(options);
  const content = text === '-' ? await readStdin(context) : text;
  if (content === '') throw usageError({ en: 'there is no text to send', zh: '没有要发送的内容' });
  const message: OperatorMessage = { ...target, content, contentType: toContentType(options['type']) };
  const sent = await withAdmin(context, 'server', (call) => call('message.send', message));
  context.print.result(toLine(sent), sent);
};

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
