import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import type { CommandContext } from './command.ts';
import { CommandError, EXIT } from './exit-codes.ts';

/** All of stdin as text, without the line end that `echo` and editors put at its end. */
export async function readStdin({ stdin }: CommandContext): Promise<string> {
  return (await text(stdin)).replace(/\r?\n$/, '');
}

/** `words` with every `-` replaced by the lines of stdin; empty lines count for nothing. */
export async function expandDash(
  context: CommandContext,
  words: readonly string[],
): Promise<readonly string[]> {
  if (!words.includes('-')) return words;
  const lines = (await readStdin(context)).split(/\r?\n/).filter((line) => line.trim() !== '');
  return words.flatMap((word) => (word === '-' ? lines.map((line) => line.trim()) : [word]));
}

/** A file's first line, or stdin's for `-`: how secrets are handed over. */
export async function readFirstLine(context: CommandContext, file: string): Promise<string> {
  const content = file === '-' ? await text(context.stdin) : await readText(file);
  return content.split(/\r?\n/, 1)[0] ?? '';
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    const en = code === 'ENOENT' ? 'no such file' : `cannot be read (${code})`;
    const zh = code === 'ENOENT' ? '没有此文件' : `无法读取(${code})`;
    throw new CommandError(EXIT.refused, 'file', { en: `${file}: ${en}`, zh: `${file}: ${zh}` });
  }
}
