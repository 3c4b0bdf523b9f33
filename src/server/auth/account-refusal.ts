import { ChatError } from '../../protocol/error-codes.ts';
import { isBan, keptOutText } from '../../protocol/kept-out.ts';
import type { KeepOut, User } from '../chat/store-ports.ts';

/** Refusals about accounts, with the words that say why. */
export const accountRefusal = {
  registrationClosed: () =>
    new ChatError('permission_denied', {
      text: { zh: '注册已关闭,请联系管理员', en: 'registration is closed: ask an administrator' },
    }),
  disabled: () =>
    new ChatError('permission_denied', { text: { zh: '账号已停用', en: 'the account is disabled' } }),
  banned: (keepOut: KeepOut) => new ChatError('permission_denied', { text: keptOutText(keepOut) }),
  removesSelf: () =>
    new ChatError('conflict', { text: { zh: '不能删除自己', en: 'nobody can remove himself' } }),
} as const;

/** Throws permission_denied for an account nobody may sign in to: it is disabled, or banned. A kick is no matter here. */
export function requireOpen({ enabled, keepOut }: Pick<User, 'enabled' | 'keepOut'>): void {
  if (!enabled) throw accountRefusal.disabled();
  if (keepOut !== undefined && isBan(keepOut)) throw accountRefusal.banned(keepOut);
}
