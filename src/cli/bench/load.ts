import { setTimeout as delay } from 'node:timers/promises';
import { nowUs } from './clock.ts';
import { toLatency } from './latencies.ts';
import { Hand } from './load-hand.ts';
import type {
  Counts,
  Latency,
  LoadOrder,
  LoadReport,
  LoadTimes,
  Opened,
  RunTimes,
  Tally,
} from './load-order.ts';
import { addCounts, addTallies, NOTHING, sum, toReport } from './load-report.ts';

/** The load of one run, made by processes of its own. */
export interface Load {
  readonly pids: readonly number[];
  /** Opens all connections, at most `atOnce` at a time in each process. */
  connect(atOnce?: number): Promise<Opened>;
  /** Opens connections and leaves again, over and over. Instead of connect(). */
  churn(times: RunTimes & Watching, atOnce?: number): Promise<ChurnReport>;
  /** Sends. Once; ends when all is delivered, or 10 s after the last thing that came. */
  run(times: RunTimes & Watching): Promise<LoadReport>;
  /** Ends the processes, and with them the connections. */
  close(): Promise<void>;
}

export interface Watching {
  readonly onProgress?: ((progress: LoadProgress) => void) | undefined;
}

/** `measuring` and `measured`: the measured time begins and ends now. */
export interface LoadProgress {
  readonly at: 'sending' | 'measuring' | 'measured' | 'waiting';
  /** Of all processes, since the first send. */
  readonly tally: Tally;
}

export interface ChurnReport {
  readonly connections: number;
  readonly failed: number;
  readonly perSecond: number;
  readonly errors: Counts;
  /** From the first byte to the upgrade. */
  readonly open: Latency | undefined;
}

const AT_ONCE = 50;
/** From the order to the first send: as long as it takes to tell all processes. */
const LEAD_US = 50_000;
/** Without anything new for so long, nothing more will come. */
const PATIENCE_MS = 10_000;
const LOOK_MS = 20;
/** How often `sending` and `waiting` are told. */
const TELL_MS = 1000;

/** Starts the processes. Rejects if one of them cannot be started. */
export async function openLoad(order: LoadOrder): Promise<Load> {
  const crew = await Promise.all(Array.from({ length: order.processes }, () => Hand.start()));
  await Promise.all(crew.map((hand, share) => hand.ask({ do: 'prepare', order, share })));
  return {
    pids: crew.map(({ pid }) => pid),
    async connect(atOnce = AT_ONCE) {
      const since = performance.now();
      const all = await Promise.all(crew.map((hand) => hand.ask({ do: 'connect', atOnce })));
      const seconds = (performance.now() - since) / 1000;
      const open = sum(all, ({ open }) => open);
      const failed = sum(all, ({ failed }) => failed);
      return { open, failed, seconds, perSecond: open / seconds, errors: addCounts(all) };
    },
    async churn({ onProgress, ...lengths }, atOnce = AT_ONCE) {
      const times = toTimes(lengths);
      const marks = tellMarks(times, (at) => onProgress?.({ at, tally: NOTHING }));
      const answers = await Promise.all(crew.map((hand) => hand.ask({ do: 'churn', atOnce, times })));
      await marks;
      const all = answers.map(({ churned }) => churned);
      const connections = sum(all, ({ inTime }) => inTime);
      return {
        connections,
        failed: sum(all, ({ failed }) => failed),
        perSecond: connections / (lengths.durationMs / 1000),
        errors: addCounts(all),
        open: toLatency(all.map(({ open }) => open)),
      };
    },
    run: ({ onProgress = () => undefined, ...lengths }) => run(crew, toTimes(lengths), onProgress),
    async close() {
      await Promise.all(crew.map((hand) => hand.end()));
    },
  };
}

async function run(
  crew: readonly Hand[],
  times: LoadTimes,
  tell: (progress: LoadProgress) => void,
): Promise<LoadReport> {
  const tally = () => crew.map((hand) => hand.tally).reduce(addTallies, NOTHING);
  const marks = tellMarks(times, (at) => tell({ at, tally: tally() }));
  await Promise.all(crew.map((hand) => hand.ask({ do: 'send', times })));
  const ticking = setInterval(() => {
    tell({ at: nowUs() < times.until ? 'sending' : 'waiting', tally: tally() });
  }, TELL_MS);
  try {
    await marks;
    await untilQuiet(crew, tally);
  } finally {
    clearInterval(ticking);
  }
  const endedAt = nowUs();
  const answers = await Promise.all(crew.map((hand) => hand.ask({ do: 'tally' })));
  return toReport(
    answers.map((answer) => answer.tally),
    times,
    endedAt,
  );
}

function toTimes({ warmupMs, durationMs }: RunTimes): LoadTimes {
  const begin = nowUs() + LEAD_US;
  const from = begin + warmupMs * 1000;
  return { begin, from, until: from + durationMs * 1000 };
}

async function tellMarks(
  { from, until }: LoadTimes,
  tell: (at: 'measuring' | 'measured') => void,
): Promise<void> {
  await delay(Math.max(0, (from - nowUs()) / 1000));
  tell('measuring');
  await delay(Math.max(0, (until - nowUs()) / 1000));
  tell('measured');
}

async function untilQuiet(crew: readonly Hand[], tally: () => Tally): Promise<void> {
  let [last, since] = ['', performance.now()];
  while (performance.now() - since < PATIENCE_MS) {
    const { acked, refused, owed, delivered } = tally();
    if (crew.every((hand) => hand.isFinished) && delivered >= owed) return;
    const now = [acked, refused, delivered].join(' ');
    if (now !== last) [last, since] = [now, performance.now()];
    await delay(LOOK_MS);
  }
}

export type { LoadOrder, LoadReport, Opened } from './load-order.ts';
