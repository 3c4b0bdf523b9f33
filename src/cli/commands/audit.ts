import type { AuditItem } from '../../protocol/admin-records.ts';
import type { Command } from '../command.ts';
import { firstItems } from '../first-items.ts';
import { countOption, textOption } from '../option-values.ts';
import type { Column } from '../print.ts';
import { withAdmin } from '../with-admin.ts';

/** Who did what, to whom, when, from where, and how it ended. */
export const list: Command = async (context, _args, options) => {
  const which = {
    actor: textOption(options, 'actor'),
    action: textOption(options, 'action'),
    target: textOption(options, 'target'),
  };
  const wanted = { limit: countOption(options, 'limit', 50), atOnce: 200, from: beforeOf(options) };
  const items = await withAdmin(context, 'database', (call) =>
    firstItems(wanted, (limit, before?: number) => call('audit.list', { ...which, limit, before })),
  );
  context.print.rows(COLUMNS, items);
};

function beforeOf(options: Parameters<Command>[2]): number | undefined {
  return textOption(options, 'before') === undefined ? undefined : countOption(options, 'before', 1);
}

const COLUMNS: readonly Column<AuditItem>[] = [
  { title: { en: 'ID', zh: 'ID' }, value: ({ id }) => id, align: 'right' },
  { title: { en: 'TIME', zh: '时间' }, value: ({ at }) => new Date(at).toISOString() },
  { title: { en: 'ACTOR', zh: '操作者' }, value: ({ actor }) => actor },
  { title: { en: 'ACTION', zh: '操作' }, value: ({ action }) => action },
  { title: { en: 'TARGET', zh: '对象' }, value: ({ target }) => target },
  { title: { en: 'ADDRESS', zh: '地址' }, value: ({ address }) => address },
  { title: { en: 'RESULT', zh: '结果' }, value: ({ result }) => result },
];
