import { execFile } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { type Load, type LoadProgress, openLoad } from '../../src/cli/bench/load.ts';
import type { LoadConversation, RunTimes } from '../../src/cli/bench/load-order.ts';
import { cpuMs, residentBytes } from '../support/process-usage.ts';
import type { BenchMariadb } from './database.ts';
import { type Figures, latencyFigures } from './figures.ts';
import { PEERS } from './peer-subjects.ts';
import { Stopwatch } from './stopwatch.ts';
import type { RunningSubject, Subject } from './subject.ts';

/** What is sent in one round. */
export interface LoadPlan extends RunTimes {
  readonly users: number;
  readonly group?: string;
  readonly conversations: readonly LoadConversation[];
  /** Bytes of content. */
  readonly size: number;
  readonly window: number;
  /** Messages a second of all together; 0: as fast as acks come. */
  readonly rate: number;
}

/** One round of messages. */
export async function measureMessages(subject: Subject, plan: LoadPlan): Promise<Figures> {
  return withLoad(subject, plan, async (load, running) => {
    await openAll(load, plan.users);
    const cpu = new Stopwatch(running);
    let loop: Promise<Figures> | undefined;
    const onProgress = ({ at }: LoadProgress) => {
      cpu.mark(at);
      if (at === 'measured') loop = loopFigures(running, plan);
    };
    const report = await load.run({ ...plan, onProgress });
    const { ackedInTime, deliveredInTime, messagesPerSecond, deliveriesPerSecond } = report;
    const { lost, duplicated, outOfOrder, unanswered, refused } = report;
    return {
      messagesPerSecond,
      deliveriesPerSecond,
      cpuUsPerMessage: cpu.cpuUs / ackedInTime,
      databaseUsPerMessage: (cpu.databaseMs * 1000) / ackedInTime,
      cpuUsPerDelivery: cpu.cpuUs / deliveredInTime,
      ...latencyFigures(report.delivery),
      ...(await loop),
      memoryMiB: residentBytes(running.serverPid) / 2 ** 20,
      lost,
      duplicated,
      outOfOrder,
      unanswered,
      refused,
    };
  });
}

/** What a server says of its event loop: of its last minute, so that only a measured time of a minute is told. */
async function loopFigures(running: RunningSubject, { durationMs }: LoadPlan): Promise<Figures> {
  if (running.loopDelay === undefined || durationMs < MINUTE_MS) return {};
  const { p50, p99, max } = await running.loopDelay();
  return { loopP50Ms: p50, loopP99Ms: p99, loopMaxMs: max };
}

export const MINUTE_MS = 60_000;

/** Connections that come, are let in and leave, over and over. */
export async function measureComing(subject: Subject, users: number, times: RunTimes): Promise<Figures> {
  return withLoad(subject, { users }, async (load, running) => {
    const cpu = new Stopwatch(running);
    const report = await load.churn({ ...times, onProgress: ({ at }) => cpu.mark(at) });
    return {
      connectionsPerSecond: report.perSecond,
      cpuUsPerConnection: (cpu.serverMs * 1000) / report.connections,
      ...latencyFigures(report.open),
      failed: report.failed,
    };
  });
}

/** Connections that are only there: memory after a collection, and the processor for `holdMs`. */
export async function measureIdle(subject: Subject, users: number, holdMs: number): Promise<Figures> {
  return withLoad(subject, { users }, async (load, { serverPid }) => {
    const before = await collect(serverPid);
    await openAll(load, users);
    const since = cpuMs(serverPid);
    await delay(holdMs);
    const cpu = cpuMs(serverPid) - since;
    // Only now: V8 gives back what coming took when things have been quiet.
    const after = await collect(serverPid);
    return {
      kibPerConnection: (after.resident - before.resident) / 1024 / users,
      kibInUsePerConnection: (after.inUse - before.inUse) / 1024 / users,
      memoryMiB: after.resident / 2 ** 20,
      cpuPercent: (cpu * 100) / holdMs,
    };
  });
}

/** The floor: one INSERT for each message, without a server before it. */
export async function measureBareInserts(mariadb: BenchMariadb, plan: LoadPlan): Promise<Figures> {
  const database = await mariadb.createDatabase();
  const { rate, size, warmupMs, durationMs } = plan;
  const args = [
    join(PEERS, 'bare-insert.mjs'),
    database.url,
    ...[rate, size, warmupMs, durationMs].map(String),
  ];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  await database.drop();
  return latencyFigures(JSON.parse(stdout));
}

type Place = Pick<LoadPlan, 'users'> & Partial<LoadPlan>;

async function withLoad(
  subject: Subject,
  { users, group, conversations = [], size = 100, window = 1, rate = 0 }: Place,
  measure: (load: Load, running: RunningSubject) => Promise<Figures>,
): Promise<Figures> {
  const running = await subject.start({ users, group });
  const { dialect } = subject;
  const { url, clients } = running;
  const load = await openLoad({ dialect, url, clients, conversations, size, window, rate, processes: 1 });
  try {
    return await measure(load, running);
  } finally {
    await load.close();
    await running.stop();
  }
}

async function openAll(load: Load, users: number): Promise<void> {
  const { open, errors } = await load.connect();
  if (open !== users) throw new Error(`${open} of ${users} connections: ${JSON.stringify(errors)}`);
}

/** Collects a process's garbage; bytes then: what it has of the kernel, and what JavaScript uses of that. */
async function collect(pid: number): Promise<{ readonly resident: number; readonly inUse: number }> {
  const file = join(tmpdir(), `bench-memory-${pid}`);
  // What is being ended during one is garbage for the next.
  for (let time = 0; time < 3; time += 1) {
    process.kill(pid, 'SIGUSR2');
    await delay(1500);
  }
  const inUse = Number(readFileSync(file, 'utf8'));
  rmSync(file);
  return { resident: residentBytes(pid), inUse };
}
