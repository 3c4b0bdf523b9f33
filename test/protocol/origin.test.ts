import { describe, expect, it } from 'vitest';
import { createOriginRule, isOriginPattern } from '../../src/protocol/origin.ts';

const DEFAULT = ['http://localhost:*', 'http://127.0.0.1:*'];

describe('the Origin rule', () => {
  const cases: [string, string | undefined, string | undefined, boolean][] = [
    ['no Origin: no browser', undefined, 'chat.example.com', true],
    ['a port wildcard', 'http://localhost:5173', '127.0.0.1:9000', true],
    ['a port wildcard takes the default port too', 'http://localhost', '127.0.0.1:9000', true],
    ['the scheme counts', 'https://localhost:5173', 'chat.example.com', false],
    ['a longer host is another host', 'http://localhost.evil.com:80', '127.0.0.1', false],
    ['a host in front is another host', 'http://evil.com:80@localhost:1', 'localhost:1', false],
    ['an exact origin', 'https://chat.example.com', '10.0.0.1', true],
    ['an exact origin, written in capitals', 'HTTPS://Chat.Example.com', '10.0.0.1', true],
    ['an exact origin has its port', 'https://chat.example.com:8443', '10.0.0.1', false],
    ['where the page is published', 'https://public.example.com', '127.0.0.1:8889', true],
    ['own host, an address, another port', 'http://192.168.1.5:8889', '192.168.1.5:9000', true],
    ['own host, an IPv6 address', 'http://[fd00::7]:8889', '[FD00:0::7]:9000', true],
    ['own host, localhost by https', 'https://localhost:8443', 'localhost:9000', true],
    ['own host, configured', 'http://chat.example.com:8889', 'chat.example.com', true],
    ['own host by a name nobody configured: DNS rebinding', 'http://evil.com:8889', 'evil.com:8889', false],
    ['another address', 'http://192.168.1.6:8889', '192.168.1.5:8889', false],
    ['a sandboxed page', 'null', 'localhost', false],
    ['not an origin', 'http://[::1', 'localhost', false],
    ['an empty one', '', 'localhost', false],
    ['no Host header', 'http://192.168.1.5', undefined, false],
    ['a broken Host header', 'http://192.168.1.5', '192.168.1.5/x', false],
    ['own host, no web page', 'ftp://127.0.0.9', '127.0.0.9', false],
  ];

  it.each(cases)('%s', (_name, origin, host, expected) => {
    const isAllowed = createOriginRule({
      allowedOrigins: [...DEFAULT, 'https://chat.example.com'],
      publicUrls: ['https://public.example.com/chat/', ''],
    });
    expect(isAllowed(origin, host)).toBe(expected);
  });
});

describe('the Origin rule of a door for our own page alone', () => {
  const rule = createOriginRule({
    allowedOrigins: ['https://ops.example.com'],
    publicUrls: [],
    ownPortOnly: true,
  });
  it.each([
    ['http://127.0.0.1:8889', '127.0.0.1:8889', true],
    ['http://LOCALHOST:8889', 'localhost:8889', true],
    ['http://127.0.0.1:3000', '127.0.0.1:8889', false],
    ['http://localhost', 'localhost:8889', false],
    ['https://ops.example.com', '127.0.0.1:8889', true],
    ['http://evil.com:8889', 'evil.com:8889', false],
  ])('%s at %s: %j', (origin, host, expected) => expect(rule(origin, host)).toBe(expected));
});

describe('a pattern of AllowedOrigins', () => {
  it.each(['http://localhost:*', 'https://chat.example.com', 'http://[::1]:8080', 'capacitor://localhost'])(
    'is %s',
    (text) => expect(isOriginPattern(text)).toBe(true),
  );
  it.each(['*', 'localhost', 'https://chat.example.com/', 'https://a.b/c', 'http://:*', 'http://[::1', ''])(
    'is not %s',
    (text) => expect(isOriginPattern(text)).toBe(false),
  );
});
