import type { Stats, StatsNow, StatsSample } from '../../protocol/admin-stats.ts';
import { count, milliseconds, shortBytes, shortCount } from '../figures.ts';
import type { Tone } from '../lines.ts';

/** One figure over the last minutes. */
export interface Curve {
  readonly title: { readonly zh: string; readonly en: string };
  readonly of: (sample: StatsSample) => number;
  /** `last`: the latest sample, if there is one. */
  readonly now: (stats: StatsNow, last: StatsSample | undefined) => number;
  readonly show: (value: number) => string;
  /** How several samples become one bar: the worst of them, or their mean. */
  readonly fold: 'max' | 'mean';
  readonly tone?: (stats: StatsNow) => Tone | undefined;
}

export const CURVES: readonly Curve[] = [
  {
    title: { zh: '连接', en: 'connections' },
    of: ({ connections }) => connections,
    now: ({ connections }) => connections.open,
    show: count,
    fold: 'max',
    tone: ({ connections: { open, max } }) => (open >= max ? 'bad' : undefined),
  },
  {
    title: { zh: '收到消息', en: 'messages in' },
    of: ({ messagesIn }) => messagesIn,
    now: ({ rates }) => rates.messagesIn,
    show: perSecond,
    fold: 'mean',
  },
  {
    title: { zh: '送出消息', en: 'messages out' },
    of: ({ messagesOut }) => messagesOut,
    now: ({ rates }) => rates.messagesOut,
    show: perSecond,
    fold: 'mean',
  },
  {
    title: { zh: '收到字节', en: 'bytes in' },
    of: ({ bytesIn }) => bytesIn,
    now: ({ rates }) => rates.bytesIn,
    show: (value) => `${shortBytes(value)}/s`,
    fold: 'mean',
  },
  {
    title: { zh: '送出字节', en: 'bytes out' },
    of: ({ bytesOut }) => bytesOut,
    now: ({ rates }) => rates.bytesOut,
    show: (value) => `${shortBytes(value)}/s`,
    fold: 'mean',
  },
  {
    title: { zh: '存储 p99', en: 'store p99' },
    of: ({ storeP99 }) => storeP99,
    now: ({ store }) => store.latency.p99,
    show: milliseconds,
    fold: 'max',
    tone: ({ store }) => (store.latency.p99 > 1000 ? 'warn' : undefined),
  },
  {
    title: { zh: '事件循环', en: 'loop p99' },
    of: ({ loopP99 }) => loopP99,
    now: ({ loopDelay }) => loopDelay.p99,
    show: milliseconds,
    fold: 'max',
    tone: ({ loopDelay }) => (loopDelay.p99 > 100 ? 'warn' : undefined),
  },
  {
    title: { zh: '内存', en: 'memory' },
    of: ({ rss }) => rss,
    now: ({ memory }) => memory.rss,
    show: shortBytes,
    fold: 'max',
  },
  {
    title: { zh: '拒绝 / 5 秒', en: 'refused / 5 s' },
    of: ({ refused }) => refused,
    now: (_stats, last) => last?.refused ?? 0,
    show: count,
    fold: 'max',
  },
];

function perSecond(value: number): string {
  return `${value < 10 ? value.toFixed(1).replace('.0', '') : shortCount(value)}/s`;
}

/** The last 15 minutes of it in `width` bars: as many as there are samples, or several samples in each. */
export function barsOf({ of, fold }: Curve, { samples }: Stats['history'], width: number): readonly number[] {
  const values = samples.map(of);
  const each = Math.max(1, Math.ceil(values.length / Math.max(1, width)));
  const bars: number[] = [];
  // From the latest backwards, so that the last bar is always a whole one.
  for (let end = values.length; end > 0; end -= each) {
    const some = values.slice(Math.max(0, end - each), end);
    bars.push(fold === 'max' ? Math.max(...some) : some.reduce((sum, value) => sum + value, 0) / some.length);
  }
  return bars.toReversed();
}
