import { availableParallelism } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import type { Bilingual } from '../exit-codes.ts';
import type { BenchPlan } from './bench-options.ts';
import { type ChurnReport, type Load, type LoadProgress, openLoad } from './load.ts';
import type { LoadConversation, LoadReport, Opened } from './load-order.ts';
import type { Progress } from './progress.ts';
import { membersOf, type Stage } from './stage.ts';
import { type Cores, type Memory, readMemory, sampleUsage, toCores, type UsageSample } from './usage.ts';

/** What came out. */
export interface Measured {
  /** Of private and group. */
  readonly traffic?: LoadReport;
  /** Of idle. */
  readonly idle?: Idle;
  /** Of connect. */
  readonly arrivals?: ChurnReport;
  /** How the connections were opened before that; not of connect. */
  readonly opened?: Opened;
  readonly cores: Cores;
  readonly memory: Memory;
  /** Of the server's event loop over the last minute, ms. */
  readonly loopDelayP99: number;
  /** The server's own words for its database. */
  readonly database: string;
}

export interface Idle {
  /** Open at the end. */
  readonly connections: number;
  /** Resident. */
  readonly bytesPerConnection: number;
  readonly inUsePerConnection: number;
  /** Whether garbage was collected before memory was read. */
  readonly collected: boolean;
  readonly errors: LoadReport['errors'];
}

export interface Measuring {
  readonly plan: BenchPlan;
  readonly stage: Stage;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

/** Puts the load on the stage and looks what it takes. The load is gone when this is over, however it ends. */
export async function measure(measuring: Measuring): Promise<Measured> {
  const { plan, stage, signal } = measuring;
  const load = await openLoad({
    dialect: 'chatd',
    url: stage.url,
    clients: stage.clients,
    conversations: toConversations(plan, stage),
    size: plan.size,
    window: plan.window,
    rate: plan.rate,
    processes: availableParallelism() > 2 ? 2 : 1,
  });
  const interrupted = new Promise<never>((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
  try {
    signal.throwIfAborted();
    const ends = stage.ended === undefined ? [interrupted] : [interrupted, stage.ended];
    return await Promise.race([MEASURE[plan.pattern](measuring, load), ...ends]);
  } finally {
    await load.close();
  }
}

type Measure = (measuring: Measuring, load: Load) => Promise<Measured>;

const MEASURE: Readonly<Record<BenchPlan['pattern'], Measure>> = {
  private: measureTraffic,
  group: measureTraffic,
  idle: measureIdle,
  connect: measureArrivals,
};

async function measureTraffic({ plan, stage, progress }: Measuring, load: Load): Promise<Measured> {
  progress.say(connecting(plan));
  const opened = await load.connect();
  const watch = watchUsage(stage, load, progress);
  const traffic = await load.run({ ...plan, onProgress: watch.tell });
  return { traffic, opened, ...(await look(stage, watch.samples)) };
}

async function measureArrivals({ plan, stage, progress }: Measuring, load: Load): Promise<Measured> {
  progress.say(connecting(plan));
  const watch = watchUsage(stage, load, undefined);
  const arrivals = await load.churn({ ...plan, onProgress: watch.tell });
  return { arrivals, ...(await look(stage, watch.samples)) };
}

/** What connecting leaves behind in a fresh process is not what a connection costs: some come and go first. */
const REHEARSAL = { warmupMs: 0, durationMs: 1000 };

async function measureIdle({ plan, stage, progress }: Measuring, load: Load): Promise<Measured> {
  await load.churn(REHEARSAL);
  const collected = await stage.collect();
  const empty = await look(stage, []);
  progress.say(connecting(plan));
  const opened = await load.connect();
  await delay(plan.warmupMs);
  await stage.collect();
  const before = sampleUsage(stage, load);
  const full = await look(stage, []);
  const seconds = plan.durationMs / 1000;
  progress.say({ en: `nothing for ${seconds} s`, zh: `空闲 ${seconds} 秒` });
  await delay(plan.durationMs);
  const end = await look(stage, [before, sampleUsage(stage, load)]);
  const { connections } = await stage.call('stats.get', {});
  const perConnection = (bytes: (memory: Memory) => number) =>
    (bytes(full.memory) - bytes(empty.memory)) / Math.max(1, opened.open);
  const idle = {
    connections: Math.min(connections.open, opened.open),
    bytesPerConnection: perConnection(({ server }) => server),
    inUsePerConnection: perConnection(({ inUse }) => inUse),
    collected,
    errors: opened.errors,
  };
  return { ...end, memory: full.memory, idle, opened };
}

/** Private: neighbours write to each other, as many of them as are to. Group: the first ones of each write to all. */
function toConversations(
  { pattern, clients, senders }: BenchPlan,
  { groups }: Stage,
): readonly LoadConversation[] {
  if (pattern === 'group') {
    return groups.map((group, at) => {
      const members = membersOf(at, groups.length, clients);
      return { group, members, senders: members.slice(0, senders) };
    });
  }
  if (pattern !== 'private') return [];
  return Array.from({ length: clients / 2 }, (_, at) => {
    const members = [2 * at, 2 * at + 1];
    return { members, senders: members.filter((member) => member < senders) };
  });
}

function connecting({ clients }: BenchPlan): Bilingual {
  return { en: `connecting ${clients} clients`, zh: `正在连接 ${clients} 个客户端` };
}

function watchUsage(stage: Stage, load: Load, progress: Progress | undefined) {
  const samples: UsageSample[] = [];
  return {
    samples,
    tell(now: LoadProgress) {
      if (now.at === 'measuring' || now.at === 'measured') samples.push(sampleUsage(stage, load));
      progress?.traffic(now);
    },
  };
}

// The server is asked once at the end: what it says of itself is of the last seconds.
async function look(stage: Stage, samples: readonly UsageSample[]) {
  const { cpu, memory, loopDelay, store } = await stage.call('stats.get', {});
  const nothing = { at: 0, server: 0, database: undefined, load: 0 };
  const [before = nothing, after = { ...nothing, at: 1 }] = samples;
  return {
    cores: toCores(before, after, cpu),
    memory: readMemory(stage, memory),
    loopDelayP99: loopDelay.p99,
    database: store.database,
  };
}
