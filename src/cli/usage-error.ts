import { CommanderError } from 'commander';
import { ChatError, type Language } from '../protocol/error-codes.ts';
import { CommandError, EXIT } from './exit-codes.ts';

/** What commander stopped at: `undefined` after --help and --version, or the usage error; `shown` when it wrote its help instead. */
export type Stop = undefined | 'shown' | CommandError;

const HELP_SHOWN: ReadonlySet<string> = new Set(['commander.helpDisplayed', 'commander.version']);

/** Its errors as exit code 2 and one line in both languages. Throws on what is not commander's. */
export function toStop(error: unknown): Stop {
  if (!(error instanceof CommanderError)) throw error;
  if (HELP_SHOWN.has(error.code)) return undefined;
  if (error.code === 'commander.help') return 'shown';
  const en = error.message.replace(/^error: /, '').replaceAll('\n', ' ');
  return new CommandError(EXIT.usage, 'usage', { en, zh: inChinese(en) });
}

const CHINESE: readonly (readonly [RegExp, string])[] = [
  [/^missing required argument '(.+)'$/, '缺少参数 $1'],
  [/^option '(.+)' argument missing$/, '选项 $1 缺少值'],
  [/^unknown option '(.+?)'/, '未知选项 $1'],
  [/^unknown command '(.+?)'/, '未知命令 $1'],
  [/^too many arguments.*$/, '参数过多'],
  [
    /^option '(.+?)' argument '(.*?)' is invalid\. Allowed choices are (.*)\.$/,
    '选项 $1 的值 $2 无效, 可选: $3',
  ],
  [/ ?\(Did you mean (?:one of )?(.+?)\?\)/, '。是否想用 $1?'],
];

function inChinese(text: string): string {
  return CHINESE.reduce((result, [english, chinese]) => result.replace(english, chinese), text);
}

/** A usage error found by a command itself. */
export function usageError(texts: Readonly<Record<Language, string>>): CommandError {
  return new CommandError(EXIT.usage, 'usage', texts);
}

/** What the server would refuse as wrongly written, found before it is asked: a ChatError of `read` as a usage error. */
export function orUsage(read: () => unknown): void {
  try {
    read();
  } catch (error) {
    if (!(error instanceof ChatError)) throw error;
    throw usageError({ en: error.textIn('en'), zh: error.textIn('zh') });
  }
}
