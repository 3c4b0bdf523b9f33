import { ChatError } from '../../protocol/error-codes.ts';

/** Refusals about accounts, with the words that say why. */
export const accountRefusal = {
  registrationClosed: () =>
    new ChatError('permission_denied', {
      text: { zh: '注册已关闭,请联系管理员', en: 'registration is closed: ask an administrator' },
    }),
  disabled: () =>
    new ChatError('permission_denied', { text: { zh: '账号已停用', en: 'the account is disabled' } }),
  removesSelf: () =>
    new ChatError('conflict', { text: { zh: '不能删除自己', en: 'nobody can remove himself' } }),
} as const;
