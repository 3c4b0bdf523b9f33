import { bytesInWords, count } from '../../tui/figures.ts';
import type { Bilingual } from '../exit-codes.ts';
import type { Field } from '../print.ts';
import type { BenchResult } from './bench-result.ts';
import type { Latency } from './load-order.ts';

/** A result for people: a line a figure. What does not belong to a pattern has no line. */
export const RESULT_FIELDS: readonly Field<BenchResult>[] = [
  field({ en: 'PATTERN', zh: '模式' }, patternOf),
  field({ en: 'SERVER', zh: '服务器' }, ({ database, ownServer, machine }) =>
    [ownServer ? `its own, ${database}` : database, `chatd ${machine.chatd}`].join('; '),
  ),
  field({ en: 'MACHINE', zh: '机器' }, ({ machine }) =>
    [machine.cpu, `${machine.cores} cores`, machine.platform, `Node ${machine.node}`].join(', '),
  ),
  field({ en: 'CONNECTIONS', zh: '连接' }, ({ connections }) => {
    if (connections === undefined) return undefined;
    const { open, failed, perSecond } = connections;
    return `${count(open)} (${count(failed)} failed), ${count(perSecond)}/s`;
  }),
  field({ en: 'SENT', zh: '已发送' }, ({ messages }) => messages && count(messages.sent)),
  field({ en: 'ACKED', zh: '已确认' }, ({ messages }) => messages && count(messages.acked)),
  field({ en: 'REFUSED', zh: '被拒绝' }, ({ messages }) => messages?.refused || undefined),
  field({ en: 'UNANSWERED', zh: '无应答' }, ({ messages }) => messages?.unanswered || undefined),
  field({ en: 'DELIVERED', zh: '已投递' }, ({ messages }) => messages && count(messages.delivered)),
  field({ en: 'LOST', zh: '丢失' }, ({ messages }) => messages?.lost),
  field({ en: 'DUPLICATED', zh: '重复' }, ({ messages }) => messages?.duplicated),
  field({ en: 'OUT OF ORDER', zh: '乱序' }, ({ messages }) => messages?.outOfOrder),
  field({ en: 'ERRORS', zh: '错误' }, ({ errors }) =>
    Object.entries(errors).map(([what, times]) => `${count(times)} ${what}`),
  ),
  field({ en: 'MESSAGES', zh: '消息' }, ({ messages }) => messages && `${count(messages.perSecond)}/s`),
  field(
    { en: 'DELIVERIES', zh: '投递' },
    ({ messages }) => messages && `${count(messages.deliveriesPerSecond)}/s`,
  ),
  field({ en: 'ACK', zh: '确认延迟' }, ({ ack }) => ack && latencyLine(ack)),
  field({ en: 'DELIVERY', zh: '投递延迟' }, ({ delivery }) => delivery && latencyLine(delivery)),
  field({ en: 'OPENING', zh: '建立延迟' }, ({ open }) => open && latencyLine(open)),
  field({ en: 'CPU', zh: 'CPU' }, cpuLines),
  field({ en: 'MEMORY', zh: '内存' }, memoryLines),
  field({ en: 'EVENT LOOP', zh: '事件循环' }, ({ loopDelayP99 }) => `p99 ${figure(loopDelayP99)} ms late`),
];

function field(title: Bilingual, value: Field<BenchResult>['value']): Field<BenchResult> {
  return { title, value };
}

function patternOf(result: BenchResult): string {
  const { pattern, clients, groups, senders, size, window, rate } = result;
  const who = `${pattern}: ${count(clients)} clients`;
  if (pattern === 'idle' || pattern === 'connect') return `${who}, ${timesOf(result)}`;
  const where = groups > 0 ? `, ${groups} groups, ${senders} senders each` : `, ${senders} senders`;
  const pace = rate > 0 ? `${count(rate)} messages/s` : `${window} in flight each`;
  return `${who}${where}, ${size} bytes, ${pace}, ${timesOf(result)}`;
}

function timesOf({ durationMs, warmupMs }: BenchResult): string {
  return `${durationMs / 1000} s after ${warmupMs / 1000} s`;
}

function latencyLine({ p50, p90, p99, p999, max }: Latency): string {
  const figures = { p50, p90, p99, 'p99.9': p999, max };
  return `${Object.entries(figures)
    .map(([name, ms]) => `${name} ${figure(ms)}`)
    .join('  ')}  ms`;
}

function cpuLines({ cpu }: BenchResult): readonly string[] {
  const { server, database, load, usPerMessage, usPerDelivery, usPerConnection } = cpu;
  const cores = [
    `server ${server.toFixed(2)}${cpu.from === 'stats' ? ' (as it says of itself)' : ''}`,
    ...(database === undefined ? [] : [`database ${database.toFixed(2)}`]),
    `load ${load.toFixed(2)} cores`,
  ].join(', ');
  const each = [
    ...priceOf(usPerMessage, 'message'),
    ...priceOf(usPerDelivery, 'delivery'),
    ...priceOf(usPerConnection, 'connection'),
  ].join(', ');
  return each === '' ? [cores] : [cores, each];
}

function priceOf(us: number | undefined, what: string): readonly string[] {
  return us === undefined || !Number.isFinite(us) ? [] : [`${figure(us)} µs a ${what}`];
}

function memoryLines({ memory, connections }: BenchResult): readonly string[] {
  const { server, inUse, database } = memory;
  const all = [
    `server ${bytesInWords(server)} (${bytesInWords(inUse)} of it in use)`,
    ...(database === undefined ? [] : [`database ${bytesInWords(database)}`]),
  ].join(', ');
  if (connections?.bytesEach === undefined) return [all];
  const when = connections.collected === true ? ' after a collection' : ', garbage included';
  const { bytesEach, inUseEach = 0 } = connections;
  if (bytesEach <= 0 || inUseEach <= 0) return [all, 'a connection: too few to tell'];
  const each = `${bytesInWords(bytesEach)} a connection, ${bytesInWords(inUseEach)} of it in use`;
  return [all, `${each}${when}`];
}

function figure(value: number): string {
  if (value >= 100) return count(value);
  return value >= 10 ? value.toFixed(1) : value.toFixed(2);
}
