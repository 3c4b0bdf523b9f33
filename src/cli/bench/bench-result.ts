import { availableParallelism, cpus } from 'node:os';
import process from 'node:process';
import { packageVersion } from '../package-version.ts';
import type { BenchPlan } from './bench-options.ts';
import type { Latency } from './load-order.ts';
import type { Measured } from './measure.ts';

/** One run, as `--json` gives it. Times in ms unless a name says otherwise, sizes in bytes. */
export interface BenchResult {
  readonly pattern: BenchPlan['pattern'];
  /** As the server names it. */
  readonly database: string;
  readonly ownServer: boolean;
  readonly clients: number;
  readonly groups: number;
  readonly senders: number;
  readonly size: number;
  readonly window: number;
  readonly rate: number;
  readonly warmupMs: number;
  readonly durationMs: number;
  readonly connections?: ConnectionFigures;
  readonly messages?: MessageFigures;
  readonly ack?: Latency;
  readonly delivery?: Latency;
  /** From the first byte to the upgrade. */
  readonly open?: Latency;
  readonly errors: Readonly<Record<string, number>>;
  readonly cpu: CpuFigures;
  readonly memory: Measured['memory'];
  readonly loopDelayP99: number;
  readonly machine: Machine;
}

export interface ConnectionFigures {
  readonly open: number;
  readonly failed: number;
  readonly perSecond: number;
  /** Of idle: resident, and of that objects and buffers in use. */
  readonly bytesEach?: number;
  readonly inUseEach?: number;
  /** Of idle: garbage was collected before memory was read. */
  readonly collected?: boolean;
}

export interface MessageFigures {
  readonly sent: number;
  readonly acked: number;
  readonly refused: number;
  readonly unanswered: number;
  readonly delivered: number;
  readonly lost: number;
  readonly duplicated: number;
  readonly outOfOrder: number;
  readonly perSecond: number;
  readonly deliveriesPerSecond: number;
}

/** Processors that were busy: 1 is one of them all the time. */
export interface CpuFigures {
  readonly from: 'process' | 'stats';
  readonly server: number;
  readonly database?: number;
  readonly load: number;
  /** µs of server and database together. */
  readonly usPerMessage?: number;
  readonly usPerDelivery?: number;
  readonly usPerConnection?: number;
}

export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly platform: string;
  readonly node: string;
  readonly chatd: string;
}

export function toResult(plan: BenchPlan, measured: Measured): BenchResult {
  const { traffic, arrivals, memory, loopDelayP99, database } = measured;
  const { database: ownDatabase, ...asked } = plan;
  return {
    ...asked,
    database,
    ownServer: ownDatabase !== undefined,
    ...connectionsOf(measured),
    ...messagesOf(measured),
    ...(traffic?.ack && { ack: traffic.ack }),
    ...(traffic?.delivery && { delivery: traffic.delivery }),
    ...(arrivals?.open && { open: arrivals.open }),
    errors: { ...measured.opened?.errors, ...(traffic ?? arrivals ?? measured.idle)?.errors },
    cpu: cpuOf(measured),
    memory,
    loopDelayP99,
    machine: thisMachine(),
  };
}

/** Nothing lost, doubled, out of order, left without an answer or delivered to somebody else, and everybody let in. */
export function isSound({ messages, connections, errors }: BenchResult): boolean {
  const { lost = 0, duplicated = 0, outOfOrder = 0, unanswered = 0 } = messages ?? {};
  const wrong = lost + duplicated + outOfOrder + unanswered + (connections?.failed ?? 0);
  return wrong === 0 && errors['delivered_to_another'] === undefined;
}

function connectionsOf({ opened, arrivals, idle }: Measured): { connections?: ConnectionFigures } {
  if (arrivals !== undefined) {
    const { connections: open, failed, perSecond } = arrivals;
    return { connections: { open, failed, perSecond: Math.round(perSecond) } };
  }
  if (opened === undefined) return {};
  const { open, failed, perSecond } = opened;
  if (idle === undefined) return { connections: { open, failed, perSecond: Math.round(perSecond) } };
  const { connections, bytesPerConnection, inUsePerConnection, collected } = idle;
  return {
    connections: {
      open: connections,
      failed: failed + open - connections,
      perSecond: Math.round(perSecond),
      bytesEach: Math.round(bytesPerConnection),
      inUseEach: Math.round(inUsePerConnection),
      collected,
    },
  };
}

function messagesOf({ traffic }: Measured): { messages?: MessageFigures } {
  if (traffic === undefined) return {};
  const { sent, acked, refused, unanswered, delivered, lost, duplicated, outOfOrder } = traffic;
  const { messagesPerSecond: perSecond, deliveriesPerSecond } = traffic;
  return {
    messages: {
      sent,
      acked,
      refused,
      unanswered,
      delivered,
      lost,
      duplicated,
      outOfOrder,
      perSecond: Math.round(perSecond),
      deliveriesPerSecond: Math.round(deliveriesPerSecond),
    },
  };
}

function cpuOf({ cores, traffic, arrivals }: Measured): CpuFigures {
  const { database, ...own } = cores;
  const busyUs = (cores.server + (database ?? 0)) * 1e6;
  return {
    from: own.from,
    server: rounded(own.server),
    ...(database !== undefined && { database: rounded(database) }),
    load: rounded(own.load),
    ...(traffic?.ackedInTime && { usPerMessage: rounded(busyUs / traffic.messagesPerSecond) }),
    ...(traffic?.deliveredInTime && { usPerDelivery: rounded(busyUs / traffic.deliveriesPerSecond) }),
    ...(arrivals?.connections && { usPerConnection: rounded(busyUs / arrivals.perSecond) }),
  };
}

function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}

function thisMachine(): Machine {
  return {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    platform: `${process.platform} ${process.arch}`,
    node: process.version,
    chatd: packageVersion(),
  };
}
