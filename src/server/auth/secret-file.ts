import { randomBytes } from 'node:crypto';
import { chmod, link, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ChatError } from '../../protocol/error-codes.ts';
import type { Log } from '../chat/ports.ts';

/** Where the secret comes from: `Auth.Secret`, or the file made for want of one. */
export interface SecretSource {
  /** Empty: `<data>/auth.secret`. */
  readonly secret: string;
  readonly data: string;
}

/** RFC 7518, 3.2: as long as the hash. */
const MIN_BYTES = 32;

/**
 * The secret tokens are signed with; made once in `<data>/auth.secret` (0600) if there is none. Two servers that start
 * at once get the same one. Rejects if the file is there and holds no secret.
 */
export async function openSecret(source: SecretSource, log: Log): Promise<string> {
  if (source.secret !== '') return source.secret;
  const file = secretFile(source);
  const existing = await readSecret(source);
  if (existing === undefined) await createOnce(file, `${randomBytes(48).toString('base64url')}\n`);
  else await closeToOthers(file, log);
  const secret = existing ?? (await readSecret(source));
  if (secret === undefined) throw new ChatError('internal', { cause: new Error(`${file} vanished`) });
  return secret;
}

/** The secret as a command on the server's machine finds it; undefined if none was made yet. Rejects if it may not be read. */
export async function readSecret(source: SecretSource): Promise<string | undefined> {
  if (source.secret !== '') return source.secret;
  const file = secretFile(source);
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    if (isErrno(error, 'ENOENT')) return undefined;
    throw error;
  });
  const secret = text?.trim();
  if (secret !== undefined && Buffer.byteLength(secret) < MIN_BYTES) throw tooShort(file);
  return secret;
}

/** Where the secret is kept when the configuration holds none. */
export function secretFile({ data }: Pick<SecretSource, 'data'>): string {
  return join(data, 'auth.secret');
}

// Written whole under another name first: whoever reads the file finds all of it, and link() never replaces one.
async function createOnce(file: string, content: string): Promise<void> {
  const draft = `${file}.${randomBytes(6).toString('hex')}`;
  try {
    await writeFile(draft, content, { flag: 'wx', mode: 0o600, flush: true });
    await link(draft, file);
  } catch (error) {
    if (!isErrno(error, 'EEXIST')) throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

async function closeToOthers(file: string, log: Log): Promise<void> {
  const { mode } = await stat(file);
  if ((mode & 0o077) === 0) return;
  await chmod(file, 0o600);
  log.warn('secret_file_was_open_to_others', { file });
}

function tooShort(file: string): ChatError {
  return new ChatError('internal', {
    text: {
      zh: `${file} 至少应有 ${MIN_BYTES} 字节; 删除它会生成新的(已登录者需重新登录)`,
      en: `${file} holds fewer than ${MIN_BYTES} bytes; delete it to have a new one made (everybody signs in again)`,
    },
  });
}

function isErrno(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
