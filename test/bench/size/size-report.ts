import { toMarkdown, toText, writeBetweenMarks } from '../report.ts';
import type { StatementPlan } from './plans.ts';
import type { SizeResult, SizeResults } from './size-results.ts';
import { AIM, isFlat, ratioOf, type SizeRow, SIZE_ROWS } from './size-rows.ts';

/** Puts the tables into `file`, between its marks, and gives them. */
export function writeSizeReport(results: SizeResults, file: string): string {
  const sections = Object.values(results).map(section);
  return writeBetweenMarks(file, { by: 'npm run bench:size', report: sections.join('\n\n') });
}

function section(result: SizeResult): string {
  const { name, plan, note } = result;
  const [messages, conversations, active] = [plan.messages, plan.conversations, plan.active].map((count) =>
    count.toLocaleString('en'),
  );
  const head = ['', 'empty', 'full', 'ratio', `at most ${AIM}`];
  return [
    `### ${name}: ${messages} messages in ${conversations} conversations, ${active} of them in use`,
    toMarkdown(
      head,
      SIZE_ROWS.flatMap((row) => toRow(row, result)),
    ),
    `${faults(result)} ${sourceOf(result)}${note === undefined ? '' : ` ${note}`}`,
    `#### How ${name} goes about it, full`,
    plans(result.plans),
  ].join('\n\n');
}

function sourceOf({ name, plan, machine, fillSeconds, at, othersCores, bytes }: SizeResult): string {
  const { commit, cores, processor, memoryGiB, kernel, versions } = machine;
  const size = bytes === undefined ? '' : ` (${(bytes / 2 ** 30).toFixed(1)} GiB)`;
  const mariadb = name.startsWith('MariaDB') ? `, MariaDB ${versions['MariaDB']}` : '';
  return [
    `Median of ${plan.rounds} ${plan.rounds === 1 ? 'round' : 'rounds'}, ${at}, commit ${commit}, filled in ${fillSeconds} s${size}`,
    `others kept ${othersCores.toFixed(2)} cores busy just before`,
    `${cores} cores of ${processor}, ${memoryGiB} GiB, ${kernel}, Node ${versions['Node']}${mariadb}.`,
  ].join('; ');
}

function toRow(row: SizeRow, result: SizeResult): readonly string[][] {
  const { phase, figure, better } = row;
  const [empty, full] = [result.empty[phase][figure], result.full[phase][figure]];
  if (empty === undefined || full === undefined) return [];
  const ratio = ratioOf(row, result);
  const judged =
    better === undefined || ratio === undefined
      ? ['', '']
      : [toText(ratio), isFlat(ratio) ? 'yes' : '**no**'];
  return [[row.what(result.plan), toText(empty), toText(full), ...judged]];
}

const FAULTS = ['lost', 'duplicated', 'outOfOrder', 'unanswered', 'refused'] as const;

function faults({ empty, full }: SizeResult): string {
  const counts = [empty.flood, empty.rate, full.flood, full.rate].flatMap((figures) =>
    FAULTS.map((name) => figures[name] ?? 0),
  );
  const total = counts.reduce((sum, count) => sum + count, 0);
  return `Lost, twice, out of order, unanswered or refused, in all rounds: ${total}.`;
}

function plans(all: readonly StatementPlan[]): string {
  const blocks = all.map(({ of, statement, steps }) =>
    [`-- ${of}`, statement, ...steps.split('\n').map((step) => `    → ${step}`)].join('\n'),
  );
  return `\`\`\`\n${blocks.join('\n\n')}\n\`\`\``;
}
