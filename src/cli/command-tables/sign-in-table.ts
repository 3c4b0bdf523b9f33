import type { CommandSpec } from '../command.ts';
import { PASSWORD_FILE } from './words.ts';

/** Commanding a server from elsewhere. */
export const SIGN_IN_COMMANDS: readonly CommandSpec[] = [
  {
    path: 'login',
    args: [
      {
        form: '[name]',
        text: { en: "an administrator's name; asked for if absent", zh: '管理员名字; 不写则询问' },
      },
    ],
    options: [PASSWORD_FILE],
    summary: {
      en: "sign in to another machine's server as an administrator",
      zh: '以管理员身份登录其他机器上的服务器',
    },
    examples: [
      'chatd login root --url https://chat.example.com',
      'chatd login root --url https://chat.example.com --password-file -',
    ],
    load: async () => (await import('../commands/login.ts')).login,
  },
  {
    path: 'logout',
    summary: {
      en: "end that sign-in: the administrator's tokens and connections end, too",
      zh: '退出登录: 该管理员的令牌与连接随之失效',
    },
    examples: ['chatd logout --url https://chat.example.com', 'chatd logout'],
    load: async () => (await import('../commands/login.ts')).logout,
  },
];
