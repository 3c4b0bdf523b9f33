import process from 'node:process';
import type { Language } from '../protocol/error-codes.ts';
import { parseDuration } from '../protocol/duration.ts';
import type { CommandContext, Options } from './command.ts';
import { textOption } from './option-values.ts';
import { createPrint, type Output, type PrintOptions } from './print.ts';
import { usageError } from './usage-error.ts';

export interface ContextOptions {
  /** All options of the command line, the global ones among them. */
  readonly options: Options;
  readonly language: Language;
  readonly signal: AbortSignal;
}

/** What a command gets, from this process and the options that are the same everywhere. */
export async function createContext({ options, language, signal }: ContextOptions): Promise<CommandContext> {
  const json = options['json'] === true;
  const quiet = options['quiet'] === true;
  const file = textOption(options, 'config');
  const { stdout, stderr } = process;
  return {
    language,
    print: createPrint({ language, json, quiet, stdout, stderr, ...(await widthsOn(stdout)) }),
    env: process.env,
    stdin: process.stdin,
    signal,
    url: textOption(options, 'url'),
    timeoutMs: toTimeout(textOption(options, 'timeout') ?? '10s'),
    json,
    yes: options['yes'] === true,
    async loadConfig() {
      const { loadConfig } = await import('../server/config/load-config.ts');
      return loadConfig({ file, folder: process.cwd(), env: process.env });
    },
  };
}

// It knows all of Unicode, which takes 40 ms: a script's commands do without.
async function widthsOn({ isTTY }: Output): Promise<Pick<PrintOptions, 'widthOf'>> {
  return isTTY === true ? { widthOf: (await import('string-width')).default } : {};
}

function toTimeout(text: string): number {
  const ms = parseDuration(text);
  if (ms !== undefined && ms > 0 && ms < 2 ** 31) return ms;
  throw usageError({
    en: `--timeout: expected a duration such as 10s, got ${text}`,
    zh: `--timeout: 应为时长, 如 10s, 现为 ${text}`,
  });
}
