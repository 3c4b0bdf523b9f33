import type { StatsNow } from '../../protocol/admin-stats.ts';
import { visibleText } from '../../protocol/visible-text.ts';
import { bytesInWords, count, milliseconds } from '../figures.ts';
import { dateAndTime } from '../times.ts';
import { widthOf } from '../lines.ts';
import { say, type Shared } from '../view.ts';

/** What no curve shows: one topic, and the parts of what there is to say of it. */
export function factsOf(stats: StatsNow, shared: Shared): readonly (readonly [string, readonly string[]])[] {
  const words = (zh: string, en: string) => say(shared, { zh, en });
  const { connections, store, queues, totals, memory, loopDelay } = stats;
  const { latency } = store;
  const percent = `${Math.round(stats.cpu * 100)} %`;
  return [
    [
      words('连接', 'connections'),
      [
        words(`${count(connections.users)} 个用户`, many(connections.users, 'user')),
        `${count(connections.seed)} seed`,
        `${count(connections.v1)} v1`,
        words(`控制台 ${connections.consoles}`, many(connections.consoles, 'console')),
        words(`最多 ${count(connections.max)}`, `at most ${count(connections.max)}`),
      ],
    ],
    [
      words('存储', 'store'),
      [
        store.database,
        words(`未决 ${count(store.pending)}`, `${count(store.pending)} pending`),
        `p50 ${milliseconds(latency.p50)}`,
        `max ${milliseconds(latency.max)}`,
      ],
    ],
    [
      words('队列', 'queues'),
      [
        words(`待发 ${bytesInWords(queues.total)}`, `${bytesInWords(queues.total)} to send`),
        words(`最大 ${bytesInWords(queues.largest)}`, `largest ${bytesInWords(queues.largest)}`),
        words(`待存 ${bytesInWords(store.pendingBytes)}`, `${bytesInWords(store.pendingBytes)} to store`),
        words(`暂停读取 ${count(store.waiting)}`, `${count(store.waiting)} held back`),
      ],
    ],
    [
      words('进程', 'process'),
      [
        `cpu ${percent}`,
        words(`堆 ${bytesInWords(memory.heapUsed)}`, `heap ${bytesInWords(memory.heapUsed)}`),
        words(`循环最慢 ${milliseconds(loopDelay.max)}`, `loop at worst ${milliseconds(loopDelay.max)}`),
      ],
    ],
    [
      words('总计', 'totals'),
      [
        words(`自 ${dateAndTime(stats.startedAt)}`, `since ${dateAndTime(stats.startedAt)}`),
        words(`收 ${count(totals.messagesIn)}`, `${count(totals.messagesIn)} in`),
        words(`存 ${count(totals.stored)}`, `${count(totals.stored)} stored`),
        words(`送 ${count(totals.messagesOut)}`, `${count(totals.messagesOut)} out`),
        words(`收 ${bytesInWords(totals.bytesIn)}`, `${bytesInWords(totals.bytesIn)} in`),
        words(`送 ${bytesInWords(totals.bytesOut)}`, `${bytesInWords(totals.bytesOut)} out`),
      ],
    ],
  ];
}

function many(times: number, word: string): string {
  return `${count(times)} ${word}${times === 1 ? '' : 's'}`;
}

/** `bad_token 12`, `rate_limited 3`: the most frequent first. */
export function refusalsOf({ refusals }: StatsNow, shared: Shared): readonly string[] {
  const reasons = Object.entries(refusals).filter(([, times]) => times > 0);
  if (reasons.length === 0) return [say(shared, { zh: '无', en: 'none' })];
  return reasons
    .sort(([, one], [, other]) => other - one)
    .map(([reason, times]) => `${visibleText(reason)} ${count(times)}`);
}

/** The parts in lines of at most `width` columns, a dot between two of them, none broken that fits. */
export function packParts(parts: readonly string[], width: number, { glyphs }: Shared): readonly string[] {
  const lines: string[] = [];
  for (const part of parts) {
    const longer = lines.length === 0 ? part : `${lines.at(-1)} ${glyphs.middot} ${part}`;
    if (lines.length > 0 && widthOf(longer) <= width) lines[lines.length - 1] = longer;
    else lines.push(part);
  }
  return lines;
}
