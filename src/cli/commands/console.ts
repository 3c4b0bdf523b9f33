import process from 'node:process';
import type { ConsoleOptions } from '../../tui/console.tsx';
import type { Command, CommandContext, Options } from '../command.ts';
import { findChannel } from '../find-channel.ts';
import { textOption } from '../option-values.ts';
import { usageError } from '../usage-error.ts';

/** The console on this terminal, until it is left; or one snapshot without one. Its exit code is the command's. */
export const openConsole: Command = async (context, _args, options) => {
  const isPlain = options['once'] === true || context.json;
  if (!isPlain) requireTerminal(context);
  const access = await findChannel(context);
  const { runConsole } = await import('../../tui/console.tsx');
  return runConsole({
    ...access,
    language: context.language,
    isReadonly: options['readonly'] === true,
    isAscii: options['ascii'] === true,
    once: isPlain,
    json: context.json,
    theme: themeOf(options),
    stdin: context.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
  });
};

// Before anything is asked of a server.
function requireTerminal({ stdin }: CommandContext): void {
  if (stdin.isTTY && process.stdout.isTTY) return;
  throw usageError({
    en: 'chatd console needs a terminal; --once prints one snapshot without it',
    zh: 'chatd console 需要终端; 没有终端时用 --once 输出一次快照',
  });
}

function themeOf(options: Options): ConsoleOptions['theme'] {
  const name = textOption(options, 'theme');
  return name === 'dark' || name === 'light' || name === 'none' ? name : undefined;
}
