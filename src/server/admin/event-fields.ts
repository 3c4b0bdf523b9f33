import type { ServerEvent } from '../../protocol/admin-records.ts';
import type { LogFields } from '../chat/ports.ts';

type EventFields = ServerEvent['fields'];

const LONGEST_TEXT = 300;
const MOST_FIELDS = 40;

/** A log line's fields, made safe before, as one flat row: `cause.code`, lists joined, no stacks, nothing long. */
export function toEventFields(fields: LogFields): EventFields {
  const flat = Object.entries(fields).flatMap(([key, value]) => flatten(key, value));
  return Object.fromEntries(flat.slice(0, MOST_FIELDS));
}

function flatten(key: string, value: unknown): readonly (readonly [string, string | number | boolean])[] {
  switch (typeof value) {
    case 'string':
      return [[key, cut(value)]];
    case 'number':
      return [[key, Number.isFinite(value) ? value : String(value)]];
    case 'boolean':
      return [[key, value]];
    case 'object':
      return value === null ? [] : flattenObject(key, value);
    default:
      return [];
  }
}

function flattenObject(key: string, value: object): ReturnType<typeof flatten> {
  if (Array.isArray(value)) {
    const words = value.filter((item) => item !== null && typeof item !== 'object');
    return words.length === 0 ? [] : [[key, cut(words.join(', '))]];
  }
  return Object.entries(value)
    .filter(([name]) => name !== 'stack')
    .flatMap(([name, item]) => flatten(`${key}.${name}`, item));
}

function cut(text: string): string {
  return text.length <= LONGEST_TEXT ? text : `${text.slice(0, LONGEST_TEXT).toWellFormed()}…`;
}
