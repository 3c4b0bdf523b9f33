import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { REPOSITORY } from '../support/chatd.ts';
import { drawChart } from './chart.ts';
import { startBenchMariadb } from './database.ts';
import { combine, type Figures } from './figures.ts';
import { describeMachine, othersBusy, peerVersions } from './machine.ts';
import { installPeers } from './peer-subjects.ts';
import { readResults, type Measured, type Results } from './results.ts';
import { createScenarios, type Scenario, SCENARIOS } from './scenarios.ts';
import { readSizeResults } from './size/size-results.ts';
import { writeReport } from './report.ts';

const USAGE = `npm run bench -- [--only ${SCENARIOS}] [--rounds 3] [--seconds 6] [--warmup 3] [--out FOLDER]
Measures chatd beside other servers, takes turns, and writes tables, chart and results.json to --out
(docs/benchmarks). What is not measured this time stays there from the last. See docs/benchmarks/README.md.
`;

/** Cores. Above it the figures would be of others, too. */
const QUIET = 0.2;

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    rounds: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '6' },
    warmup: { type: 'string', default: '3' },
    out: { type: 'string', default: join(REPOSITORY, 'docs/benchmarks') },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) process.stdout.write(USAGE);
else await bench();

async function bench(): Promise<void> {
  const wanted = toNames(values.only);
  // What it started ends with it, however it ends: at `exit`, which a signal alone does not bring about.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
  installPeers();
  const mariadb = await startBenchMariadb();
  try {
    const lengths = { warmupMs: Number(values.warmup) * 1000, durationMs: Number(values.seconds) * 1000 };
    const machine = describeMachine({ MariaDB: mariadb.version, ...peerVersions() });
    const file = join(values.out, 'results.json');
    let results: Results = { scenarios: {}, ...readResults(file), machine };
    for (const scenario of createScenarios(mariadb, lengths)) {
      if (!wanted.includes(scenario.name)) continue;
      const measured = await measure(scenario, machine.commit);
      results = { machine, scenarios: { ...results.scenarios, [scenario.name]: measured } };
      mkdirSync(values.out, { recursive: true });
      writeFileSync(file, `${JSON.stringify(results, undefined, 2)}\n`);
    }
    writeFileSync(join(values.out, 'chart.svg'), drawChart(results));
    const sizes = readSizeResults(join(values.out, 'size.json'));
    process.stdout.write(writeReport(results, sizes, join(values.out, 'README.md')));
  } finally {
    await mariadb.stop();
  }
}

/** Throws if there is no such scenario: nothing would be measured, and the tables written anew. */
function toNames(only: string | undefined): readonly string[] {
  const names: readonly string[] = only?.split(',') ?? SCENARIOS;
  const unknown = names.find((name) => !SCENARIOS.some((known) => known === name));
  if (unknown !== undefined) throw new Error(`--only: ${SCENARIOS}; not ${unknown}`);
  return names;
}

/** All contenders take turns; in every second round from the last to the first. */
async function measure(
  { title, name, contenders, rounds: most }: Scenario,
  commit: string,
): Promise<Measured> {
  const rounds = Math.min(Number(values.rounds), most ?? Infinity);
  const at = `${new Date().toISOString().slice(0, 16)}Z`;
  const busyBefore = await othersBusy();
  say(`\n${title}`);
  const figures = new Map<string, Figures[]>(contenders.map((contender) => [contender.name, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const contender of round % 2 === 0 ? contenders : contenders.toReversed()) {
      const measured = combine([await contender.measure()]);
      figures.get(contender.name)?.push(measured);
      say(`${name} ${round + 1}/${rounds} ${contender.name}: ${JSON.stringify(measured)}`);
      // What a database does after a drop is not the next one's.
      await delay(1500);
    }
  }
  const byName = Object.fromEntries([...figures].map(([contender, all]) => [contender, combine(all)]));
  const othersCores = Number(Math.max(busyBefore, await othersBusy()).toFixed(2));
  if (othersCores > QUIET)
    say(`(others kept ${othersCores} cores busy: these figures are not the contenders' alone)`);
  return { title, at, commit, othersCores, rounds, contenders: byName };
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
