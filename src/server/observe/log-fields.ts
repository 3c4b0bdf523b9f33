import { visibleText } from '../../protocol/visible-text.ts';

const SECRET_KEY = /token|passw(?:or)?d|pwd|secret|authorization|cookie|credential|^content$|^text$|dsn/i;
/** Fields about secrets that are none themselves. */
const HARMLESS_KEY = /^(?:tokensValidFrom|tokenKey|contentType|passwordFile)$/;
const JWT = /\beyJ[\w-]{5,}\.[\w-]+\.[\w-]*/g;
const URL_TOKEN = /([?&](?:token|access_token)=)[^&\s"]+/gi;
const DSN_PASSWORD = /(\b[\w.-]+):[^@\s/]+@(?=tcp\(|unix\()|(:\/\/[^:/\s]+):[^@\s]+@/g;

const LONGEST_KEY = 64;
const LONGEST_TEXT = 2000;
const MOST_ITEMS = 50;
const MOST_FRAMES = 12;
const DEEPEST = 4;

/**
 * A log line's fields with everything taken out that must never be written: whatever is called a token, password,
 * secret or content, and what looks like a token inside other text. A guard behind the rule not to log these, not
 * instead of it. Errors become their name, message, code and stack; what is long or deep is cut.
 */
export function toSafeFields(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return safeEntries(Object.entries(fields), 1);
}

function safeEntries(
  entries: readonly (readonly [string, unknown])[],
  depth: number,
): Record<string, unknown> {
  return Object.fromEntries(
    entries.map(([key, value]) => [visibleText(key.slice(0, LONGEST_KEY)), safeField(key, value, depth)]),
  );
}

function safeField(key: string, value: unknown, depth: number): unknown {
  const hidden = SECRET_KEY.test(key) && !HARMLESS_KEY.test(key) && value !== undefined && value !== '';
  return hidden ? '[hidden]' : safeValue(value, depth);
}

function safeValue(value: unknown, depth: number): unknown {
  switch (typeof value) {
    case 'string':
      return safeText(value);
    case 'bigint':
      return value.toString();
    case 'function':
    case 'symbol':
      return undefined;
    case 'object':
      return value === null ? null : safeObject(value, depth);
    default:
      return value;
  }
}

function safeObject(value: object, depth: number): unknown {
  if (value instanceof Error) return safeError(value, depth);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (depth >= DEEPEST) return '[deeper]';
  if (Array.isArray(value)) return value.slice(0, MOST_ITEMS).map((item) => safeValue(item, depth + 1));
  return safeEntries(Object.entries(value).slice(0, MOST_ITEMS), depth + 1);
}

// `cause` is where a ChatError keeps what really happened; drivers' errors carry the SQL with its values: not taken.
function safeError(error: Error, depth: number): Record<string, unknown> {
  const { code, cause } = error as Error & { readonly code?: unknown };
  return {
    name: error.name,
    message: safeText(error.message),
    ...(code === undefined ? {} : { code: safeValue(code, DEEPEST) }),
    ...(cause === undefined || depth >= DEEPEST ? {} : { cause: safeValue(cause, depth + 1) }),
    stack: framesOf(error),
  };
}

// Without the message, which may hold a user's line ends.
function framesOf({ stack = '' }: Error): readonly string[] {
  const frames = stack.split('\n').filter((line) => /^ +at /.test(line));
  return frames.slice(0, MOST_FRAMES).map((frame) => safeText(frame.trim()));
}

function safeText(text: string): string {
  const safe = text
    .replace(JWT, '[token]')
    .replace(URL_TOKEN, '$1[token]')
    .replace(DSN_PASSWORD, (_whole, user?: string, scheme?: string) => `${user ?? scheme}:[hidden]@`);
  return safe.length > LONGEST_TEXT ? `${safe.slice(0, LONGEST_TEXT)}…` : safe;
}
