import type { Command } from '../command.ts';
import { confirm } from '../prompt.ts';
import { usageError } from '../usage-error.ts';
import { withAdmin } from '../with-admin.ts';

/** Takes a message back for all: what it said is gone for good, so it asks first. */
export const recall: Command = async (context, [conversation = '', seqText = '']) => {
  const seq = seqOf(seqText);
  const what = `${conversation} ${seq}`;
  await confirm(context, {
    en: `Recall ${what}? Its content is removed for everybody, for good.`,
    zh: `撤回 ${what}? 其内容将永久删除。`,
  });
  const answer = await withAdmin(context, 'database', (call) =>
    call('message.recall', { conversation, seq }),
  );
  if (answer.again) context.print.note({ en: 'it had been recalled before', zh: '之前已撤回' });
  context.print.result({ en: `recalled  ${what}`, zh: `已撤回  ${what}` }, answer);
};

function seqOf(text: string): number {
  if (/^[1-9]\d{0,14}$/.test(text)) return Number(text);
  throw usageError({
    en: `SEQ: expected the place of a message in its conversation such as 17, got ${text}`,
    zh: `SEQ: 应为消息在会话中的序号, 如 17, 现为 ${text}`,
  });
}
