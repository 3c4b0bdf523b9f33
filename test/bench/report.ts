import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { FigureName, Figures } from './figures.ts';
import type { Measured, Results } from './results.ts';
import type { ScenarioName } from './scenarios.ts';
import type { SizeResults } from './size/size-results.ts';
import { sizeTargets } from './size/size-rows.ts';
import { compareWithTargets, type Target } from './targets.ts';

/** Puts the tables into `file`, between its marks, and gives them. */
export function writeReport(results: Results, sizes: SizeResults, file: string): string {
  const reached = targets([...compareWithTargets(results), ...sizeTargets(sizes)]);
  const report = [...tables(results), reached, machine(results)].join('\n\n');
  return writeBetweenMarks(file, { by: 'npm run bench', report });
}

const END = '<!-- end -->';

/** Puts `report` into `file`, between the marks of what writes it, and gives it. */
export function writeBetweenMarks(
  file: string,
  { by, report }: { readonly by: string; readonly report: string },
): string {
  const begin = `<!-- begin: written by ${by} -->`;
  const old = existsSync(file) ? readFileSync(file, 'utf8') : `${begin}\n${END}\n`;
  const [before = '', rest = ''] = old.split(begin);
  writeFileSync(file, `${before}${begin}\n\n${report}\n\n${END}${rest.split(END)[1] ?? ''}`);
  return `\n${report}\n`;
}

interface Column {
  readonly head: string;
  readonly figure: FigureName;
  /** Whether its ratio to plain ws stands beside it. */
  readonly hasRatio?: boolean;
}

const LATENCIES: readonly Column[] = [
  { head: 'p50 ms', figure: 'p50Ms', hasRatio: true },
  { head: 'p99 ms', figure: 'p99Ms', hasRatio: true },
  { head: 'p99.9 ms', figure: 'p999Ms', hasRatio: true },
];
const SLOWEST: Column = { head: 'max ms', figure: 'maxMs', hasRatio: true };
const CPU: Column = { head: 'CPU µs a message', figure: 'cpuUsPerMessage', hasRatio: true };
const FAULTS: readonly Column[] = [
  { head: 'lost', figure: 'lost' },
  { head: 'twice', figure: 'duplicated' },
  { head: 'out of order', figure: 'outOfOrder' },
];
const COLUMNS: Readonly<Record<ScenarioName, readonly Column[]>> = {
  private: [
    { head: 'messages/s', figure: 'messagesPerSecond', hasRatio: true },
    CPU,
    { head: 'of it database', figure: 'databaseUsPerMessage' },
    ...LATENCIES,
    ...FAULTS,
  ],
  group: [
    { head: 'deliveries/s', figure: 'deliveriesPerSecond', hasRatio: true },
    { head: 'CPU µs a delivery', figure: 'cpuUsPerDelivery', hasRatio: true },
    ...LATENCIES,
    ...FAULTS,
  ],
  latency: [...LATENCIES, SLOWEST, CPU, ...FAULTS],
  single: [...LATENCIES, SLOWEST, CPU, ...FAULTS],
  loop: [
    { head: 'loop late, p50 ms', figure: 'loopP50Ms' },
    { head: 'loop late, p99 ms', figure: 'loopP99Ms' },
    { head: 'loop late, max ms', figure: 'loopMaxMs' },
    { head: 'messages/s', figure: 'messagesPerSecond', hasRatio: true },
    ...LATENCIES,
    CPU,
    ...FAULTS,
  ],
  idle: [
    { head: 'KiB a connection, resident', figure: 'kibPerConnection', hasRatio: true },
    { head: 'KiB a connection, in use', figure: 'kibInUsePerConnection', hasRatio: true },
    { head: 'process MiB', figure: 'memoryMiB', hasRatio: true },
    { head: 'CPU, % of a core', figure: 'cpuPercent', hasRatio: true },
  ],
  connect: [
    { head: 'connections/s', figure: 'connectionsPerSecond', hasRatio: true },
    { head: 'CPU µs each', figure: 'cpuUsPerConnection', hasRatio: true },
    { head: 'p50 ms', figure: 'p50Ms', hasRatio: true },
    { head: 'p99 ms', figure: 'p99Ms', hasRatio: true },
    { head: 'failed', figure: 'failed' },
  ],
};
const RELAY = 'plain ws';

function tables({ scenarios }: Results): readonly string[] {
  return (Object.keys(COLUMNS) as ScenarioName[]).flatMap((name) => {
    const measured = scenarios[name];
    return measured === undefined ? [] : [table(measured, COLUMNS[name])];
  });
}

function table(
  { title, contenders, at, commit, rounds, othersCores, note }: Measured,
  columns: readonly Column[],
): string {
  const relay = contenders[RELAY];
  const rows = Object.entries(contenders).map(([name, figures]) => [
    name,
    ...columns.map((column) => cell(column, figures, relay)),
  ]);
  const source = `Median of ${rounds} ${rounds === 1 ? 'round' : 'rounds'}, ${at}, commit ${commit}, others kept ${othersCores.toFixed(2)} cores busy before or after.${note === undefined ? '' : ` ${note}`}`;
  return `### ${title}\n\n${toMarkdown(['', ...columns.map(({ head }) => head)], rows)}\n\n${source}`;
}

/** `33,100 (0.55)`: in brackets the ratio to plain ws. */
function cell({ figure, hasRatio = false }: Column, figures: Figures, relay: Figures | undefined): string {
  const [value, base] = [figures[figure], relay?.[figure]];
  if (value === undefined) return '';
  const ratio = hasRatio && base !== undefined && base > 0 ? ` (${(value / base).toFixed(2)})` : '';
  return toText(value) + ratio;
}

function targets(all: readonly Target[]): string {
  const rows = all.map(({ what, aim, got, isReached }) => [
    what,
    aim,
    got === undefined ? 'not measured' : toText(got),
    isReached === undefined ? '' : isReached ? 'yes' : '**no**',
  ]);
  return `### What was to be reached\n\n${toMarkdown(['chatd', 'aim', 'measured', 'reached'], rows)}`;
}

function machine({ machine: { processor, cores, memoryGiB, kernel, versions } }: Results): string {
  const software = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return `Machine: ${cores} cores of ${processor}, ${memoryGiB} GiB, ${kernel}. ${software.join(', ')}.`;
}

export function toText(value: number): string {
  const digits = value >= 100 || Number.isInteger(value) ? 0 : value >= 10 ? 1 : 2;
  return value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

export function toMarkdown(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map((_, at) => (at === 0 ? '---' : '---:'))), ...rows.map(line)].join('\n');
}
