import process from 'node:process';
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import type { CommandContext } from './command.ts';
import { type Bilingual, CommandError, EXIT } from './exit-codes.ts';
import { readFirstLine } from './stdin.ts';
import { usageError } from './usage-error.ts';

export interface SecretRequest {
  /** `--password-file`: a path, `-` for stdin, or undefined to ask. */
  readonly file: string | undefined;
  readonly question: Bilingual;
}

/** A secret from the file, or asked for on the terminal without showing it. Without either: exit 2. */
export async function readSecret(
  context: CommandContext,
  { file, question }: SecretRequest,
): Promise<string> {
  if (file !== undefined) return readFirstLine(context, file);
  if (!context.stdin.isTTY) {
    throw usageError({
      en: 'no terminal to ask for the password: use --password-file FILE (- is stdin)',
      zh: '没有终端可供输入密码: 请用 --password-file FILE(- 为标准输入)',
    });
  }
  return ask(context, question, 'hidden');
}

/** A line asked for on the terminal. Without one: exit 2. */
export async function readLine(context: CommandContext, question: Bilingual): Promise<string> {
  if (context.stdin.isTTY) return (await ask(context, question, 'shown')).trim();
  throw usageError({
    en: `no terminal to ask on: ${question.en} has to be an argument`,
    zh: `没有终端可供询问, 请写在参数中: ${question.zh}`,
  });
}

/** Asks before what is dangerous: passes with `--yes` or a yes on the terminal; exit 1 on a no, exit 2 without a terminal. */
export async function confirm(context: CommandContext, question: Bilingual): Promise<void> {
  if (context.yes) return;
  if (!context.stdin.isTTY) {
    throw usageError({ en: `${question.en} Say so with --yes.`, zh: `${question.zh} 请加 --yes 确认。` });
  }
  const answer = await ask(context, { en: `${question.en} [y/N]`, zh: `${question.zh} [y/N]` }, 'shown');
  if (/^(y|yes|是)$/i.test(answer.trim())) return;
  throw new CommandError(EXIT.refused, 'not_confirmed', { en: 'not done', zh: '未执行' });
}

// Questions go to stderr: stdout may be a file. Ctrl-C reaches us as a key while readline holds the terminal.
function ask(context: CommandContext, question: Bilingual, echo: 'hidden' | 'shown'): Promise<string> {
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const output = echo === 'shown' ? process.stderr : silent;
  const lines = createInterface({ input: context.stdin, output, terminal: true });
  // Only now: until readline has the terminal, it echoes what is typed.
  process.stderr.write(`${question[context.language]} `);
  return new Promise<string>((resolve, reject) => {
    const end = () =>
      reject(new CommandError(EXIT.interrupted, 'interrupted', { en: 'interrupted', zh: '已中断' }));
    lines.once('SIGINT', end);
    lines.once('close', end);
    lines.once('line', resolve);
  }).finally(() => {
    lines.close();
    if (echo === 'hidden') process.stderr.write('\n');
  });
}
