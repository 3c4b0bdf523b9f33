import type { FigureName } from '../figures.ts';
import { type Target, toTarget } from '../targets.ts';
import type { Phase, SizePlan, SizeResult, SizeResults } from './size-results.ts';

/** How many times as much it may be. */
export const AIM = 1.5;

/** A figure on both sides. */
export interface SizeRow {
  readonly what: (plan: Pick<SizePlan, 'rate'>) => string;
  readonly phase: Phase;
  readonly figure: FigureName;
  /** `less` and `more`: which is better, and held to the aim; undefined: only shown. */
  readonly better?: 'less' | 'more';
  /** Whether it stands with what was to be reached. */
  readonly isTarget?: true;
}

const atRate =
  (what: string) =>
  ({ rate }: Pick<SizePlan, 'rate'>) =>
    `${rate.toLocaleString('en')} messages/s: ${what}`;
const flooded = (what: string) => () => `as many as it takes: ${what}`;
const always = (what: string) => () => what;

export const SIZE_ROWS: readonly SizeRow[] = [
  {
    what: atRate('CPU µs a message'),
    phase: 'rate',
    figure: 'cpuUsPerMessage',
    better: 'less',
    isTarget: true,
  },
  { what: atRate('p50 ms'), phase: 'rate', figure: 'p50Ms', better: 'less', isTarget: true },
  { what: atRate('p99 ms'), phase: 'rate', figure: 'p99Ms', better: 'less' },
  { what: atRate('KiB read from disk, a message'), phase: 'rate', figure: 'readKib' },
  { what: atRate('KiB written to disk, a message'), phase: 'rate', figure: 'writtenKib' },
  {
    what: flooded('messages/s'),
    phase: 'flood',
    figure: 'messagesPerSecond',
    better: 'more',
    isTarget: true,
  },
  {
    what: flooded('CPU µs a message'),
    phase: 'flood',
    figure: 'cpuUsPerMessage',
    better: 'less',
    isTarget: true,
  },
  { what: flooded('p50 ms'), phase: 'flood', figure: 'p50Ms', better: 'less' },
  { what: flooded('KiB read from disk, a message'), phase: 'flood', figure: 'readKib' },
  { what: flooded('KiB written to disk, a message'), phase: 'flood', figure: 'writtenKib' },
  {
    what: always('newest page: CPU µs'),
    phase: 'page',
    figure: 'cpuUsPerRequest',
    better: 'less',
    isTarget: true,
  },
  { what: always('newest page: p50 ms'), phase: 'page', figure: 'p50Ms', better: 'less', isTarget: true },
  { what: always('newest page: p99 ms'), phase: 'page', figure: 'p99Ms' },
  { what: always('newest page: KiB read from disk'), phase: 'page', figure: 'readKib' },
  { what: always('list of conversations: CPU µs'), phase: 'list', figure: 'cpuUsPerRequest', better: 'less' },
  { what: always('list of conversations: p50 ms'), phase: 'list', figure: 'p50Ms', better: 'less' },
];

/** How many times worse it is on the full database; undefined where it was not measured or is only shown. */
export function ratioOf({ phase, figure, better }: SizeRow, { empty, full }: SizeResult): number | undefined {
  const [before, after] = [empty[phase][figure], full[phase][figure]];
  if (before === undefined || after === undefined || better === undefined) return undefined;
  return better === 'more' ? before / after : after / before;
}

export function isFlat(ratio: number): boolean {
  return ratio <= AIM;
}

/**
 * As they come, and MariaDB with the memory that whoever keeps 3 GB in it gives it: the 128 MiB it comes with are the same on
 * every machine. What was measured with other settings is told in size.md alone.
 */
const HELD_TO_THE_AIM = ['SQLite', 'MariaDB', 'MariaDB, buffer pool 1G'];

/** The rows of the table of targets. */
export function sizeTargets(results: SizeResults): readonly Target[] {
  return HELD_TO_THE_AIM.flatMap((name) =>
    SIZE_ROWS.filter(({ isTarget }) => isTarget).map((row) => {
      const result = results[name];
      const plan = result?.plan ?? USUAL;
      const times = row.better === 'more' ? ', how many times fewer' : '';
      const what = `${plan.messages / 1e6} million messages on ${name}, to none: ${row.what(plan)}${times}`;
      return toTarget(what, { atMost: AIM }, result && ratioOf(row, result));
    }),
  );
}

const USUAL = { messages: 10_000_000, rate: 1000 };
