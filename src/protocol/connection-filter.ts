import type { ConnectionItem } from './admin-connections.ts';
import { ChatError } from './error-codes.ts';
import { parseQuantity, type Quantity } from './quantity.ts';

/** What a filter looks at. */
export type FilteredConnection = Omit<ConnectionItem, 'node'>;
/** Whether a connection is meant; `now` in ms since 1970. */
export type ConnectionFilter = (connection: FilteredConnection, now: number) => boolean;

/**
 * A filter on connections, as people type it. All of its terms must hold:
 * `王` `c-8f2` `2`           a word: an id of a connection or user exactly, a name, address or user agent in part
 * `@alice`                   a name exactly
 * `user:2` `user:@alice` `id:c-8f2` `client:seed` `name:王` `address:10.0.4.` `agent:chrome`
 * `queue>100k` `idle>=5m` `up<1h` `in>100` `out=0`
 * `!client:seed`             what does not hold; `"two words"` or `agent:"Windows NT"` for what has blanks or colons
 * Throws invalid_field (`filter`) that says what is wrong.
 */
export function parseConnectionFilter(text: string): ConnectionFilter {
  const terms = splitTerms(text).map(parseTerm);
  return (connection, now) => terms.every((holds) => holds(connection, now));
}

const MAX_LENGTH = 256;
const MAX_TERMS = 16;
/** `!`, then quoted and bare parts up to a blank. */
const TERM = /(?:"[^"]*"|[^\s"])+/gu;
const KEYED = /^([a-z]+)(>=|<=|[:=<>])(.*)$/isu;

function splitTerms(text: string): readonly string[] {
  if (text.length > MAX_LENGTH) throw wrong(TOO_LONG);
  const normal = text.normalize('NFC');
  if ((normal.split('"').length - 1) % 2 === 1) throw wrong(UNCLOSED);
  const terms = normal.match(TERM) ?? [];
  if (terms.length > MAX_TERMS) throw wrong(TOO_MANY);
  return terms;
}

function parseTerm(term: string): ConnectionFilter {
  if (term.startsWith('!')) {
    const holds = parseTerm(term.slice(1));
    return (connection, now) => !holds(connection, now);
  }
  const [, key, operator, value] = KEYED.exec(term) ?? [];
  const isWord = key === undefined || operator === undefined || value === undefined || isIpv6(term);
  return isWord ? parseWord(unquote(term)) : parseKeyed({ key: key.toLowerCase(), operator, value });
}

/** `fe80::1` is an address, not the key `fe`. */
function isIpv6(term: string): boolean {
  return /^[0-9a-f]*:[0-9a-f:.]*$/i.test(term) && term.split(':').length > 2;
}

function parseWord(word: string): ConnectionFilter {
  if (word === '') throw wrong(EMPTY);
  if (/^@./u.test(word)) return isNamed(word.slice(1));
  const contains = createContains(word);
  return ({ id, userId, name, address, userAgent }) =>
    userId === word || id === word || contains(name) || contains(address) || contains(userAgent);
}

interface Keyed {
  readonly key: string;
  readonly operator: string;
  readonly value: string;
}

function parseKeyed(term: Keyed): ConnectionFilter {
  const { key, operator } = term;
  const measure = Object.hasOwn(MEASURES, key) ? MEASURES[key] : undefined;
  if (measure !== undefined) return compare(term, measure);
  const field = Object.hasOwn(FIELDS, key) ? FIELDS[key] : undefined;
  if (field === undefined) throw unknownKey(key);
  if (operator !== ':' && operator !== '=') throw onlyNumbers(term);
  const value = unquote(term.value);
  if (value === '') throw noValue(term);
  return field(value);
}

const FIELDS: Readonly<Record<string, (value: string) => ConnectionFilter>> = {
  user: (value) => (/^@./u.test(value) ? isNamed(value.slice(1)) : ({ userId }) => userId === value),
  id:
    (value) =>
    ({ id }) =>
      id === value,
  client(value) {
    const wanted = value.toLowerCase();
    if (wanted !== 'seed' && wanted !== 'v1') throw wrong(CLIENTS);
    return ({ client }) => client === wanted;
  },
  name: (value) => partOf(value, ({ name }) => name),
  address: (value) => partOf(value, ({ address }) => address),
  agent: (value) => partOf(value, ({ userAgent }) => userAgent),
};

