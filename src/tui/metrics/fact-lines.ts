import type { StatsNow } from '../../protocol/admin-stats.ts';
import { bytesInWords, count, milliseconds } from '../figures.ts';
import { dateAndTime } from '../times.ts';
import { say, type Shared } from '../view.ts';

/** What no curve shows: one topic and what there is to say of it. */
export function factsOf(stats: StatsNow, shared: Shared): readonly (readonly [string, string])[] {
  const dots = (...parts: readonly string[]) => parts.join(` ${shared.glyphs.middot} `);
  const words = (zh: string, en: string) => say(shared, { zh, en });
  const { connections, store, queues, totals, memory, loopDelay } = stats;
  const { latency } = store;
  const percent = `${Math.round(stats.cpu * 100)} %`;
  return [
    [
      words('连接', 'connections'),
      dots(
        words(`${count(connections.users)} 个用户`, `${count(connections.users)} users`),
        `${count(connections.seed)} seed`,
        `${count(connections.v1)} v1`,
        words(`控制台 ${connections.consoles}`, `${connections.consoles} consoles`),
        words(`最多 ${count(connections.max)}`, `at most ${count(connections.max)}`),
      ),
    ],
    [
      words('存储', 'store'),
      dots(
        store.database,
        words(`未决 ${count(store.pending)}`, `${count(store.pending)} pending`),
        `p50 ${milliseconds(latency.p50)}`,
        `max ${milliseconds(latency.max)}`,
      ),
    ],
    [
      words('队列', 'queues'),
      dots(
        words(`共 ${bytesInWords(queues.total)}`, `${bytesInWords(queues.total)} in all`),
        words(`最大 ${bytesInWords(queues.largest)}`, `largest ${bytesInWords(queues.largest)}`),
      ),
    ],
    [
      words('进程', 'process'),
      dots(
        `cpu ${percent}`,
        words(`堆 ${bytesInWords(memory.heapUsed)}`, `heap ${bytesInWords(memory.heapUsed)}`),
        words(`循环最慢 ${milliseconds(loopDelay.max)}`, `loop at worst ${milliseconds(loopDelay.max)}`),
      ),
    ],
    [
      words(`自 ${dateAndTime(stats.startedAt).slice(5)}`, `since ${dateAndTime(stats.startedAt).slice(5)}`),
      dots(
        words(`收 ${count(totals.messagesIn)}`, `${count(totals.messagesIn)} in`),
        words(`存 ${count(totals.stored)}`, `${count(totals.stored)} stored`),
        words(`送 ${count(totals.messagesOut)}`, `${count(totals.messagesOut)} out`),
        words(`收 ${bytesInWords(totals.bytesIn)}`, `${bytesInWords(totals.bytesIn)} in`),
        words(`送 ${bytesInWords(totals.bytesOut)}`, `${bytesInWords(totals.bytesOut)} out`),
      ),
    ],
  ];
}

/** `bad_token 12 · rate_limited 3`: the most frequent first. */
export function refusalsOf({ refusals }: StatsNow, shared: Shared): string {
  const { middot } = shared.glyphs;
  const reasons = Object.entries(refusals).filter(([, times]) => times > 0);
  if (reasons.length === 0) return say(shared, { zh: '无', en: 'none' });
  return reasons
    .sort(([, one], [, other]) => other - one)
    .map(([reason, times]) => `${reason} ${count(times)}`)
    .join(` ${middot} `);
}
