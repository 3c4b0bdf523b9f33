import { describe, expect, it } from 'vitest';
import { createAddressSet, createClientAddressOf } from '../../src/protocol/client-address.ts';

describe('a set of addresses', () => {
  const cases: [string, string, boolean][] = [
    ['10.0.0.7', '10.0.0.7', true],
    ['10.0.0.7', '10.0.0.8', false],
    ['10.0.0.0/8', '10.255.1.2', true],
    ['10.0.0.0/8', '11.0.0.1', false],
    ['10.0.0.0/8', '::ffff:10.1.2.3', true],
    ['10.0.0.0/8', '::ffff:a01:203', true],
    ['0.0.0.0/0', '1.2.3.4', true],
    ['0.0.0.0/0', 'fd00::1', false],
    ['fd00::/8', 'fd12:3456::1', true],
    ['fd00::/8', 'fe80::1%eth0', false],
    ['fe80::/10', 'fe80::1%eth0', true],
    ['2001:db8::1', '2001:0DB8:0:0:0:0:0:1', true],
    ['loopback', '127.9.9.9', true],
    ['loopback', '::1', true],
    ['loopback', '::ffff:127.0.0.1', true],
    ['loopback', '10.0.0.1', false],
    ['loopback', '', false],
    ['loopback', 'unknown', false],
    ['loopback', '127.0.0.1.5', false],
    ['loopback', '0:0:0:0:0:0:0:0:1', false],
  ];
  it.each(cases)('%s and %s: %s', (entry, address, expected) => {
    expect(createAddressSet([entry])(address)).toBe(expected);
  });

  it.each([
    '',
    'localhost',
    '10.0.0.0/33',
    '10.0.0.0/x',
    '10.0.0.0/',
    '1.2.3',
    '::1::2',
    'fd00::/129',
    '1.2.3.4/8/8',
    '::1.2.3.400',
  ])('does not take %j for an address', (entry) =>
    expect(() => createAddressSet([entry])).toThrow(TypeError),
  );
});

describe('who really asks', () => {
  const addressOf = createClientAddressOf(createAddressSet(['10.0.0.0/8', 'loopback']));
  type Case = [
    name: string,
    remote: string | undefined,
    forwardedFor: string | string[] | undefined,
    address: string,
    untrusted: boolean,
  ];
  const cases: Case[] = [
    ['no proxy', '192.0.2.1', undefined, '192.0.2.1', false],
    ['no proxy, IPv4-mapped', '::ffff:192.0.2.1', undefined, '192.0.2.1', false],
    ['a socket that is gone', undefined, undefined, 'unknown', false],
    ['no IPv4', '256.0.2.1', undefined, 'unknown', false],
    ['no IPv4, by a dot', '192.0.2.1.', undefined, 'unknown', false],
    ['IPv4 in other words', '::ffff:c000:201', undefined, '192.0.2.1', false],
    ['IPv6 with its zone', 'FE80::1%eth0', undefined, 'fe80::1', false],
    ['a header nobody vouches for', '192.0.2.1', '127.0.0.1', '192.0.2.1', true],
    ['one trusted proxy', '10.0.0.1', '192.0.2.1', '192.0.2.1', false],
    ['two trusted proxies', '10.0.0.1', '192.0.2.1, 10.0.0.2', '192.0.2.1', false],
    [
      'what the client wrote itself is left of the truth',
      '10.0.0.1',
      '127.0.0.1, 192.0.2.1',
      '192.0.2.1',
      false,
    ],
    ['only proxies', '10.0.0.1', '10.0.0.3', '10.0.0.3', false],
    ['with a port', '127.0.0.1', '192.0.2.1:4711', '192.0.2.1', false],
    ['IPv6 with a port', '127.0.0.1', '[2001:DB8::1]:4711', '2001:db8::1', false],
    ['several headers', '127.0.0.1', ['198.51.100.9', '192.0.2.1'], '192.0.2.1', false],
    ['rubbish from a trusted proxy', '127.0.0.1', 'unknown', '127.0.0.1', true],
    ['an empty header', '127.0.0.1', '', '127.0.0.1', true],
    ['a socket that is gone', undefined, undefined, 'unknown', false],
    ['a zone', 'fe80::1%eth0', undefined, 'fe80::1', false],
  ];
  it.each(cases)('%s', (...[, remote, forwardedFor, address, untrusted]) => {
    expect(addressOf(remote, forwardedFor)).toEqual({ address, hasUntrustedForward: untrusted });
  });
});