function partOf(value: string, field: (connection: FilteredConnection) => string): ConnectionFilter {
  const contains = createContains(value);
  return (connection) => contains(field(connection));
}

function isNamed(wanted: string): ConnectionFilter {
  const lower = wanted.toLowerCase();
  return ({ name }) => name.toLowerCase() === lower;
}

/** Whether a text has `part` in it, whatever the case. */
function createContains(part: string): (text: string) => boolean {
  const pattern = new RegExp(part.replaceAll(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`), 'iu');
  return (text) => pattern.test(text);
}

interface Measure {
  readonly quantity: Quantity;
  of(connection: FilteredConnection, now: number): number;
}

const MEASURES: Readonly<Record<string, Measure>> = {
  queue: { quantity: 'bytes', of: ({ queued }) => queued },
  idle: { quantity: 'duration', of: ({ idleMs }) => idleMs },
  up: { quantity: 'duration', of: ({ since }, now) => now - since },
  in: { quantity: 'count', of: (connection) => connection.in },
  out: { quantity: 'count', of: ({ out }) => out },
};

function compare(term: Keyed, { quantity, of }: Measure): ConnectionFilter {
  const limit = parseQuantity(unquote(term.value), quantity);
  if (limit === undefined) throw notAQuantity(term, quantity);
  switch (term.operator) {
    case '>':
      return (connection, now) => of(connection, now) > limit;
    case '>=':
      return (connection, now) => of(connection, now) >= limit;
    case '<':
      return (connection, now) => of(connection, now) < limit;
    case '<=':
      return (connection, now) => of(connection, now) <= limit;
    default:
      return (connection, now) => of(connection, now) === limit;
  }
}

function unquote(text: string): string {
  return text.replaceAll('"', '');
}

type Text = Readonly<Record<'zh' | 'en', string>>;

function wrong(text: Text): ChatError {
  return new ChatError('invalid_field', { field: 'filter', text });
}

const KEYS = 'user id client name address agent queue idle up in out';
const TOO_LONG = {
  zh: `过滤条件最多 ${MAX_LENGTH} 个字符`,
  en: `a filter has at most ${MAX_LENGTH} characters`,
};
const TOO_MANY = { zh: `过滤条件最多 ${MAX_TERMS} 项`, en: `a filter has at most ${MAX_TERMS} terms` };
const UNCLOSED = { zh: '过滤条件中的引号 " 不成对', en: 'a quotation mark " of the filter is not closed' };
const EMPTY = { zh: '过滤条件中有空项', en: 'a term of the filter is empty' };
const CLIENTS = { zh: 'client 应为 seed 或 v1', en: 'client is seed or v1' };

function unknownKey(key: string): ChatError {
  return wrong({
    zh: `不认识 ${key}, 可用: ${KEYS}。若是文本请加引号 "`,
    en: `no such key ${key}; there are: ${KEYS}. Put text in quotation marks "`,
  });
}

function onlyNumbers({ key, operator }: Keyed): ChatError {
  return wrong({
    zh: `${key} 不能用 ${operator} 比较, 请写 ${key}:值`,
    en: `${key} cannot be compared with ${operator}: write ${key}:value`,
  });
}

function noValue({ key, operator }: Keyed): ChatError {
  return wrong({ zh: `${key}${operator} 后面缺少值`, en: `a value is missing after ${key}${operator}` });
}

const EXAMPLES = { bytes: '100k', duration: '5m', count: '100' } as const;

function notAQuantity({ key, operator, value }: Keyed, quantity: Quantity): ChatError {
  const example = `${key}${operator}${EXAMPLES[quantity]}`;
  return wrong({
    zh: `${key} 不能与 "${value}" 比较, 例: ${example}`,
    en: `${key} cannot be compared with "${value}"; for example ${example}`,
  });
}
