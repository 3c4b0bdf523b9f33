import { hostname, userInfo } from 'node:os';
import { signOperatorToken } from '../server/auth/operator-token.ts';
import { readSecret, secretFile } from '../server/auth/secret-file.ts';
import type { Config } from '../server/config/config.ts';
import { CommandError, EXIT } from './exit-codes.ts';

/**
 * Who commands this machine's server: whoever may read its secret, under his login's name; otherwise whoever holds an
 * administrator's token in CHATD_TOKEN. Gives a new token at every call. Rejects with CommandError (exit 4).
 */
export async function createOperatorToken(config: Config, env: NodeJS.ProcessEnv): Promise<() => string> {
  const token = env['CHATD_TOKEN']?.trim();
  const secret = await findSecret(config, token === undefined || token === '');
  if (secret === undefined) return () => token ?? '';
  const subject = operatorName();
  return () => signOperatorToken(secret, subject, Date.now());
}

/** `login@host`, in characters that are safe in a log. */
export function operatorName(): string {
  return `${loginName()}@${hostname()}`.replace(/[^\x21-\x7e]/g, '_').slice(0, 128);
}

async function findSecret({ auth, data }: Config, isNeeded: boolean): Promise<string | undefined> {
  try {
    const secret = await readSecret({ secret: auth.secret, data });
    if (secret !== undefined || !isNeeded) return secret;
  } catch (error) {
    const isForbidden = error instanceof Error && 'code' in error && error.code === 'EACCES';
    if (!isForbidden) throw error;
    if (!isNeeded) return undefined;
  }
  const file = secretFile({ data });
  throw new CommandError(EXIT.notAllowed, 'unauthorized', {
    en: `cannot read ${file}: run this as the server's user, or put an administrator's token into CHATD_TOKEN`,
    zh: `无法读取 ${file}: 请以服务器的账户运行, 或将管理员的令牌放入 CHATD_TOKEN`,
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
