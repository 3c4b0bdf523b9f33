import type { Stats, StatsNow } from '../../protocol/admin-stats.ts';
import { cell, type Line } from '../lines.ts';
import { clipLine } from '../lines-layout.ts';
import { isListMove, LIST_MOVES, type ListMove } from '../list.ts';
import { scrollText, topOf } from '../scroll.ts';
import { sparkline } from '../sparkline.ts';
import { titleLine } from '../title-line.ts';
import { defineView, say, type CallError, type Shared, type Step } from '../view.ts';
import { barsOf, CURVES, type Curve } from './curves.ts';
import { factsOf, packParts, refusalsOf } from './fact-lines.ts';

interface MetricsState {
  readonly stats: Stats | undefined;
  /** ms since 1970. */
  readonly askedAt: number;
  readonly error: CallError | undefined;
  /** The first line that is shown, where the screen is too low for all. */
  readonly top: number;
}

type MetricsMessage = { readonly stats: Stats } | { readonly error: CallError };
type Next = Step<MetricsState, MetricsMessage>;

/** How the server is, now and over the last 15 minutes. */
export const metricsView = defineView<'metrics', MetricsState, MetricsMessage>({
  name: 'metrics',
  shape: 'screen',
  open: (_argument, shared) => ask({ stats: undefined, askedAt: 0, error: undefined, top: 0 }, shared),
  update(state, event, shared) {
    switch (event.type) {
      case 'command':
        return { state: isListMove(event.command) ? moved(state, event.command, shared) : state };
      case 'message':
        return { state: { ...state, error: undefined, ...event.message } };
      case 'live':
      case 'back':
        return ask(state, shared);
      case 'second':
        return isDue(state, shared) ? ask(state, shared) : { state };
      default:
        return { state };
    }
  },
  draw(state, shared, size) {
    const lines = bodyLines(state, shared, size.columns);
    const height = size.rows - 1;
    const top = topOf(state.top, lines.length, height);
    const left = say(shared, { zh: '指标', en: 'Metrics' });
    const right = say(shared, { zh: '最近 15 分钟', en: 'last 15 minutes' });
    return {
      lines: [titleLine(left, right, size.columns, shared.glyphs), ...lines.slice(top, top + height)],
    };
  },
  commands: () => LIST_MOVES,
  isTyping: () => false,
  watches: () => ({}),
});

/** A new sample is there every five seconds. */
const REFRESH_MS = 5000;

function isDue({ askedAt }: MetricsState, { now, link }: Shared): boolean {
  return link.state === 'live' && now - askedAt >= REFRESH_MS;
}

function ask(state: MetricsState, { now }: Shared): Next {
  const next = { ...state, askedAt: now };
  const done = (stats: Stats): MetricsMessage => ({ stats });
  const failed = (error: CallError): MetricsMessage => ({ error });
  return { state: next, effects: [{ do: 'call', method: 'stats.get', input: {}, done, failed }] };
}

function moved(state: MetricsState, move: ListMove, shared: Shared): MetricsState {
  const height = Math.max(1, shared.size.rows - 1);
  const total = bodyLines(state, shared, shared.size.columns).length;
  return { ...state, top: scrollText(state.top, move, total, height) };
}

function bodyLines(state: MetricsState, shared: Shared, width: number): readonly Line[] {
  // What is watched is newer than what was asked for.
  const now = shared.stats ?? state.stats;
  if (now === undefined || state.stats === undefined) {
    const text = state.error?.text ?? shared.glyphs.more;
    return [
      [cell(`   ${text}`, width, shared.glyphs.more, { tone: state.error === undefined ? 'dim' : 'bad' })],
    ];
  }
  const { history } = state.stats;
  const curves = CURVES.map((curve) => curveLine(curve, { now, history }, shared, width));
  const facts = factsOf(now, shared).flatMap(([topic, text]) =>
    factLines(topic, packParts(text, roomOf(width), shared)),
  );
  const refused = factLines(
    say(shared, { zh: '拒绝', en: 'refused' }),
    packParts(refusalsOf(now, shared), roomOf(width), shared),
  );
  return [...curves, [], ...facts, ...refused].map((line) => clipLine(line, width));
}

const MARGIN = 3;
const TOPIC = 14;
const VALUE = 9;

interface Figures {
  readonly now: StatsNow;
  readonly history: Stats['history'];
}

/** `connections   9,874  ▂▃▅▆▅▇  up to 9,990` */
function curveLine(curve: Curve, { now, history }: Figures, shared: Shared, width: number): Line {
  const { more } = shared.glyphs;
  const peak = say(shared, { zh: '最高', en: 'max' });
  const peakWidth = width < 60 ? 0 : 14;
  const bars = barsOf(curve, history, width - MARGIN - TOPIC - VALUE - 3 - peakWidth);
  const tone = curve.tone?.(now);
  const room = Math.max(0, width - MARGIN - TOPIC - VALUE - 2 - peakWidth);
  return [
    cell(`   ${say(shared, curve.title)}`, MARGIN + TOPIC, more, { tone: 'dim' }),
    cell(curve.show(curve.now(now, history.samples.at(-1))), VALUE, more, {
      align: 'right',
      bold: true,
      ...(tone && { tone }),
    }),
    { text: '  ' },
    cell(sparkline(bars, room, shared.glyphs), room, more, { tone: 'accent' }),
    cell(peakWidth === 0 ? '' : `${peak} ${curve.show(Math.max(0, ...bars))}`, peakWidth, more, {
      tone: 'dim',
    }),
  ];
}

function roomOf(width: number): number {
  return Math.max(8, width - MARGIN - TOPIC);
}

function factLines(topic: string, lines: readonly string[]): readonly Line[] {
  return lines.map((line, at) => [
    cell(at === 0 ? `   ${topic}` : '', MARGIN + TOPIC, '', { tone: 'dim' }),
    { text: line },
  ]);
}
