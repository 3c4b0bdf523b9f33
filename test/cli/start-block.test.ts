import { describe, expect, test } from 'vitest';
import { startBlock } from '../../src/cli/start-block.ts';
import { toCommandError } from '../../src/cli/exit-codes.ts';
import { toStartError } from '../../src/cli/start-error.ts';
import { ChatError } from '../../src/protocol/error-codes.ts';
import { toUserId, type UserId } from '../../src/protocol/ids.ts';
import type { Started } from '../../src/server/server.ts';

const STARTED: Started = {
  http: { host: '127.0.0.1', port: 8889 },
  ws: { host: '127.0.0.1', port: 9000 },
  database: 'SQLite data/chatd.db',
  firstAdministrator: undefined,
  startedInMs: 700,
};
const ROOT = {
  id: toUserId(1) as UserId,
  name: 'root',
  role: 'admin',
  enabled: true,
  tokensValidFrom: 0,
  lobbyJoinedAfter: 0,
  createdAt: 0,
  keepOut: undefined,
} as const;

function linesOf(started: Partial<Started> = {}, publicUrl = '', language: 'zh' | 'en' = 'en') {
  return startBlock({ ...STARTED, ...started }, { publicUrl }, { language, readyInMs: 812 }).map(
    ({ text }) => text,
  );
}

describe('what serve says', () => {
  test("the seed's three lines, then when, where and what next", () => {
    expect(linesOf()).toEqual([
      'Starting HTTP API server at 127.0.0.1:8889...',
      'Swagger UI: http://127.0.0.1:8889/swagger/index.html',
      '启动 WebSocket 服务: 127.0.0.1:9000',
      'Ready in 812 ms; database: SQLite data/chatd.db',
      'Chat in the browser: http://127.0.0.1:8889/',
      'Next: chatd user add alice · chatd send --to 2 "你好" · chatd console',
    ]);
  });

  test('links lead somewhere: not to every address, to IPv6 in brackets, to the public URL', () => {
    expect(linesOf({ http: { host: '0.0.0.0', port: 80 } })[1]).toBe(
      'Swagger UI: http://127.0.0.1:80/swagger/index.html',
    );
    expect(linesOf({ http: { host: '0.0.0.0', port: 80 } }, '', 'zh')[4]).toBe(
      '网页聊天: http://127.0.0.1:80/',
    );
    expect(linesOf({}, 'https://chat.example/')[4]).toBe('Chat in the browser: https://chat.example/');
    expect(linesOf({ http: { host: '::1', port: 80 } })[0]).toBe('Starting HTTP API server at [::1]:80...');
    expect(linesOf({}, 'https://chat.example/')[1]).toBe(
      'Swagger UI: https://chat.example/swagger/index.html',
    );
  });

  test('the first administrator, once', () => {
    const said = (made: object, language?: 'zh' | 'en') =>
      linesOf({ firstAdministrator: { user: ROOT, ...made } }, '', language)[5];
    expect(said({ password: 'p4ss' })).toBe(
      'First administrator: root (user 1), password (shown this once): p4ss',
    );
    expect(said({ passwordFile: '/d/admin.password' })).toBe(
      'First administrator: root (user 1), password in /d/admin.password',
    );
    expect(said({}, 'zh')).toBe('首个管理员: root (用户 1)');
  });
});

describe('what keeps it from starting is one line', () => {
  test.each<readonly [error: unknown, exitCode: number, en: string]>([
    [
      new ChatError('conflict', { text: { zh: '', en: '127.0.0.1:1: the port is in use' } }),
      1,
      '127.0.0.1:1: the port is in use',
    ],
    [new ChatError('storage_unavailable'), 1, 'the database cannot be reached (MySQL.DSN says where it is)'],
    [new ChatError('storage_unavailable', { text: { zh: '', en: 'no root@h:1' } }), 1, 'no root@h:1'],
    [new ChatError('invalid_field', { field: 'MySQL.DSN', text: { zh: '', en: 'odd' } }), 78, 'odd'],
    [
      Object.assign(new Error('EACCES: x'), { code: 'EACCES', path: '/root/data' }),
      1,
      '/root/data: this user has no permission there',
    ],
    [new Error('surprise'), 1, 'could not start: surprise'],
  ])('%s', (error, exitCode, en) => {
    expect(toStartError(error)).toMatchObject({ exitCode, text: { en } });
  });

  test('a file that may not be written reads the same in every command', () => {
    const error = Object.assign(new Error('EACCES: x'), { code: 'EACCES', path: '/srv/data' });
    expect(toCommandError(error)).toMatchObject({
      exitCode: 1,
      code: 'file',
      text: { en: '/srv/data: this user has no permission there' },
    });
  });
});
