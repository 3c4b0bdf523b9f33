import { expect, test } from 'vitest';
import { decodeRpc } from '../../../../src/server/admin/channel/rpc.ts';

/** What a text of the admin channel asks, by JSON-RPC 2.0. */

const call = { jsonrpc: '2.0', id: 1, method: 'user.list' };

test.each<[string, unknown]>([
  ['a call', call],
  ['one without parameters that are anything', { ...call, params: {} }],
  ['an id of text', { ...call, id: 'x' }],
  ['an id of null', { ...call, id: null }],
  ['keys without a meaning', { ...call, more: 1 }],
])('takes %s', (_what, value) => {
  const { isBatch, entries } = decodeRpc(JSON.stringify(value));
  expect(isBatch).toBe(false);
  expect(entries).toEqual([{ id: (value as typeof call).id, method: 'user.list', params: {} }]);
});

test('takes a notification, which has no id', () => {
  expect(decodeRpc('{"jsonrpc":"2.0","method":"x"}').entries).toEqual([
    { id: undefined, method: 'x', params: {} },
  ]);
});

test('leaves nulls out, and takes __proto__ for a key like any other', () => {
  const { entries } = decodeRpc(
    '{"jsonrpc":"2.0","id":1,"method":"x","params":{"a":null,"b":1,"__proto__":{"c":2}}}',
  );
  const [entry] = entries;
  const params = entry !== undefined && 'params' in entry ? entry.params : {};
  expect(Object.keys(params)).toEqual(['b', '__proto__']);
  expect((params as { c?: number }).c).toBeUndefined();
});

test.each<[string, string, number]>([
  ['no JSON', '{', -32700],
  ['nothing', '', -32700],
  ['a number', '1', -32600],
  ['null', 'null', -32600],
  ['text', '"x"', -32600],
  ['an empty batch', '[]', -32600],
  ['another version', '{"jsonrpc":"1.0","id":1,"method":"x"}', -32600],
  ['no version', '{"id":1,"method":"x"}', -32600],
  ['no method', '{"jsonrpc":"2.0","id":1}', -32600],
  ['a method that is no text', '{"jsonrpc":"2.0","id":1,"method":1}', -32600],
  ['an object as id', '{"jsonrpc":"2.0","id":{},"method":"x"}', -32600],
  ['parameters by position', '{"jsonrpc":"2.0","id":1,"method":"x","params":[1]}', -32602],
  ['parameters that are text', '{"jsonrpc":"2.0","id":1,"method":"x","params":"y"}', -32602],
  ['a batch of 21', JSON.stringify(Array.from({ length: 21 }, () => call)), -32600],
])('refuses %s', (_what, text, code) => {
  const { entries } = decodeRpc(text);
  expect(entries).toMatchObject([{ failed: { code } }]);
});

test('a batch fails entry by entry', () => {
  const { isBatch, entries } = decodeRpc(JSON.stringify([call, 1, call]));
  expect(isBatch).toBe(true);
  expect(entries.map((entry) => 'failed' in entry)).toEqual([false, true, false]);
});
