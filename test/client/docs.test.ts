import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { REPOSITORY } from '../support/chatd.ts';

const read = (path: string): string => readFileSync(join(REPOSITORY, path), 'utf8');

describe('docs/client.md', () => {
  const page = read('docs/client.md');
  const source = read('src/client/chat-client.ts');

  test.each([
    ['ClientEvents', '| event |'],
    ['ClientOptions', '| option |'],
  ])('lists every key of %s, and no other', (name, head) => {
    expect(namesInTable(page, head)).toEqual(keysOf(source, name));
  });

  test('lists every state, and no other', () => {
    const status = source.slice(
      source.indexOf('export type ClientStatus'),
      source.indexOf('export interface CloseReason'),
    );
    const states = [...status.matchAll(/readonly state: '(\w+)'/g)].map(([, state]) => state ?? '');
    expect(namesInTable(page, '| state |').toSorted()).toEqual(states.toSorted());
  });

  test('speaks of every call', () => {
    const missing = keysOf(source, 'ChatClient').filter((call) => !new RegExp(`\\b${call}\\b`).test(page));
    expect(missing).toEqual([]);
  });
});

/** The names in the first column of the table that begins with `head`, in alphabetical order. */
function namesInTable(page: string, head: string): readonly string[] {
  const from = page.slice(page.indexOf(head));
  const rows = from.slice(0, from.indexOf('\n\n')).split('\n').slice(2);
  return rows
    .flatMap((row) => [...(row.split('|')[1] ?? '').matchAll(/`(\w+)`/g)].map(([, name]) => name ?? ''))
    .toSorted();
}

/** The keys of an interface, in alphabetical order. */
function keysOf(source: string, name: string): readonly string[] {
  const from = source.slice(source.indexOf(`export interface ${name} {`));
  const body = from.slice(0, from.indexOf('\n}'));
  const keys = [...body.matchAll(/^ {2}(?:readonly )?(\w+)[?(<:]/gm)].map(([, key]) => key ?? '');
  return [...new Set(keys)].toSorted();
}
