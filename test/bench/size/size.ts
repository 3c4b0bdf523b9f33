import { mkdirSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { REPOSITORY } from '../../support/chatd.ts';
import { describeMachine, othersBusy } from '../machine.ts';
import { compareSizes } from './compare-sizes.ts';
import { readSizeResults, type SizeResults } from './size-results.ts';
import { writeSizeReport } from './size-report.ts';

const USAGE = `npm run bench:size -- [--db sqlite,mysql] [--messages 10000000] [--conversations 100000] [--active 20000] [--users 2000]
    [--talk 1] [--rate 1000] [--window 400] [--rounds 2] [--seconds 8] [--buffer-pool SIZE] [--dir FOLDER] [--out FOLDER]
What a message and a page cost on a database with so many messages, beside one with none. Takes about six minutes a
database and 8 GB under --dir (the temporary folder), all of it removed at the end. --talk: how many messages come one after
the other in a conversation. --buffer-pool: of MariaDB. Both are kept beside what was measured without. See
docs/benchmarks/size.md, which it writes with size.json to --out.
`;

/** Of a message, its indexes and what putting them in order takes for a while. */
const BYTES_A_MESSAGE = 700;
const SPARE_BYTES = 2 ** 30;

const { values } = parseArgs({
  options: {
    db: { type: 'string', default: 'sqlite,mysql' },
    messages: { type: 'string', default: '10000000' },
    conversations: { type: 'string', default: '100000' },
    active: { type: 'string', default: '20000' },
    users: { type: 'string', default: '2000' },
    talk: { type: 'string', default: '1' },
    rate: { type: 'string', default: '1000' },
    window: { type: 'string', default: '400' },
    rounds: { type: 'string', default: '2' },
    seconds: { type: 'string', default: '8' },
    'buffer-pool': { type: 'string' },
    dir: { type: 'string', default: tmpdir() },
    out: { type: 'string', default: join(REPOSITORY, 'docs/benchmarks') },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) process.stdout.write(USAGE);
else await bench();

async function bench(): Promise<void> {
  const plan = toPlan();
  checkDisk(plan.messages);
  const folder = mkdtempSync(join(values.dir, 'chatd-size-'));
  const removeAll = () => rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
  // Servers are ended at `exit`, which a signal alone does not bring about; what they had open goes after them.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      process.once('exit', removeAll);
      process.exit(130);
    });
  }
  // Whatever is started puts its files there.
  process.env['TMPDIR'] = folder;
  try {
    const file = join(values.out, 'size.json');
    let results: SizeResults = { ...readSizeResults(file) };
    for (const database of values.db.split(',')) {
      if (database !== 'sqlite' && database !== 'mysql') throw new Error(`--db: not ${database}`);
      const busy = await othersBusy();
      const measured = await compareSizes({
        ...plan,
        database,
        folder,
        bufferPool: values['buffer-pool'],
        say,
      });
      const { mariadb, ...compared } = measured;
      const machine = describeMachine(mariadb === undefined ? {} : { MariaDB: mariadb });
      results = { ...results, [compared.name]: { ...compared, plan, machine, othersCores: busy, at: now() } };
      mkdirSync(values.out, { recursive: true });
      writeFileSync(file, `${JSON.stringify(results, undefined, 2)}\n`);
      process.stdout.write(writeSizeReport(results, join(values.out, 'size.md')));
    }
  } finally {
    removeAll();
  }
}

function toPlan() {
  const [messages, conversations] = [count('messages'), count('conversations')];
  const [active, users] = [Math.min(count('active'), conversations), count('users')];
  if (users < 1000 || conversations < 1000) throw new Error('at least 1000 users and 1000 conversations');
  if (conversations > users ** 2 / 8) throw new Error(`${users} users have not enough pairs for that`);
  const { rounds, rate, window, seconds } = values;
  const pace = {
    rate: Number(rate),
    window: Number(window),
    rounds: Number(rounds),
    durationMs: Number(seconds) * 1000,
  };
  return { messages, conversations, active, users, talk: count('talk'), ...pace };
}

function count(name: 'messages' | 'conversations' | 'active' | 'users' | 'talk'): number {
  const value = Number(values[name]);
  if (!Number.isInteger(value) || value < 1) throw new Error(`--${name}: a number, not ${values[name]}`);
  return value;
}

function checkDisk(messages: number): void {
  const { bavail, bsize } = statfsSync(values.dir);
  const [free, needed] = [bavail * bsize, messages * BYTES_A_MESSAGE + SPARE_BYTES];
  if (free >= needed) return;
  const [gb, of] = [needed, free].map((bytes) => (bytes / 1e9).toFixed(1));
  throw new Error(`${values.dir} has ${of} GB free, and ${gb} GB are needed: name another folder with --dir`);
}

function now(): string {
  return `${new Date().toISOString().slice(0, 16)}Z`;
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
