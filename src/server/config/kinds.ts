import { isIP } from 'node:net';
import { z } from 'zod';
import { createAddressSet } from '../../protocol/client-address.ts';
import type { Language } from '../../protocol/error-codes.ts';
import { isOriginPattern } from '../../protocol/origin.ts';
import { DURATION, formatDuration, parseDuration } from '../../protocol/duration.ts';
import { formatSize, parseSize, SIZE } from './size.ts';

/** What a setting's value may be: its check (zod), what to say when it is something else, and how it is shown. */
export interface Kind<Value> {
  /** From what YAML gives (or a text, from the environment) to what the server uses. */
  readonly schema: z.ZodType<Value>;
  readonly expected: Readonly<Record<Language, string>>;
  /** As it would be written in the file. */
  show(value: Value): Shown;
  /** It is never repeated, not even when it is wrong. */
  readonly secret?: true;
}

export type Shown = string | number | boolean | readonly string[];

export function text({ min = 0, max = 4096 }: { min?: number; max?: number } = {}): Kind<string> {
  return {
    schema: z.string().min(min).max(max),
    expected: { en: `a text of ${min} to ${max} characters`, zh: `${min} 到 ${max} 个字符的文本` },
    show: asIs,
  };
}

export function secret(): Kind<string> {
  return {
    schema: z.string().max(4096),
    expected: { en: 'a text', zh: '文本' },
    show: (value) => (value === '' ? '' : '********'),
    secret: true,
  };
}

export function path(): Kind<string> {
  return {
    schema: z
      .string()
      .min(1)
      .regex(/^[^\0]*$/),
    expected: { en: 'a path', zh: '路径' },
    show: asIs,
  };
}

export function integer(min: number, max: number): Kind<number> {
  return {
    schema: z.int().min(min).max(max),
    expected: { en: `a whole number from ${min} to ${max}`, zh: `${min} 到 ${max} 的整数` },
    show: asIs,
  };
}

/** 0 stands for any free port. */
export function port(): Kind<number> {
  return {
    schema: z.int().min(0).max(65_535),
    expected: { en: 'a port, 1 to 65535 (0: any free one)', zh: '端口, 1 到 65535(0 为任意空闲端口)' },
    show: asIs,
  };
}

export function flag(): Kind<boolean> {
  return { schema: z.boolean(), expected: { en: 'true or false', zh: 'true 或 false' }, show: asIs };
}

export function choice<const Value extends string>(...values: readonly Value[]): Kind<Value> {
  const list = values.join(', ');
  return { schema: z.enum(values), expected: { en: `one of ${list}`, zh: `${list} 之一` }, show: asIs };
}

const HOST = /^(?:[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?\.)*[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?\.?$/i;

/** An address or name to listen at. `[::1]` becomes `::1`. */
export function host(): Kind<string> {
  return {
    schema: z
      .string()
      .max(253)
      .transform((value) => value.replace(/^\[(.*)\]$/, '$1'))
      .refine((value) => isIP(value) !== 0 || (HOST.test(value) && !/^[\d.]+$/.test(value))),
    expected: { en: 'an address or host name', zh: '地址或主机名' },
    show: asIs,
  };
}

/** In ms. `min` and `max` are written as durations. */
export function duration(min: string, max: string): Kind<number> {
  const [least = 0, most = Number.MAX_SAFE_INTEGER] = [parseDuration(min), parseDuration(max)];
  return {
    schema: z
      .union([z.number().min(0), z.string().regex(DURATION)])
      .transform((value) => parseDuration(String(value)) ?? Number.NaN)
      .pipe(z.int().min(least).max(most)),
    expected: {
      en: `a duration from ${min} to ${max} (25s, 500ms, or seconds)`,
      zh: `${min} 到 ${max} 的时长(25s, 500ms 或秒数)`,
    },
    show: formatDuration,
  };
}

/** In whole seconds, as the seed has them. */
export function seconds(min: string, max: string): Kind<number> {
  const inMs = duration(min, max);
  return {
    schema: inMs.schema.transform((ms) => ms / 1000).pipe(z.int()),
    expected: inMs.expected,
    show: asIs,
  };
}

/** In bytes. `min` and `max` are written as sizes. */
export function size(min: string, max: string): Kind<number> {
  const [least = 0, most = Number.MAX_SAFE_INTEGER] = [parseSize(min), parseSize(max)];
  return {
    schema: z
      .union([z.number().min(0), z.string().regex(SIZE)])
      .transform((value) => parseSize(String(value)) ?? Number.NaN)
      .pipe(z.int().min(least).max(most)),
    expected: {
      en: `a size from ${min} to ${max} (64KiB, 1MiB, or bytes)`,
      zh: `${min} 到 ${max} 的大小(64KiB, 1MiB 或字节数)`,
    },
    show: formatSize,
  };
}

/** Several, as a YAML list or with commas between them. */
export function list(
  item: z.ZodType<string, string>,
  expected: Kind<unknown>['expected'],
): Kind<readonly string[]> {
  return {
    schema: z
      .union([z.array(z.string()), z.string()])
      .transform((value) => (typeof value === 'string' ? splitAtCommas(value) : value))
      .pipe(z.array(item)),
    expected,
    show: asIs,
  };
}

/** Pages by origin; `*` stands for any port. */
export function origins(): Kind<readonly string[]> {
  return list(z.string().refine(isOriginPattern), {
    en: 'origins such as https://chat.example.com or http://localhost:*, with commas between them',
    zh: '来源, 如 https://chat.example.com 或 http://localhost:*, 以逗号分隔',
  });
}

/** Addresses and networks. */
export function addresses(): Kind<readonly string[]> {
  return list(z.string().refine(isAddressSetEntry), {
    en: 'addresses such as 10.0.0.7, 10.0.0.0/8 or loopback, with commas between them',
    zh: '地址, 如 10.0.0.7, 10.0.0.0/8 或 loopback, 以逗号分隔',
  });
}

function isAddressSetEntry(value: string): boolean {
  try {
    createAddressSet([value]);
    return true;
  } catch {
    return false;
  }
}

const DSN = /^(?:(?:mysql|mariadb):\/\/\S+|(?:.*@)?(?:(?:tcp|unix)(?:\([^()]*\))?)?\/[^/?]+(?:\?.*)?)?$/s;

/** A database in the Go driver's form or as a mysql:// URL; empty for the embedded one. The store takes it apart. */
export function dsn(): Kind<string> {
  return {
    schema: z.string().regex(DSN),
    expected: {
      en: 'user:password@tcp(host:3306)/database, mysql://user:password@host:3306/database, or nothing',
      zh: 'user:password@tcp(host:3306)/database, mysql://user:password@host:3306/database, 或留空',
    },
    show: (value) => value.replace(/^((?:\w+:\/\/)?[^:@]*):.*@/s, '$1:********@'),
    secret: true,
  };
}

const URL_FORM = /^[a-z]+:\/\/[^\s/]+(?:\/\S*)?$/i;

/** A URL of one of these schemes, or nothing. */
export function url(...schemes: readonly string[]): Kind<string> {
  return {
    schema: z
      .string()
      .refine(
        (value) => value === '' || (URL_FORM.test(value) && schemes.includes(value.split(':')[0] ?? '')),
      ),
    expected: {
      en: `a URL (${schemes.join(', ')}) or nothing`,
      zh: `网址(${schemes.join(', ')})或留空`,
    },
    show: asIs,
  };
}

function splitAtCommas(value: string): string[] {
  return value
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}

function asIs<Value>(value: Value): Value {
  return value;
}
