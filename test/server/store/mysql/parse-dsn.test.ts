import { describe, expect, it } from 'vitest';
import { ChatError } from '../../../../src/protocol/error-codes.ts';
import { describeTarget, parseDsn } from '../../../../src/server/store/mysql/parse-dsn.ts';
import type { MysqlTarget } from '../../../../src/server/store/mysql/parse-dsn.ts';

const LOCAL: MysqlTarget = {
  user: 'root',
  password: '',
  host: '127.0.0.1',
  port: 3306,
  socketPath: undefined,
  database: 'chatd',
  tls: 'off',
};

describe('a DSN', () => {
  it.each<[string, Partial<MysqlTarget>]>([
    ['root:@tcp(127.0.0.1:3306)/chatd', {}],
    [
      'root:secret@tcp(127.0.0.1:3306)/back_end?charset=utf8mb4&parseTime=True&loc=Local',
      { password: 'secret', database: 'back_end' },
    ],
    ['u:p@tcp(db.example.com:3307)/chatd', { user: 'u', password: 'p', host: 'db.example.com', port: 3307 }],
    ['u:p@ss@tcp(h:1)/chatd', { user: 'u', password: 'p@ss', host: 'h', port: 1 }],
    ['u:a:b:c@tcp(h:1)/chatd', { user: 'u', password: 'a:b:c', host: 'h', port: 1 }],
    ['u:a/b?c@tcp(h:1)/chatd', { user: 'u', password: 'a/b?c', host: 'h', port: 1 }],
    ['u:@tcp(x:1)/y@tcp(h:1)/chatd', { user: 'u', password: '@tcp(x:1)/y', host: 'h', port: 1 }],
    ['u:p)(\\\'" %@tcp(h:1)/chatd', { user: 'u', password: 'p)(\\\'" %', host: 'h', port: 1 }],
    ['u:%40@tcp(h:1)/chatd', { user: 'u', password: '%40', host: 'h', port: 1 }],
    ['root@tcp(localhost)/chatd', { host: 'localhost' }],
    ['root@tcp([::1]:3306)/chatd', { host: '::1' }],
    ['root@tcp([fe80::1])/chatd', { host: 'fe80::1' }],
    ['root@tcp(:3310)/chatd', { port: 3310 }],
    ['root@tcp()/chatd', {}],
    ['root@tcp/chatd', {}],
    ['root@/chatd', {}],
    ['/chatd', {}],
    ['tcp(h:1)/chatd', { host: 'h', port: 1 }],
    [
      'u:p@unix(/run/mysqld/mysqld.sock)/chatd',
      {
        user: 'u',
        password: 'p',
        host: 'localhost',
        socketPath: '/run/mysqld/mysqld.sock',
      },
    ],
    ['root@tcp(h:1)/chatd?loc=Asia/Shanghai', { host: 'h', port: 1 }],
    ['root@tcp(h:1)/chat%2Fd', { host: 'h', port: 1, database: 'chat/d' }],
    ['root@tcp(h:1)/100%', { host: 'h', port: 1, database: '100%' }],
    ['root@tcp(h:1)/chatd?tls=true', { host: 'h', port: 1, tls: 'on' }],
    ['root@tcp(h:1)/chatd?tls=skip-verify', { host: 'h', port: 1, tls: 'insecure' }],
    ['root@tcp(h:1)/chatd?tls=false', { host: 'h', port: 1 }],
    ['mysql://u:p%40ss%2F@h:3307/chatd', { user: 'u', password: 'p@ss/', host: 'h', port: 3307 }],
    ['mysql://h/chatd', { host: 'h' }],
    ['mysql://root@[::1]/chatd?ssl=true', { host: '::1', tls: 'on' }],
    ['MySQL://root@h/chatd?tls=skip-verify', { host: 'h', tls: 'insecure' }],
    ['mariadb://root@h/chatd', { host: 'h' }],
  ])('%s', (dsn, expected) => {
    expect(parseDsn(dsn)).toEqual({ ...LOCAL, ...expected });
  });

  it.each([
    'hunter2',
    'u:hunter2@tcp(h:1)',
    'u:hunter2@tcp(h:1)/',
    'u:hunter2@tcp(h:0)/chatd',
    'u:hunter2@tcp(h:65536)/chatd',
    'u:hunter2@tcp(h:x)/chatd',
    'u:hunter2@tcp(::1:3306)/chatd',
    'u:hunter2@udp(h:1)/chatd',
    'u:hunter2@unix()/chatd',
    'u:hunter2@tcp(h:1)/a/b',
    'u:hunter2@tcp(h:1/chatd',
    'mysql://u:hunter2@h',
    'mysql://u:hunter2@h/',
    'mysql://u:hunter2@h/a/b',
    'mysql://u:hunter2%zz@h/chatd',
    'mysql://u:hunter2@h:99999/chatd',
    'postgres://u:hunter2@h/chatd',
    '',
  ])('refuses %s without a word of it', (dsn) => {
    const error = thrownBy(() => parseDsn(dsn));
    expect(error).toMatchObject({ code: 'invalid_field', detail: { field: 'MySQL.DSN' } });
    expect(JSON.stringify([error, error.message, error.detail, String(error.cause)])).not.toContain(
      'hunter2',
    );
  });

  it.each([
    ['u:hunter2@tcp(h:1)/chatd', 'u@h:1/chatd'],
    ['u:hunter2@tcp([::1]:1)/chatd', 'u@[::1]:1/chatd'],
    ['u:hunter2@unix(/run/x.sock)/chatd', 'u@/run/x.sock/chatd'],
  ])('%s is described without its password', (dsn, description) => {
    expect(describeTarget(parseDsn(dsn))).toBe(description);
  });
});

function thrownBy(work: () => unknown): ChatError {
  try {
    work();
  } catch (error) {
    if (error instanceof ChatError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}
