import type { AdminSession } from '../client/admin-session.ts';
import type { ConnectionPage } from '../protocol/admin-connections.ts';
import type { ChannelReady } from '../protocol/admin-channel.ts';
import type { Stats } from '../protocol/admin-stats.ts';
import type { Language } from '../protocol/error-codes.ts';
import { visibleJson, visibleText } from '../protocol/visible-text.ts';
import { headLine, rowLine } from './columns.ts';
import { connectionColumns } from './connections/connection-columns.ts';
import { newConsole, type ConsoleState } from './console-state.ts';
import { count, milliseconds, shortBytes, shortCount } from './figures.ts';
import { drawHeader } from './header.ts';
import type { Line } from './lines.ts';
import { reduceConsole } from './reduce-console.ts';
import { dateAndTime } from './times.ts';
import { say } from './view.ts';

/** Of the connections, those with the most that they have not taken. */
const ROWS = 20;
const SORT = 'queue';

export interface SnapshotOptions {
  readonly address: string;
  readonly language: Language;
  readonly isAscii: boolean;
  readonly json: boolean;
  readonly stdout: NodeJS.WriteStream;
}

export interface Snapshot {
  readonly ready: ChannelReady;
  readonly stats: Stats;
  readonly connections: ConnectionPage;
}

/** How the server is at this moment: as plain text, or as one JSON text. */
export async function showSnapshot(session: AdminSession, ready: ChannelReady, options: SnapshotOptions) {
  const [stats, connections] = await Promise.all([
    session.call('stats.get', {}),
    session.call('connection.list', { sort: `-${SORT}`, limit: ROWS }),
  ]);
  const snapshot = { ready, stats, connections };
  options.stdout.write(
    options.json ? `${visibleJson(JSON.stringify(snapshot))}\n` : plainSnapshot(snapshot, options),
  );
}

/** Lines without colours: 80 columns, or what the terminal has. */
function plainSnapshot({ ready, stats, connections }: Snapshot, options: SnapshotOptions): string {
  const columns = options.stdout.columns ?? 80;
  const state = stateOf({ ready, stats }, options, columns);
  const { shared } = state;
  const heads = connectionColumns(SORT, true, shared.glyphs);
  const rows = connections.items.map((row) =>
    rowLine(heads, row, { hasCursor: false, isMarked: false }, { width: columns, shared }),
  );
  const lines: readonly Line[] = [
    ...drawHeader(state, 2),
    ...moreFigures(stats, state),
    [],
    headLine(heads, columns, shared),
    ...rows,
    ...rest(connections, state),
  ];
  return lines.map((line) => `${textOf(line)}\n`).join('');
}

function stateOf(
  { ready, stats }: Pick<Snapshot, 'ready' | 'stats'>,
  { address, language, isAscii }: SnapshotOptions,
  columns: number,
): ConsoleState {
  const now = Date.now();
  const settings = { address, language, isAscii, isReadonly: true, terminal: { columns, rows: 24 }, now };
  const live = { type: 'link', link: { state: 'live' }, ready, now } as const;
  const told = { type: 'tick', tick: { watch: 'stats.watch', data: stats } } as const;
  const state = [live, told].reduce(
    (state, input) => reduceConsole(state, input).state,
    newConsole(settings),
  );
  const { samples } = stats.history;
  return { ...state, rates: samples.map(({ messagesIn, messagesOut }) => messagesIn + messagesOut) };
}

function moreFigures(stats: Stats, { shared }: ConsoleState): readonly Line[] {
  const { users, seed, v1, consoles } = stats.connections;
  const word = (en: string, zh: string) => say(shared, { en, zh });
  const refused = Object.entries(stats.refusals).map(([reason, times]) => `${reason} ${count(times)}`);
  const lines = [
    `${word('at', '时间')} ${dateAndTime(stats.at)}  ${word('node', '节点')} ${stats.node}  chatd ${stats.version}  ${stats.store.database}`,
    `${word('users', '用户')} ${count(users)}  seed ${count(seed)}  v1 ${count(v1)}  ${word('consoles', '控制台')} ${count(consoles)}`,
    `${word('stored', '已存储')} ${count(stats.totals.stored)}  ${word('pending', '等待')} ${count(stats.store.pending)} (${shortBytes(stats.store.pendingBytes)})  ${word('held back', '暂停读取')} ${count(stats.store.waiting)}  p50 ${milliseconds(stats.store.latency.p50)}  p99 ${milliseconds(stats.store.latency.p99)}`,
    `${word('memory', '内存')} ${shortBytes(stats.memory.rss)}  CPU ${Math.round(stats.cpu * 100)}%  ${word('queued', '排队')} ${shortBytes(stats.queues.total)}  ${word('largest', '最大')} ${shortBytes(stats.queues.largest)}`,
    ...(refused.length === 0 ? [] : [`${word('refused', '拒绝')} ${refused.join('  ')}`]),
  ];
  return lines.map((text) => [{ text: ` ${visibleText(text)}` }]);
}

function rest({ total, items }: ConnectionPage, { shared }: ConsoleState): readonly Line[] {
  if (total <= items.length) return [];
  const more = shortCount(total - items.length);
  return [[{ text: say(shared, { en: ` ${more} more`, zh: ` 另有 ${more} 个` }) }]];
}

function textOf(line: Line): string {
  return line
    .map(({ text }) => text)
    .join('')
    .trimEnd();
}
