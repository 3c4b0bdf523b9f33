import type { Latency } from '../../src/cli/bench/load-order.ts';

/** What is measured of a server in a scenario. µs and ms as named; the CPU is the server's and its database's; KiB from and to disks, for each message or request. */
export const FIGURES = [
  'messagesPerSecond',
  'deliveriesPerSecond',
  'cpuUsPerMessage',
  'databaseUsPerMessage',
  'cpuUsPerDelivery',
  'p50Ms',
  'p90Ms',
  'p99Ms',
  'p999Ms',
  'maxMs',
  'loopP50Ms',
  'loopP99Ms',
  'loopMaxMs',
  'memoryMiB',
  'kibPerConnection',
  'kibInUsePerConnection',
  'cpuPercent',
  'connectionsPerSecond',
  'cpuUsPerConnection',
  'requestsPerSecond',
  'cpuUsPerRequest',
  'readKib',
  'writtenKib',
  'lost',
  'duplicated',
  'outOfOrder',
  'unanswered',
  'refused',
  'failed',
] as const;

export type FigureName = (typeof FIGURES)[number];
export type Figures = Partial<Record<FigureName, number>>;

/** What must be zero: one time in any round is one time too many. */
const FAULTS: readonly FigureName[] = ['lost', 'duplicated', 'outOfOrder', 'unanswered', 'refused', 'failed'];

/** Of several rounds one: the median of each figure, the sum of faults. */
export function combine(rounds: readonly Figures[]): Figures {
  const combined: Figures = {};
  for (const name of FIGURES) {
    const values = rounds.flatMap((round) => round[name] ?? []);
    if (values.length > 0) combined[name] = round3(FAULTS.includes(name) ? sum(values) : median(values));
  }
  return combined;
}

export function latencyFigures(latency: Latency | undefined): Figures {
  if (latency === undefined) return {};
  const { p50, p90, p99, p999, max } = latency;
  return { p50Ms: p50, p90Ms: p90, p99Ms: p99, p999Ms: p999, maxMs: max };
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const [low, high] = [sorted[(sorted.length - 1) >> 1] ?? 0, sorted[sorted.length >> 1] ?? 0];
  return (low + high) / 2;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function round3(value: number): number {
  return Number(value.toPrecision(4));
}
