import { hostname, userInfo } from 'node:os';
import { signOperatorToken } from '../server/auth/operator-token.ts';
import { readSecret, secretFile } from '../server/auth/secret-file.ts';
import type { Config } from '../server/config/config.ts';
import { CommandError, EXIT } from './exit-codes.ts';

/**
 * Who commands this machine's server: whoever may read its secret, under his login's name; otherwise whoever has an
 * administrator's token, which `otherToken` finds. Gives a new token at every call. Rejects with CommandError (exit 4).
 */
export async function createOperatorToken(
  config: Config,
  otherToken: () => Promise<string | undefined>,
): Promise<() => string> {
  const secret = await findSecret(config);
  const subject = operatorName();
  if (secret !== undefined) return () => signOperatorToken(secret, subject, Date.now());
  const token = await otherToken();
  if (token === undefined) throw noSecret(config);
  return () => token;
}

/** `login@host`, in characters that are safe in a log. */
export function operatorName(): string {
  return `${loginName()}@${hostname()}`.replace(/[^\x21-\x7e]/g, '_').slice(0, 128);
}

async function findSecret({ auth, data }: Config): Promise<string | undefined> {
  try {
    return await readSecret({ secret: auth.secret, data });
  } catch (error) {
    const isForbidden = error instanceof Error && 'code' in error && error.code === 'EACCES';
    if (isForbidden) return undefined;
    throw error;
  }
}

function noSecret({ data }: Config): CommandError {
  const file = secretFile({ data });
  return new CommandError(EXIT.notAllowed, 'unauthorized', {
    en: `cannot read ${file}: run this as the server's user, or sign in as an administrator: chatd login`,
    zh: `无法读取 ${file}: 请以服务器的账户运行, 或以管理员身份登录: chatd login`,
  });
}

// An account without an entry in the user database has only its number.
function loginName(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid-${process.getuid?.() ?? 'unknown'}`;
  }
}
