import { describe, expect, it } from 'vitest';
import { bearerToken, findToken } from '../../../src/server/auth/credentials.ts';

describe('findToken', () => {
  it('looks in the header, then Authorization, then the query, then the subprotocols', () => {
    const headers = {
      websocket: 'one',
      authorization: 'Bearer two',
      'sec-websocket-protocol': 'chatd.v1, bearer.four',
    };
    expect(findToken({ headers, url: '/ws?token=three' })).toBe('one');
    expect(findToken({ headers: { ...headers, websocket: '' }, url: '/ws?token=three' })).toBe('two');
    const { 'sec-websocket-protocol': offered } = headers;
    expect(findToken({ headers: { 'sec-websocket-protocol': offered }, url: '/ws?token=three' })).toBe(
      'three',
    );
    expect(findToken({ headers: { 'sec-websocket-protocol': offered }, url: '/ws' })).toBe('four');
  });

  it.each([
    ['/ws', undefined],
    ['/ws?token=', undefined],
    ['/ws?x=1&token=a.b.c', 'a.b.c'],
    ['http://[::1?token=t', 't'],
    ['//?token=t', 't'],
    ['/ws?token=%zz', '%zz'],
    ['', undefined],
    [undefined, undefined],
  ])('reads the request line %j without a throw', (url, token) => {
    expect(findToken({ headers: {}, url })).toBe(token);
  });

  it.each([
    ['Bearer a.b.c', 'a.b.c'],
    ['bearer  a.b.c ', 'a.b.c'],
    ['Basic YTpi', undefined],
    ['Bearer', undefined],
    ['Bearer a b', undefined],
  ])('takes %j as %j', (authorization, token) => {
    expect(bearerToken({ authorization })).toBe(token);
  });
});
