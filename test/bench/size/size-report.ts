import type { FigureName } from '../figures.ts';
import { toMarkdown, toText, writeBetweenMarks } from '../report.ts';
import type { StatementPlan } from './plans.ts';
import type { Phase, SizeResult, SizeResults } from './size-results.ts';

/** Puts the tables into `file`, between its marks, and gives them. */
export function writeSizeReport(results: SizeResults, file: string): string {
  const sections = Object.values(results).map(section);
  return writeBetweenMarks(file, { by: 'npm run bench:size', report: sections.join('\n\n') });
}

/** How many times as much it may be. */
const AIM = 1.5;

interface Row {
  readonly what: (result: SizeResult) => string;
  readonly phase: Phase;
  readonly figure: FigureName;
  /** `less` and `more`: which is better, and held to the aim; undefined: only shown. */
  readonly better?: 'less' | 'more';
}

const atRate =
  (what: string) =>
  ({ plan }: SizeResult) =>
    `${plan.rate.toLocaleString('en')} messages/s: ${what}`;
const flooded = (what: string) => () => `as many as it takes: ${what}`;
const always = (what: string) => () => what;

const ROWS: readonly Row[] = [
  { what: atRate('CPU µs a message'), phase: 'rate', figure: 'cpuUsPerMessage', better: 'less' },
  { what: atRate('p50 ms'), phase: 'rate', figure: 'p50Ms', better: 'less' },
  { what: atRate('p99 ms'), phase: 'rate', figure: 'p99Ms', better: 'less' },
  { what: atRate('KiB read from disk, a message'), phase: 'rate', figure: 'readKib' },
  { what: atRate('KiB written to disk, a message'), phase: 'rate', figure: 'writtenKib' },
  { what: flooded('messages/s'), phase: 'flood', figure: 'messagesPerSecond', better: 'more' },
  { what: flooded('CPU µs a message'), phase: 'flood', figure: 'cpuUsPerMessage', better: 'less' },
  { what: flooded('p50 ms'), phase: 'flood', figure: 'p50Ms', better: 'less' },
  { what: flooded('KiB read from disk, a message'), phase: 'flood', figure: 'readKib' },
  { what: flooded('KiB written to disk, a message'), phase: 'flood', figure: 'writtenKib' },
  { what: always('newest page: CPU µs'), phase: 'page', figure: 'cpuUsPerRequest', better: 'less' },
  { what: always('newest page: p50 ms'), phase: 'page', figure: 'p50Ms', better: 'less' },
  { what: always('newest page: p99 ms'), phase: 'page', figure: 'p99Ms' },
  { what: always('newest page: KiB read from disk'), phase: 'page', figure: 'readKib' },
  { what: always('list of conversations: CPU µs'), phase: 'list', figure: 'cpuUsPerRequest', better: 'less' },
  { what: always('list of conversations: p50 ms'), phase: 'list', figure: 'p50Ms', better: 'less' },
];

function section(result: SizeResult): string {
  const { name, plan, machine, fillSeconds, rounds, at, othersCores, bytes } = {
    ...result,
    rounds: result.plan.rounds,
  };
  const rows = ROWS.flatMap((row) => toRow(row, result));
  const head = ['', 'empty', 'full', 'ratio', `at most ${AIM}`];
  const size = bytes === undefined ? '' : ` (${(bytes / 2 ** 30).toFixed(1)} GiB)`;
  const [messages, conversations, active] = [plan.messages, plan.conversations, plan.active].map((count) =>
    count.toLocaleString('en'),
  );
  return [
    `## ${name}: ${messages} messages in ${conversations} conversations, ${active} of them in use`,
    toMarkdown(head, rows),
    faults(result),
    `Median of ${rounds} rounds, ${at}, commit ${machine.commit}, filled in ${fillSeconds} s${size}, others kept ${othersCores.toFixed(2)} cores busy. ${machine.cores} cores of ${machine.processor}, ${machine.memoryGiB} GiB, ${machine.kernel}, Node ${machine.versions['Node']}${name.startsWith('MariaDB') ? `, MariaDB ${machine.versions['MariaDB']}` : ''}.`,
    `### Query plans on ${name}, full`,
    plans(result.plans),
  ].join('\n\n');
}

function toRow({ what, phase, figure, better }: Row, result: SizeResult): readonly string[][] {
  const [empty, full] = [result.empty[phase][figure], result.full[phase][figure]];
  if (empty === undefined || full === undefined) return [];
  const ratio = better === 'more' ? empty / full : full / empty;
  const judged = better === undefined ? ['', ''] : [toText(ratio), ratio <= AIM ? 'yes' : '**no**'];
  return [[what(result), toText(empty), toText(full), ...judged]];
}

const FAULTS = ['lost', 'duplicated', 'outOfOrder', 'unanswered', 'refused'] as const;

function faults({ empty, full }: SizeResult): string {
  const counts = [empty.flood, empty.rate, full.flood, full.rate].flatMap((figures) =>
    FAULTS.map((name) => figures[name] ?? 0),
  );
  const total = counts.reduce((sum, count) => sum + count, 0);
  return `Lost, twice, out of order, unanswered or refused, in all rounds: ${total}.`;
}

/** Long lists of a batch are cut: they go on as they begin. */
const SHOWN = 240;

function plans(all: readonly StatementPlan[]): string {
  const blocks = all.map(({ of, statement, steps }) => {
    const text = statement.replaceAll(/\s+/g, ' ').replace(/^SELECT .*? FROM /, 'SELECT … FROM ');
    const shown = text.length > SHOWN ? `${text.slice(0, SHOWN)} …` : text;
    return [`-- ${of}`, shown, ...counted(steps).map((step) => `    → ${step}`)].join('\n');
  });
  return `\`\`\`\n${blocks.join('\n\n')}\n\`\`\``;
}

/** SQLite tells of each part of an OR: the same ones as one. */
function counted(steps: readonly string[]): readonly string[] {
  const times = new Map<string, number>();
  for (const step of steps.filter((one) => !/^INDEX \d+$/.test(one)))
    times.set(step, (times.get(step) ?? 0) + 1);
  return [...times].map(([step, count]) => (count === 1 ? step : `${step}, ${count} times`));
}
