import type { StatsNow } from '../protocol/admin-stats.ts';
import { visibleText } from '../protocol/visible-text.ts';
import type { ConsoleState } from './console-state.ts';
import { count, duration, milliseconds, shortCount } from './figures.ts';
import type { Line, Span } from './lines.ts';
import { lineWidth, partsThatFit, spread } from './lines-layout.ts';
import { sparkline } from './sparkline.ts';
import { clockTime } from './times.ts';
import { say, type Shared } from './view.ts';

/** The lines over everything: who is served where and how it stands; and the figures of the server. */
export function drawHeader(state: ConsoleState, lines: number): readonly Line[] {
  const { columns } = state.terminal;
  const first = firstLine(state, columns);
  return lines < 2 ? [first] : [first, figuresLine(state, columns)];
}

function firstLine(state: ConsoleState, width: number): Line {
  const { shared, address } = state;
  const { stats, ready } = shared;
  const who: Line =
    ready === undefined ? [] : [{ text: visibleText(ready.actor), tone: 'dim' }, { text: '  ' }];
  const right: Line = [...who, { text: `${clockTime(shared.now)} ` }];
  const clock: Line = [{ text: `${clockTime(shared.now)} ` }];
  const name: Line = [{ text: ' chatd', bold: true }, { text: ` ${visibleText(stats?.name ?? '')}` }];
  const up = stats === undefined ? '' : `up ${duration(shared.now - stats.startedAt)}`;
  const link: Line = [linkSpan(shared, shared.now - state.clockSkew)];
  // The link is what must be read; who and where go first where there is no room.
  const wanted: readonly (readonly Line[])[] = [
    [name, [{ text: visibleText(address) }], [{ text: up }], link],
    [name, [{ text: visibleText(address) }], link],
    [name, link],
    [[{ text: ' chatd', bold: true }], link],
  ];
  const fits = (parts: readonly Line[], end: Line) => joinedWidth(parts) + 2 + lineWidth(end) <= width;
  const left = wanted.find((parts) => fits(parts, right));
  if (left !== undefined) return spread(join(left), right, width);
  const short = wanted.find((parts) => fits(parts, clock)) ?? [link];
  return spread(join(short), fits(short, clock) ? clock : [], width);
}

/** `ourNow`: by the clock of the link's own times. */
function linkSpan(shared: Shared, ourNow: number): Span {
  const { link, glyphs } = shared;
  const [tone, text] = ((): [Span['tone'] & string, string] => {
    if (link.state === 'live') return ['good', say(shared, { en: 'live', zh: '在线' })];
    if (link.state === 'connecting') return ['warn', say(shared, { en: 'connecting', zh: '正在连接' })];
    return ['bad', goneText(link, shared, ourNow)];
  })();
  return { text: `${glyphs.dot} ${text}`, tone };
}

/** `gone 12 s, next try 3 s`; without a next try, why there is none. */
function goneText(link: Extract<Shared['link'], { state: 'gone' }>, shared: Shared, ourNow: number): string {
  const { since, nextTryAt } = link;
  if (!Number.isFinite(nextTryAt)) {
    const why = visibleText(link.why);
    return say(shared, { en: `refused: ${why} (r tries again)`, zh: `被拒绝: ${why} (r 重试)` });
  }
  const gone = Math.max(0, Math.round((ourNow - since) / 1000));
  const next = Math.max(0, Math.ceil((nextTryAt - ourNow) / 1000));
  return say(shared, { en: `gone ${gone} s, next try ${next} s`, zh: `已断开 ${gone} 秒, ${next} 秒后重试` });
}

function figuresLine(state: ConsoleState, width: number): Line {
  const { stats } = state.shared;
  if (stats === undefined) return [];
  return [{ text: ' ' }, ...partsThatFit(figures(state, stats, width), '  ', width - 1)];
}

function figures({ shared, rates }: ConsoleState, stats: StatsNow, width: number): readonly Line[] {
  const { open, max } = stats.connections;
  const bars = sparkline(rates, width < 100 ? 8 : 24, shared.glyphs);
  const { p99 } = stats.store.latency;
  const word = (en: string, zh: string) => ({ text: `${say(shared, { en, zh })} `, tone: 'dim' }) as const;
  return [
    [word('conns', '连接'), { text: `${count(open)}/${count(max)} ` }],
    [word('in', '入'), { text: `${shortCount(stats.rates.messagesIn)}/s` }],
    [
      word('out', '出'),
      { text: `${shortCount(stats.rates.messagesOut)}/s ` },
      { text: bars, tone: 'accent' },
    ],
    [{ text: ' ' }, word('store p99', '存储 p99'), { text: milliseconds(p99), ...late(p99, 100, 1000) }],
    [
      word('loop', '循环'),
      { text: milliseconds(stats.loopDelay.p99), ...late(stats.loopDelay.p99, 50, 500) },
    ],
    [word('memory', '内存'), { text: `${count(stats.memory.rss / 1_048_576)} MB` }],
    [word('cpu', 'CPU'), { text: `${Math.round(stats.cpu * 100)}%` }],
  ];
}

function late(ms: number, warn: number, bad: number): Pick<Span, 'tone'> {
  return ms >= bad ? { tone: 'bad' } : ms >= warn ? { tone: 'warn' } : {};
}

function join(parts: readonly Line[]): Line {
  return parts.flatMap((part, at) => (at === 0 ? part : [{ text: '  ' }, ...part]));
}

function joinedWidth(parts: readonly Line[]): number {
  return lineWidth(join(parts));
}
