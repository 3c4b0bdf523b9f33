import type { ConnectionOptions } from 'mysql2/promise';
import type { MysqlTarget } from './parse-dsn.ts';

/** ms to wait for a server that does not answer a connection. */
export const CONNECT_TIMEOUT_MS = 5_000;

/** How chatd connects to `target`: text as utf8mb4, ids as numbers up to 2^53, no time zones. */
export function connectOptions(target: MysqlTarget): ConnectionOptions {
  return {
    user: target.user,
    password: target.password,
    database: target.database,
    ...(target.socketPath === undefined
      ? { host: target.host, port: target.port }
      : { socketPath: target.socketPath }),
    ...(target.tls === 'off' ? {} : { ssl: { rejectUnauthorized: target.tls === 'on' } }),
    charset: 'utf8mb4',
    supportBigNumbers: true,
    bigNumberStrings: false,
    timezone: 'Z',
    connectTimeout: CONNECT_TIMEOUT_MS,
  };
}
