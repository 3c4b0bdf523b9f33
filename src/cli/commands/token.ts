import type { TokenVerdict } from '../../protocol/admin-users.ts';
import { parseDuration } from '../../protocol/duration.ts';
import type { Command, Options } from '../command.ts';
import { type Bilingual, CommandError, EXIT } from '../exit-codes.ts';
import { readStdin } from '../stdin.ts';
import { usageError } from '../usage-error.ts';
import { withAdmin } from '../with-admin.ts';

/** The token alone on stdout: `$(chatd token create 2)`. */
export const create: Command = async (context, [user = ''], options) => {
  const expire = toSeconds(options['expire']);
  const request = { user, ...(expire === undefined ? {} : { expire }) };
  const issued = await withAdmin(context, 'database', (call) => call('token.create', request));
  context.print.result(issued.token, issued);
};

/** Whose it is; exit 1 if it does not hold. */
export const check: Command = async (context, [given = '-']) => {
  const token = (given === '-' ? await readStdin(context) : given).trim();
  if (token === '') throw usageError({ en: 'there is no token to check', zh: '没有要检查的令牌' });
  const verdict = await withAdmin(context, 'database', (call) => call('token.check', { token }));
  if (!verdict.valid) throw new CommandError(EXIT.refused, verdict.reason, REASONS[verdict.reason]);
  context.print.result(toLine(verdict), verdict);
};

function toSeconds(text: Options[string]): number | undefined {
  if (typeof text !== 'string') return undefined;
  const ms = parseDuration(text);
  if (ms !== undefined && ms >= 1000) return Math.floor(ms / 1000);
  throw usageError({
    en: `--expire: expected a duration of at least 1s, such as 12h, got ${text}`,
    zh: `--expire: 应为至少 1s 的时长, 如 12h, 现为 ${text}`,
  });
}

function toLine({ user, role, expiresAt }: Extract<TokenVerdict, { valid: true }>): Bilingual {
  const until = new Date(expiresAt).toISOString();
  const minutes = Math.max(0, Math.floor((expiresAt - Date.now()) / 60_000));
  const left = minutes < 60 ? `${minutes}m` : `${Math.floor(minutes / 60)}h${minutes % 60}m`;
  return {
    en: `valid  ${user.id} ${user.name}  ${role}  until ${until} (${left})`,
    zh: `有效  ${user.id} ${user.name}  ${role}  至 ${until} (${left})`,
  };
}

const REASONS = {
  unauthorized: {
    en: 'not valid: not a token of this server, or ended',
    zh: '无效: 不是此服务器的令牌, 或已作废',
  },
  token_expired: { en: 'not valid: expired', zh: '无效: 已过期' },
  account_disabled: { en: 'not valid: the account is disabled', zh: '无效: 账号已停用' },
} as const;
