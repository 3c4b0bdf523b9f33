import { statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { startBenchMariadb } from '../database.ts';
import { combine, type Figures } from '../figures.ts';
import {
  type Conversation,
  drawConversations,
  HUB_CONVERSATIONS,
  planConversations,
} from './conversations.ts';
import type { Filling } from './fill.ts';
import { createOnMariadb } from './mariadb-database.ts';
import { explain } from './plans.ts';
import { measureLists, measureNewestPages } from './reading.ts';
import { measureSending } from './sending.ts';
import { withServer } from './sized-server.ts';
import type { SizedDatabase } from './sized-database.ts';
import type { Compared, Phase, Sides, SizePlan } from './size-results.ts';
import { createSqlite } from './sqlite-database.ts';

export interface Comparison extends SizePlan {
  readonly database: 'sqlite' | 'mysql';
  /** For all files. */
  readonly folder: string;
  /** Of MariaDB; undefined: as it comes. */
  readonly bufferPool: string | undefined;
  readonly say: (line: string) => void;
}

/** Fills a database, and measures chatd on it and on one without messages, in turns. Nothing of it is left. */
export async function compareSizes(comparison: Comparison): Promise<Compared> {
  const { database, bufferPool, folder, talk } = comparison;
  const spoken = talk === 1 ? '' : `, in talks of ${talk}`;
  if (database === 'sqlite') {
    const create: Create = (filling) => createSqlite(folder, comparison.users, filling);
    return compare(comparison, { name: `SQLite${spoken}`, create, settle: async () => undefined });
  }
  const sizes = bufferPool === undefined ? [] : [`--innodb-buffer-pool-size=${bufferPool}`];
  // Used while an index is made, not by what is measured.
  const mariadb = await startBenchMariadb([...sizes, '--innodb-sort-buffer-size=64M']);
  try {
    const create: Create = (filling) => createOnMariadb({ mariadb, folder }, comparison.users, filling);
    const name = `MariaDB${bufferPool === undefined ? '' : `, buffer pool ${bufferPool}`}${spoken}`;
    const settle = () => mariadb.settle();
    return { ...(await compare(comparison, { name, create, settle })), mariadb: mariadb.version };
  } finally {
    await mariadb.stop();
  }
}

type Create = (filling: Filling) => Promise<SizedDatabase>;

interface Kind {
  readonly name: string;
  readonly create: Create;
  /** Resolves when what was written is where it belongs: the next one is not measured with it. */
  readonly settle: () => Promise<void>;
}

/** For reading: enough conversations for the user who has most, and their messages. */
const SMALL_CONVERSATIONS = 2 * HUB_CONVERSATIONS;

async function compare(comparison: Comparison, { name, create, settle }: Kind): Promise<Compared> {
  const { messages, conversations, users, active, talk, say } = comparison;
  const all = planConversations({ users, conversations });
  const drawn = drawConversations(all, active);
  const few = planConversations({ users, conversations: SMALL_CONVERSATIONS });
  const fewMessages = Math.round((messages / conversations) * few.length);
  const small = await create({
    conversations: few,
    messages: fewMessages,
    talk,
    onProgress: () => undefined,
  });
  const begun = performance.now();
  const full = await create({ conversations: all, messages, talk, onProgress: tellTenths(comparison, name) });
  const fillSeconds = Math.round((performance.now() - begun) / 1000);
  say(`${name}: filled in ${fillSeconds} s`);
  const phases = new Phases(comparison, settle);
  await phases.inTurns([
    { side: 'empty', run: () => phases.read(small, few) },
    { side: 'full', run: () => phases.read(full, drawn) },
  ]);
  await small.drop();
  await phases.inTurns([
    {
      side: 'empty',
      async run() {
        const empty = await create({ conversations: drawn, messages: 0, talk, onProgress: () => undefined });
        await settle();
        const figures = await phases.send(empty, drawn);
        await empty.drop();
        return figures;
      },
    },
    { side: 'full', run: () => phases.send(full, drawn) },
  ]);
  const plans = await explain(full, drawn);
  const compared = { name, fillSeconds, ...phases.combined(), plans, ...sizeOf(full) };
  await full.drop();
  return compared;
}

function tellTenths({ messages, say }: Comparison, name: string): Filling['onProgress'] {
  const begun = performance.now();
  let told = 0;
  return (done) => {
    const tenths = Math.floor((done * 10) / messages);
    if (tenths === told) return;
    told = tenths;
    const perSecond = Math.round((done * 1000) / (performance.now() - begun));
    say(`${name}: ${done} of ${messages} messages, ${perSecond}/s`);
  };
}

type Side = keyof Sides;
type Round = Partial<Record<Phase, Figures>>;

interface Turn {
  readonly side: Side;
  run(): Promise<Round>;
}

/** Until most of what is drawn has been used once. */
const WARMUP_MS = { reading: 2000, sending: 6000, atRate: 3000 };

class Phases {
  readonly #comparison: Comparison;
  readonly #settle: () => Promise<void>;
  readonly #rounds: { readonly side: Side; readonly round: Round }[] = [];

  constructor(comparison: Comparison, settle: () => Promise<void>) {
    this.#comparison = comparison;
    this.#settle = settle;
  }

  async inTurns(turns: readonly Turn[]): Promise<void> {
    for (let round = 0; round < this.#comparison.rounds; round += 1) {
      for (const { side, run } of round % 2 === 0 ? turns : turns.toReversed()) {
        await this.#settle();
        const measured = await run();
        this.#rounds.push({ side, round: measured });
        for (const [phase, figures] of Object.entries(measured)) {
          this.#comparison.say(`${round + 1} ${side} ${phase}: ${JSON.stringify(combine([figures]))}`);
        }
        await delay(1000);
      }
    }
  }

  read(database: SizedDatabase, conversations: readonly Conversation[]): Promise<Round> {
    const { users, durationMs } = this.#comparison;
    const times = { warmupMs: WARMUP_MS.reading, durationMs: durationMs / 2 };
    return withServer(database, users, async (server) => ({
      page: await measureNewestPages(server, conversations, times),
      list: await measureLists(server, times),
    }));
  }

  send(database: SizedDatabase, conversations: readonly Conversation[]): Promise<Round> {
    const { users, durationMs, rate, window } = this.#comparison;
    return withServer(database, users, async (server) => ({
      flood: await measureSending(server, {
        conversations,
        window,
        rate: 0,
        warmupMs: WARMUP_MS.sending,
        durationMs,
      }),
      rate: await measureSending(server, {
        conversations,
        window,
        rate,
        warmupMs: WARMUP_MS.atRate,
        durationMs,
      }),
    }));
  }

  combined(): Sides {
    const of = (side: Side) => {
      const own = this.#rounds.filter((round) => round.side === side);
      const phases = ['flood', 'rate', 'page', 'list'] as const;
      const figures = phases.map((phase) => [phase, combine(own.flatMap(({ round }) => round[phase] ?? []))]);
      return Object.fromEntries(figures) as Record<Phase, Figures>;
    };
    return { empty: of('empty'), full: of('full') };
  }
}

/** Of an SQLite file. */
function sizeOf({ dsn, dataDir }: SizedDatabase): { readonly bytes?: number } {
  return dsn === '' ? { bytes: statSync(join(dataDir, 'chatd.db')).size } : {};
}
