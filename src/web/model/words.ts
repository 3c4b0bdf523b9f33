import type { Language } from '../../protocol/error-codes.ts';

/** What the model itself says to people; the labels of the page are the views' own. */
export const WORDS = {
  zh: {
    no_answer: '连接不上服务器,请检查网络后重试',
    signed_out: '登录已失效,请重新登录',
    signed_out_by_other: '您已在别处登录,请重新登录',
    account_disabled: '账号已被停用',
    password_changed: '密码已修改',
    added_to: (group: string) => `您已加入群组“${group}”`,
    removed_from: (group: string) => `您已不在群组“${group}”中`,
    dismissed: (group: string) => `群组“${group}”已解散`,
    left_without_name: '该群组',
    name_needed: '请填写名称',
    credentials_needed: '请填写用户名和密码',
    members_needed: '请至少选择一位成员',
    not_an_image: '只能发送图片(PNG、JPEG、GIF、WebP)',
    maybe_sent: '不确定是否已送达,可以重试',
  },
  en: {
    no_answer: 'The server does not answer. Check the network and try again.',
    signed_out: 'You were signed out. Please sign in again.',
    signed_out_by_other: 'You are signed in elsewhere. Please sign in again.',
    account_disabled: 'This account is disabled.',
    password_changed: 'Your password was changed.',
    added_to: (group: string) => `You are now in the group “${group}”`,
    removed_from: (group: string) => `You are no longer in the group “${group}”`,
    dismissed: (group: string) => `The group “${group}” was dismissed`,
    left_without_name: 'this group',
    name_needed: 'Please enter a name.',
    credentials_needed: 'Please enter your name and password.',
    members_needed: 'Please choose at least one person.',
    not_an_image: 'Only pictures can be sent (PNG, JPEG, GIF, WebP).',
    maybe_sent: 'It may or may not have arrived. You can try again.',
  },
} as const satisfies Record<Language, object>;

export type Words = (typeof WORDS)[Language];
