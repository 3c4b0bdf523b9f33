import { ConfigError, type ConfigProblem, describeProblem } from '../../server/config/config-error.ts';
import type { EffectiveSetting } from '../../server/config/load-config.ts';
import type { CommandContext } from '../command.ts';
import { type Bilingual, CommandError, EXIT } from '../exit-codes.ts';
import type { Column } from '../print.ts';

/** Every problem and oddity on a line of its own; exit 78 if it cannot be used, 0 with warnings. */
export async function check(context: CommandContext): Promise<void> {
  try {
    const { file, warnings } = await context.loadConfig();
    for (const warning of warnings) printProblem(context, 'warning', warning);
    const what = file ?? { en: 'no file: the defaults', zh: '没有配置文件: 默认值' };
    const [en, zh] = typeof what === 'string' ? [what, what] : [what.en, what.zh];
    context.print.result({ en: `ok: ${en}`, zh: `正常: ${zh}` }, { level: 'ok', file: file ?? null });
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    for (const problem of error.problems) printProblem(context, 'error', problem);
    throw failed(error.problems.length);
  }
}

/** Every setting as it holds, with where it comes from; secrets masked. */
export async function show(context: CommandContext): Promise<void> {
  const { settings } = await context.loadConfig();
  if (context.json) context.print.rows([], settings.map(toRecord));
  else context.print.rows(COLUMNS, settings);
}

/** The JSON schema of the file. */
export async function schema(context: CommandContext): Promise<void> {
  const { toJsonSchema } = await import('../../server/config/json-schema.ts');
  context.print.document(toJsonSchema());
}

const COLUMNS: readonly Column<EffectiveSetting>[] = [
  { title: { en: 'SETTING', zh: '配置项' }, value: ({ key }) => key },
  {
    title: { en: 'VALUE', zh: '值' },
    value: ({ value }) => (Array.isArray(value) ? value.join(', ') : String(value)),
  },
  {
    title: { en: 'FROM', zh: '来源' },
    value: ({ source }) => (source.origin === 'default' ? 'default' : source.where),
  },
];

function toRecord({ key, value, source }: EffectiveSetting): object {
  return {
    key,
    value,
    origin: source.origin,
    ...(source.origin === 'default' ? {} : { where: source.where }),
  };
}

function printProblem(context: CommandContext, level: 'error' | 'warning', problem: ConfigProblem): void {
  const line = (language: keyof Bilingual) => describeProblem(problem, language);
  const label = level === 'error' ? { en: 'error', zh: '错误' } : { en: 'warning', zh: '警告' };
  const { where, key, text } = problem;
  context.print.result(
    { en: `${line('en')} (${label.en})`, zh: `${line('zh')} (${label.zh})` },
    { level, where, key, text: text[context.language] },
  );
}

function failed(count: number): CommandError {
  return new CommandError(EXIT.config, 'config', {
    en: `the configuration cannot be used: ${count} ${count === 1 ? 'error' : 'errors'}`,
    zh: `配置无法使用: ${count} 处错误`,
  });
}
