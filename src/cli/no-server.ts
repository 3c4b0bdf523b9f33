import type { LoadedConfig } from '../server/config/load-config.ts';
import { CommandError, EXIT } from './exit-codes.ts';

/** Nobody answers at `url`: exit 3, with the command that changes it. */
export function noServer(url: string, { file }: Pick<LoadedConfig, 'file'>): CommandError {
  const start = file === undefined ? 'chatd serve' : `chatd serve -f ${file}`;
  return new CommandError(EXIT.noServer, 'no_server', {
    en: `No chatd answers at ${url}. Start it: ${start}`,
    zh: `${url} 没有 chatd 应答。启动它: ${start}`,
  });
}

/** Nobody answers at `url`, but somebody holds the database: it runs elsewhere, or is just starting or stopping. */
export function serverElsewhere(url: string, text: Readonly<Record<'en' | 'zh', string>>): CommandError {
  return new CommandError(EXIT.noServer, 'no_server', {
    en: `No chatd answers at ${url}, and the database is not free: ${text.en}`,
    zh: `${url} 没有 chatd 应答, 数据库又被占用: ${text.zh}`,
  });
}
