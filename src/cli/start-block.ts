import type { Language } from '../protocol/error-codes.ts';
import type { Config } from '../server/config/config.ts';
import type { Started } from '../server/server.ts';

export interface StartLine {
  readonly event: string;
  readonly text: string;
}

/** The first three lines are the seed's, word for word. */
export function startBlock(
  started: Started,
  { publicUrl }: Pick<Config, 'publicUrl'>,
  { language, readyInMs }: { readonly language: Language; readonly readyInMs: number },
): readonly StartLine[] {
  const http = hostAndPort(started.http);
  const own = publicUrl === '' ? `http://${hostAndPort(reachable(started.http))}` : publicUrl;
  const page = own.replace(/\/$/, '');
  const chinese = language === 'zh';
  return [
    { event: 'http_listening', text: `Starting HTTP API server at ${http}...` },
    { event: 'swagger_ui', text: `Swagger UI: ${page}/swagger/index.html` },
    { event: 'ws_listening', text: `启动 WebSocket 服务: ${hostAndPort(started.ws)}` },
    {
      event: 'ready',
      text: chinese
        ? `就绪, 用时 ${readyInMs} ms; 数据库: ${started.database}`
        : `Ready in ${readyInMs} ms; database: ${started.database}`,
    },
    { event: 'page', text: `${chinese ? '网页聊天' : 'Chat in the browser'}: ${page}/` },
    ...administratorLines(started.firstAdministrator, chinese),
    {
      event: 'next_commands',
      text: `${chinese ? '接下来' : 'Next'}: chatd user add alice · chatd send --to 2 "你好" · chatd console`,
    },
  ];
}

function administratorLines(made: Started['firstAdministrator'], chinese: boolean): readonly StartLine[] {
  if (made === undefined) return [];
  const event = 'first_administrator_made';
  const who = chinese
    ? `首个管理员: ${made.user.name} (用户 1)`
    : `First administrator: ${made.user.name} (user 1)`;
  if (made.password !== undefined) {
    return [
      {
        event,
        text: `${who}, ${chinese ? '密码(仅显示一次)' : 'password (shown this once)'}: ${made.password}`,
      },
    ];
  }
  if (made.passwordFile === undefined) return [{ event, text: who }];
  return [{ event, text: `${who}, ${chinese ? '密码在' : 'password in'} ${made.passwordFile}` }];
}

function hostAndPort({ host, port }: Started['http']): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}

// "Every address" is nowhere one could go.
function reachable({ host, port }: Started['http']): Started['http'] {
  return { host: host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host, port };
}
