import type { Language } from '../protocol/error-codes.ts';

type Bilingual = Readonly<Record<Language, string>>;

/** What an operating system's refusal of a file means to people, with the file's path; undefined for any other error. */
export function fileErrorText(error: unknown): Bilingual | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code = '', path }: NodeJS.ErrnoException = error;
  const reason = FILE_REASONS[code];
  if (reason === undefined || path === undefined) return undefined;
  return { en: `${path}: ${reason.en}`, zh: `${path}: ${reason.zh}` };
}

const FILE_REASONS: Readonly<Record<string, Bilingual>> = {
  EACCES: { en: 'this user has no permission there', zh: '当前用户没有权限' },
  EPERM: { en: 'this user has no permission there', zh: '当前用户没有权限' },
  EROFS: { en: 'the file system is read-only', zh: '文件系统只读' },
  ENOSPC: { en: 'no space left', zh: '磁盘空间不足' },
  ENOTDIR: { en: 'not a folder', zh: '不是目录' },
  EEXIST: { en: 'not a folder', zh: '不是目录' },
};
