import type { StatsNow } from '../../protocol/admin-stats.ts';
import { nowUs } from './clock.ts';
import type { Load } from './load.ts';
import { cpuMs, rssBytes } from './process-usage.ts';
import type { Stage } from './stage.ts';

/** What server, database and load have taken so far; absent what cannot be read. */
export interface UsageSample {
  readonly at: number;
  readonly server: number | undefined;
  readonly database: number | undefined;
  readonly load: number | undefined;
}

export function sampleUsage({ serverPid, databasePid }: Stage, { pids }: Pick<Load, 'pids'>): UsageSample {
  const load = pids.map((pid) => cpuMs(pid) ?? 0).reduce((total, ms) => total + ms, 0);
  return { at: nowUs() / 1000, server: cpuOf(serverPid), database: cpuOf(databasePid), load };
}

/** Processors that were busy, of the measured time: 1 is one of them all the time. */
export interface Cores {
  /** Where the server's comes from: its process, or its own figures of the last five seconds. */
  readonly from: 'process' | 'stats';
  readonly server: number;
  readonly database: number | undefined;
  readonly load: number;
}

/** `share`: what the server itself says, if its process cannot be read. */
export function toCores(before: UsageSample, after: UsageSample, share: number): Cores {
  const perMs = (part: (sample: UsageSample) => number | undefined) => {
    const [from, to] = [part(before), part(after)];
    return from === undefined || to === undefined ? undefined : (to - from) / (after.at - before.at);
  };
  const server = perMs((sample) => sample.server);
  return {
    from: server === undefined ? 'stats' : 'process',
    server: server ?? share,
    database: perMs((sample) => sample.database),
    load: perMs((sample) => sample.load) ?? 0,
  };
}

export interface Memory {
  readonly from: 'process' | 'stats';
  /** Resident, bytes. */
  readonly server: number;
  /** What the server's objects and buffers are, as it says of itself. */
  readonly inUse: number;
  readonly database: number | undefined;
}

export function readMemory({ serverPid, databasePid }: Stage, said: StatsNow['memory']): Memory {
  const server = serverPid === undefined ? undefined : rssBytes(serverPid);
  return {
    from: server === undefined ? 'stats' : 'process',
    server: server ?? said.rss,
    inUse: said.heapUsed + said.external,
    database: databasePid === undefined ? undefined : rssBytes(databasePid),
  };
}

function cpuOf(pid: number | undefined): number | undefined {
  return pid === undefined ? undefined : cpuMs(pid);
}
