import { ChatError } from '../protocol/error-codes.ts';
import { type Bilingual, CommandError, EXIT, toCommandError } from './exit-codes.ts';
import { fileErrorText } from './file-error.ts';

/** Why the server did not start, as the one line its operator reads. Exit 1. */
export function toStartError(error: unknown): CommandError {
  if (error instanceof CommandError) return error;
  if (error instanceof ChatError) return isSilent(error) ? noDatabase() : toCommandError(error);
  const text = fileErrorText(error);
  if (text !== undefined) return failed('file', text);
  const message = error instanceof Error ? error.message : String(error);
  return failed('internal', { en: `could not start: ${message}`, zh: `无法启动: ${message}` });
}

// The error table's own text speaks of a message that was not stored.
function isSilent({ code, detail }: ChatError): boolean {
  return code === 'storage_unavailable' && detail.text === undefined;
}

function noDatabase(): CommandError {
  return failed('storage_unavailable', {
    en: 'the database cannot be reached (MySQL.DSN says where it is)',
    zh: '无法连接数据库(地址见 MySQL.DSN)',
  });
}

function failed(code: string, text: Bilingual): CommandError {
  return new CommandError(EXIT.refused, code, text);
}
