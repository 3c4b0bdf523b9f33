import type { ServerAccess } from './admin-client.ts';
import type { LoadedConfig } from '../server/config/load-config.ts';
import type { CommandContext } from './command.ts';
import { CommandError, EXIT } from './exit-codes.ts';
import { createOperatorToken } from './operator-token.ts';
import { localUrl, parseServerUrl } from './server-url.ts';

/** The server that commands are for: another machine's by `--url` (or CHATD_URL), else this machine's. */
export type ServerPlace =
  | { readonly kind: 'remote'; readonly access: ServerAccess }
  | { readonly kind: 'local'; readonly access: ServerAccess; readonly loaded: LoadedConfig };

/** Makes a token for every command: an operator's lives for a minute. */
export type TokenSource = () => string;

export async function findServer(context: CommandContext): Promise<ServerPlace> {
  const given = context.url ?? context.env['CHATD_URL'];
  if (given !== undefined && given !== '') {
    return { kind: 'remote', access: toAccess(context, parseServerUrl(given)) };
  }
  const loaded = await context.loadConfig();
  return { kind: 'local', access: toAccess(context, localUrl(loaded.config)), loaded };
}

/**
 * With what a command shows who gives it: on this machine the server's secret; otherwise CHATD_TOKEN, otherwise what
 * `chatd login` kept for that server. Rejects with CommandError (exit 4) without any of them.
 */
export async function findToken({ env }: CommandContext, place: ServerPlace): Promise<TokenSource> {
  const token = env['CHATD_TOKEN']?.trim();
  const given = token === '' ? undefined : token;
  const { url } = place.access;
  if (place.kind === 'local') return createOperatorToken(place.loaded.config, () => tokenFor(url, given));
  const own = await tokenFor(url, given);
  if (own !== undefined) return () => own;
  throw notSignedIn(url, {
    en: `not signed in to ${url}`,
    zh: `尚未登录 ${url}`,
  });
}

async function tokenFor(url: string, given: string | undefined): Promise<string | undefined> {
  if (given !== undefined) return given;
  const { findSignIn } = await import('./sign-ins.ts');
  const signIn = await findSignIn(url);
  if (signIn === undefined || signIn.expiresAt > Date.now()) return signIn?.token;
  throw notSignedIn(url, {
    en: `the sign-in of ${signIn.name} to ${url} has expired`,
    zh: `${signIn.name} 在 ${url} 的登录已过期`,
  });
}

function notSignedIn(url: string, text: { readonly en: string; readonly zh: string }): CommandError {
  return new CommandError(EXIT.notAllowed, 'unauthorized', {
    en: `${text.en}: chatd login --url ${url}, or put an administrator's token into CHATD_TOKEN`,
    zh: `${text.zh}: 请执行 chatd login --url ${url}, 或将管理员的令牌放入 CHATD_TOKEN`,
  });
}

function toAccess({ language, timeoutMs, signal }: CommandContext, url: string): ServerAccess {
  return { url, language, timeoutMs, signal };
}
