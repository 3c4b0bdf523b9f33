import { Buffer } from 'node:buffer';
import type { ConnectionPage, ConnectionQuery } from '../../protocol/admin-connections.ts';
import { ChatError } from '../../protocol/error-codes.ts';
import type { ConnectionOrder, Place } from './connection-order.ts';
import { type ConnectionParts, matchingRows, parseSelection } from './connection-rows.ts';
import { selectFirst } from './select-first.ts';

/**
 * One page of the live connections. A cursor is the last row's place in the order, not a count of rows: connections
 * that come, go or move elsewhere make no other row appear twice or be left out.
 * Throws invalid_field (`filter`, `sort`, `cursor`).
 */
export function toConnectionPage(parts: ConnectionParts, query: ConnectionQuery): ConnectionPage {
  const selection = parseSelection(query);
  const { order } = selection;
  const after = query.cursor === undefined ? undefined : parseCursor(query.cursor, order);
  const { limit = DEFAULT_LIMIT } = query;
  const rows = matchingRows(parts, selection);
  const left = after === undefined ? rows : rows.filter((row) => order.compare(row, after) > 0);
  const page = selectFirst(left, limit, order.compare);
  const last = left.length > page.length ? page.at(-1) : undefined;
  return {
    items: page.map(({ item }) => item),
    total: rows.length,
    all: parts.connections.count,
    ...(last === undefined ? {} : { next: toCursor(last, order) }),
  };
}

const DEFAULT_LIMIT = 100;

function toCursor({ key, id }: Place, order: ConnectionOrder): string {
  return Buffer.from(JSON.stringify([order.name, key, id])).toString('base64url');
}

function parseCursor(cursor: string, order: ConnectionOrder): Place {
  const [name, key, id] = decode(cursor);
  const isKey = typeof key === order.keyType;
  if (name !== order.name || !isKey || typeof id !== 'string') throw notACursor();
  return { key: key as Place['key'], id };
}

function decode(cursor: string): readonly unknown[] {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    return Array.isArray(parsed) ? parsed : [];
  } catch {
    return [];
  }
}

function notACursor(): ChatError {
  return new ChatError('invalid_field', {
    field: 'cursor',
    text: {
      zh: 'cursor 应为上一页同一排序的 next',
      en: 'a cursor is the next of the page before, under the same sort',
    },
  });
}
