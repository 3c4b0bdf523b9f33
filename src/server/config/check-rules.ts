import { isIPv4 } from 'node:net';
import { placeOf } from './check-values.ts';
import type { ConfigProblem } from './config-error.ts';
import type { RawValues } from './raw-value.ts';
import { isSampleSecret } from './sample-secrets.ts';
import type { Values } from './schema.ts';

const LEAST_SECRET_BYTES = 32;

/** What is wrong (`problems`) or unwise (`warnings`) with values that are each right by themselves. */
export function checkRules(
  values: Values,
  raw: RawValues,
): Record<'problems' | 'warnings', readonly ConfigProblem[]> {
  return {
    problems: [weakSecret(values, raw)].filter((problem) => problem !== undefined),
    warnings: [openToAll(values, raw), contentOverFrame(values, raw), queueUnderContent(values, raw)].filter(
      (problem) => problem !== undefined,
    ),
  };
}

/** Whether only this machine reaches what listens there. */
export function isLoopback(host: string): boolean {
  return host === '::1' || host.toLowerCase() === 'localhost' || (isIPv4(host) && host.startsWith('127.'));
}

// The seed's own file has such a secret: whoever has read its source could sign in as anybody.
function weakSecret(values: Values, raw: RawValues): ConfigProblem | undefined {
  const secret = values['Auth.Secret'];
  const bytes = Buffer.byteLength(secret);
  if (secret === '' || (bytes >= LEAST_SECRET_BYTES && !isSampleSecret(secret))) return undefined;
  const short = bytes < LEAST_SECRET_BYTES;
  return {
    where: placeOf(raw, 'Auth.Secret'),
    key: 'Auth.Secret',
    text: {
      en: `expected at least 32 random bytes, got ${short ? `${bytes}` : 'a well-known sample'}; make one with "openssl rand -base64 32", or leave it empty and chatd makes one`,
      zh: `应为至少 32 字节的随机密钥, 现为 ${short ? `${bytes} 字节` : '众所周知的示例'}; 用 "openssl rand -base64 32" 生成, 或留空由 chatd 生成`,
    },
  };
}

function openToAll(values: Values, raw: RawValues): ConfigProblem | undefined {
  if (values['Auth.Registration'] !== 'open' || isLoopback(values.Host)) return undefined;
  return {
    where: placeOf(raw, 'Host'),
    key: 'Auth.Registration',
    text: {
      en: `open while Host is ${values.Host}: whoever reaches this server can make an account (Auth.Registration: closed ends that)`,
      zh: `Host 为 ${values.Host} 且开放注册: 任何能访问本服务的人都可注册账号(Auth.Registration: closed 可关闭)`,
    },
  };
}

function contentOverFrame(values: Values, raw: RawValues): ConfigProblem | undefined {
  if (values['Message.MaxContent'] <= values['WS.MaxFrame']) return undefined;
  return {
    where: placeOf(raw, 'Message.MaxContent'),
    key: 'Message.MaxContent',
    text: {
      en: 'more than WS.MaxFrame: such a message closes the connection instead of being refused',
      zh: '大于 WS.MaxFrame: 这样的消息会断开连接, 而不是被拒绝',
    },
  };
}

/** What one byte of content may take in a frame (`\u0001`), and the frame's other keys. */
const WIDEST = 8;

function queueUnderContent(values: Values, raw: RawValues): ConfigProblem | undefined {
  if (values['WS.MaxQueue'] >= WIDEST * values['Message.MaxContent']) return undefined;
  return {
    where: placeOf(raw, 'WS.MaxQueue'),
    key: 'WS.MaxQueue',
    text: {
      en: `less than ${WIDEST} times Message.MaxContent: a receiver could be too slow for a single message`,
      zh: `小于 Message.MaxContent 的 ${WIDEST} 倍: 接收者可能因一条消息就被视为过慢`,
    },
  };
}
