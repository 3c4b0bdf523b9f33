import { ChatError } from '../../../protocol/error-codes.ts';
import type { Language } from '../../../protocol/error-codes.ts';
import { failureCode, toStorageError } from '../errors.ts';
import { describeTarget } from './parse-dsn.ts';
import type { MysqlTarget } from './parse-dsn.ts';

type Text = Readonly<Record<Language, string>>;

/** Why `target` could not be opened, for the person who starts the server: in our words, not the driver's. */
export function toConnectError(error: unknown, target: MysqlTarget): ChatError {
  const translated = toStorageError(error);
  if (translated === error) return translated;
  const why = WHY[failureCode(error)] ?? UNKNOWN;
  const where = describeTarget(target);
  return new ChatError('storage_unavailable', {
    cause: translated.detail.cause,
    text: { zh: `无法打开 MySQL ${where}: ${why.zh}`, en: `cannot open MySQL ${where}: ${why.en}` },
  });
}

const REFUSED: Text = { zh: '没有服务器在该地址监听', en: 'no server listens there' };
const SILENT: Text = { zh: '服务器没有应答', en: 'the server does not answer' };
const NO_HOST: Text = { zh: '找不到该主机', en: 'no such host' };
const UNKNOWN: Text = { zh: '数据库出错', en: 'the database failed' };

const WHY: Readonly<Record<string, Text>> = {
  ECONNREFUSED: REFUSED,
  ENOENT: { zh: '该套接字文件不存在', en: 'there is no such socket file' },
  ETIMEDOUT: SILENT,
  EHOSTUNREACH: SILENT,
  ENETUNREACH: SILENT,
  ENOTFOUND: NO_HOST,
  EAI_AGAIN: NO_HOST,
  ER_ACCESS_DENIED_ERROR: { zh: '用户名或密码错误', en: 'the user name or password is wrong' },
  ER_ACCESS_DENIED_NO_PASSWORD_ERROR: { zh: '用户名或密码错误', en: 'the user name or password is wrong' },
  ER_DBACCESS_DENIED_ERROR: {
    zh: '该账号不能使用或创建此数据库',
    en: 'the account may neither use nor create this database',
  },
  ER_CON_COUNT_ERROR: { zh: '数据库连接数已满', en: 'the server has too many connections' },
  ER_HOST_NOT_PRIVILEGED: {
    zh: '服务器不接受来自本机的连接',
    en: 'the server takes no connections from here',
  },
  ER_OPTION_PREVENTS_STATEMENT: { zh: '服务器为只读', en: 'the server is read-only' },
  HANDSHAKE_NO_SSL_SUPPORT: { zh: '服务器不支持 TLS', en: 'the server has no TLS' },
};
