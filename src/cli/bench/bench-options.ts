import { parseQuantity, type Quantity } from '../../protocol/quantity.ts';
import type { Options } from '../command.ts';
import { countOption, textOption } from '../option-values.ts';
import { usageError } from '../usage-error.ts';
import { MARK_LENGTH } from './mark.ts';

export const PATTERNS = ['private', 'group', 'idle', 'connect'] as const;
export type Pattern = (typeof PATTERNS)[number];

/** What is measured, as it was asked for. */
export interface BenchPlan {
  readonly pattern: Pattern;
  /** Which database a server of its own gets; undefined: the running server is measured. */
  readonly database: 'sqlite' | 'mysql' | undefined;
  readonly clients: number;
  readonly groups: number;
  /** Of each group, or of all private conversations. */
  readonly senders: number;
  readonly rate: number;
  readonly size: number;
  readonly window: number;
  readonly warmupMs: number;
  readonly durationMs: number;
}

/** What is usual for each pattern. A running server is asked for less: each of its users costs it a password's hash. */
const USUAL: Readonly<Record<Pattern, Usual>> = {
  private: { clients: 200, ofRunning: 100, groups: 0, window: 4, durationMs: 10_000 },
  group: { clients: 1000, ofRunning: 100, groups: 1, window: 1, durationMs: 10_000 },
  idle: { clients: 10_000, ofRunning: 100, groups: 0, window: 0, durationMs: 30_000 },
  connect: { clients: 1000, ofRunning: 100, groups: 0, window: 0, durationMs: 10_000 },
};

interface Usual {
  readonly clients: number;
  readonly ofRunning: number;
  readonly groups: number;
  readonly window: number;
  readonly durationMs: number;
}

const GROUP_SENDERS = 20;
const WARMUP_MS = 2000;
const USUAL_SIZE = 100;
const MAX_SIZE = 16 * 1024 * 1024;

/** Throws a usage error on what cannot be measured. */
export function toPlan(options: Options): BenchPlan {
  const pattern = PATTERNS.find((known) => known === options['pattern']) ?? 'private';
  const database = toDatabase(options);
  const usual = USUAL[pattern];
  const clients = countOption(options, 'clients', database === undefined ? usual.ofRunning : usual.clients);
  const groups = pattern === 'group' ? countOption(options, 'groups', usual.groups) : 0;
  const plan = {
    pattern,
    database,
    clients: pattern === 'private' ? clients - (clients % 2) : clients,
    groups,
    senders: toSenders(options, pattern, pattern === 'group' ? Math.floor(clients / groups) : clients),
    rate: quantity(options, { name: 'rate', kind: 'count', absent: 0 }),
    size: quantity(options, { name: 'size', kind: 'bytes', absent: USUAL_SIZE }),
    window: countOption(options, 'window', usual.window),
    warmupMs: quantity(options, { name: 'warmup', kind: 'duration', absent: WARMUP_MS }),
    durationMs: quantity(options, { name: 'duration', kind: 'duration', absent: usual.durationMs }),
  };
  check(plan);
  return plan;
}

function toDatabase(options: Options): BenchPlan['database'] {
  const { db, dsn } = options;
  if (dsn !== undefined && db !== 'mysql') {
    throw usageError({ en: '--dsn goes with --db mysql', zh: '--dsn 需与 --db mysql 一起使用' });
  }
  return db === 'sqlite' || db === 'mysql' ? db : undefined;
}

function toSenders(options: Options, pattern: Pattern, most: number): number {
  if (pattern === 'idle' || pattern === 'connect') return 0;
  return Math.min(most, countOption(options, 'senders', pattern === 'group' ? GROUP_SENDERS : most));
}

interface QuantityOption {
  readonly name: string;
  readonly kind: Quantity;
  readonly absent: number;
}

function quantity(options: Options, { name, kind, absent }: QuantityOption): number {
  const text = textOption(options, name);
  const value = text === undefined ? absent : parseQuantity(text, kind);
  if (value !== undefined) return value;
  const example = { count: '1000', bytes: '4KiB', duration: '10s' }[kind];
  throw usageError({
    en: `--${name}: expected something like ${example}, got ${text}`,
    zh: `--${name}: 应为如 ${example} 的值, 现为 ${text}`,
  });
}

function check({ pattern, clients, groups, size, durationMs }: BenchPlan): void {
  if (pattern === 'private' && clients < 2) tooFew('--clients', 2);
  if (pattern === 'group' && clients < 2 * groups) tooFew('--clients', 2 * groups);
  if (size < MARK_LENGTH) tooFew('--size', MARK_LENGTH);
  if (size > MAX_SIZE) throw usageError({ en: '--size: at most 16MiB', zh: '--size: 最多 16MiB' });
  if (durationMs < 100) throw usageError({ en: '--duration: at least 100ms', zh: '--duration: 至少 100ms' });
}

function tooFew(option: string, least: number): never {
  throw usageError({ en: `${option}: at least ${least}`, zh: `${option}: 至少 ${least}` });
}
