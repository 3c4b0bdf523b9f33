import type { Options } from './command.ts';
import { usageError } from './usage-error.ts';

/** What an option was given, if it was. */
export function textOption(options: Options, name: string): string | undefined {
  const value = options[name];
  return typeof value === 'string' ? value : undefined;
}

/** A count from 1 on; `absent` if the option was not given. Throws a usage error on what is none. */
export function countOption(options: Options, name: string, absent: number): number {
  const text = textOption(options, name);
  if (text === undefined) return absent;
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw usageError({
    en: `--${name}: expected a whole number from 1 on, got ${text}`,
    zh: `--${name}: 应为正整数, 现为 ${text}`,
  });
}

/** The id of a message, if the option was given. Throws a usage error on what is none. */
export function idOption(options: Options, name: string): string | undefined {
  const text = textOption(options, name);
  if (text === undefined || /^[1-9]\d{0,15}$/.test(text)) return text;
  throw usageError({
    en: `--${name}: expected the id of a message such as 17, got ${text}`,
    zh: `--${name}: 应为消息 id, 如 17, 现为 ${text}`,
  });
}
