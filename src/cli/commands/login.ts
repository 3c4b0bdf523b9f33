import { createAdminClient, askServer, type ServerAccess } from '../admin-client.ts';
import type { Command, CommandContext } from '../command.ts';
import { CommandError, EXIT, toCommandError } from '../exit-codes.ts';
import { findServer } from '../find-server.ts';
import { textOption } from '../option-values.ts';
import { readLine, readSecret } from '../prompt.ts';

/** Signs in as an administrator, and keeps the token for the commands to come. */
export const login: Command = async (context, [given], options) => {
  const { access } = await findServer(context);
  warnOfPlainText(context, access);
  const name = given ?? (await readLine(context, { en: 'Name:', zh: '用户名:' }));
  const password = await readSecret(context, {
    file: textOption(options, 'passwordFile'),
    question: { en: `Password of ${name}:`, zh: `${name} 的密码:` },
  });
  const { token, accessExpire } = await signIn(access, { name, password });
  await requireAdministrator(access, { name, token });
  const { keepSignIn } = await import('../sign-ins.ts');
  const expiresAt = accessExpire * 1000;
  await keepSignIn({ url: access.url, name, token, expiresAt });
  const until = new Date(expiresAt).toISOString();
  context.print.result(
    {
      en: `signed in  ${name}  ${access.url}  until ${until}`,
      zh: `已登录  ${name}  ${access.url}  至 ${until}`,
    },
    { url: access.url, name, expiresAt },
  );
};

/** Ends the token at the server, and forgets it here whatever the server says. */
export const logout: Command = async (context) => {
  const { access } = await findServer(context);
  const { findSignIn, forgetSignIn } = await import('../sign-ins.ts');
  const kept = await findSignIn(access.url);
  if (kept === undefined) {
    throw new CommandError(EXIT.refused, 'not_found', {
      en: `not signed in to ${access.url}`,
      zh: `尚未登录 ${access.url}`,
    });
  }
  await forgetSignIn(access.url);
  await endToken(access, kept.token);
  context.print.result(
    { en: `signed out  ${kept.name}  ${access.url}`, zh: `已退出  ${kept.name}  ${access.url}` },
    { url: access.url, name: kept.name },
  );
};

interface SignedIn {
  readonly token: string;
  /** Seconds since 1970. */
  readonly accessExpire: number;
}

async function signIn(
  access: ServerAccess,
  who: { readonly name: string; readonly password: string },
): Promise<SignedIn> {
  const body = JSON.stringify(who);
  return (await askServer(access, { method: 'POST', path: '/v1/user/login', body })) as SignedIn;
}

// Asks for something only administrators get. Without it the token would be kept for nothing.
async function requireAdministrator(
  access: ServerAccess,
  { name, token }: { readonly name: string; readonly token: string },
): Promise<void> {
  try {
    await createAdminClient(access, () => token)('user.list', { count: 1 });
  } catch (error) {
    const { exitCode, code, text } = toCommandError(error);
    if (exitCode !== EXIT.notAllowed) throw error;
    throw new CommandError(exitCode, code, {
      en: `${name} may not command ${access.url}: ${text.en}`,
      zh: `${name} 无权操作 ${access.url}: ${text.zh}`,
    });
  }
}

// One that has ended already has ended.
async function endToken(access: ServerAccess, token: string): Promise<void> {
  try {
    await askServer(access, { method: 'POST', path: '/v1/user/logout', body: '{}', token });
  } catch (error) {
    const { exitCode, code, text } = toCommandError(error);
    if (exitCode === EXIT.notAllowed) return;
    throw new CommandError(exitCode, code, {
      en: `forgotten here, but the token still holds: ${text.en}`,
      zh: `本机已删除, 但令牌仍然有效: ${text.zh}`,
    });
  }
}

const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

function warnOfPlainText({ print }: CommandContext, { url }: ServerAccess): void {
  const { protocol, hostname } = new URL(url);
  if (protocol === 'https:' || LOOPBACK.test(hostname)) return;
  print.note({
    en: `${url} is not encrypted: who listens on the way reads the password`,
    zh: `${url} 未加密: 途中可能被窃听密码`,
  });
}
