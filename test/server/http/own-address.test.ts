import { expect, test } from 'vitest';
import { loadConfig } from '../../../src/server/config/load-config.ts';
import { ownAddress, webSocketAddress } from '../../../src/server/http/own-address.ts';

test.each<[what: string, env: Record<string, string>, host: string | undefined, http: string, ws: string]>([
  ['the host it asked for', {}, '10.0.0.7:8889', 'http://10.0.0.7:8889', 'ws://10.0.0.7:9000/ws'],
  ['an IPv6 address', {}, '[::1]:8889', 'http://[::1]:8889', 'ws://[::1]:9000/ws'],
  ['no Host', {}, undefined, 'http://127.0.0.1:8889', 'ws://127.0.0.1:9000/ws'],
  ['a Host that is none', {}, 'a/b"><script>', 'http://127.0.0.1:8889', 'ws://127.0.0.1:9000/ws'],
  ['a Host with an address that is none', {}, '999.1.1.1', 'http://127.0.0.1:8889', 'ws://127.0.0.1:9000/ws'],
  ['a Host with a port that is none', {}, 'a:99999', 'http://127.0.0.1:8889', 'ws://127.0.0.1:9000/ws'],
  ['a Host with colons', {}, '[::::]:1', 'http://127.0.0.1:8889', 'ws://127.0.0.1:9000/ws'],
  ['a Host with a user', {}, 'a@b', 'http://127.0.0.1:8889', 'ws://127.0.0.1:9000/ws'],
  [
    'PublicUrl, with TLS',
    { CHATD_PUBLICURL: 'https://chat.example.com/' },
    '127.0.0.1:8889',
    'https://chat.example.com',
    'wss://chat.example.com:9000/ws',
  ],
  [
    'one door for both',
    { CHATD_PUBLICURL: 'https://chat.example.com', CHATD_WS_PORT: '8889' },
    '127.0.0.1:8889',
    'https://chat.example.com',
    'wss://chat.example.com/ws',
  ],
  [
    'WS.PublicUrl',
    { CHATD_WS_PUBLICURL: 'wss://chat.example.com/ws' },
    'localhost:8889',
    'http://localhost:8889',
    'wss://chat.example.com/ws',
  ],
])('%s', (...[, env, host, http, ws]) => {
  const { config } = loadConfig({ file: undefined, folder: '/nowhere', env });
  const headers = host === undefined ? {} : { host };
  expect(ownAddress(config, headers)).toBe(http);
  expect(webSocketAddress(config, headers)).toBe(ws);
});
