import type { ConnectionView } from '../../protocol/admin-connections.ts';
import type { Language } from '../../protocol/error-codes.ts';
import { visibleText } from '../../protocol/visible-text.ts';
import { headLine, rowLine } from '../columns.ts';
import { count } from '../figures.ts';
import { drawFilter } from '../filter-line.ts';
import { cell, type Line, type Picture } from '../lines.ts';
import { listHeight } from '../list-screen.ts';
import { titleLine } from '../title-line.ts';
import { say, type Shared, type Size } from '../view.ts';
import { connectionColumns, sortTitle } from './connection-columns.ts';
import type { ConnectionsState } from './connections-state.ts';

export function drawConnections(state: ConnectionsState, shared: Shared, size: Size): Picture {
  const { typing } = state.filter;
  const field = typing === undefined ? undefined : drawFilter(typing, hint(shared), size.columns, shared);
  const columns = connectionColumns(state.sort, state.isDescending, shared.glyphs);
  const head =
    state.wrong === undefined
      ? headLine(columns, size.columns, shared)
      : [cell(`   ${state.wrong}`, size.columns, shared.glyphs.more, { tone: 'bad' })];
  const lines: Line[] = [
    titleLine(titleOf(state, shared), stateOf(state, shared), size.columns, shared.glyphs),
    ...(field === undefined ? [] : [field.line]),
    head,
    ...rowLines(state, shared, size),
  ];
  return {
    lines: lines.slice(0, size.rows),
    cursor: field === undefined ? undefined : { row: 1, column: field.column },
  };
}

function hint(shared: Shared): string {
  return say(shared, {
    zh: '编号, 名字, 地址, client:seed, queue>100k, idle>5m; ! 取反',
    en: 'id, name, address, client:seed, queue>100k, idle>5m; ! inverts',
  });
}

/** `Connections 4 of 9,874 · /王 · sort queue ↓ · 1 marked` */
function titleOf(state: ConnectionsState, shared: Shared): string {
  const { view, filter, sort, isDescending, marks } = state;
  const { glyphs, language } = shared;
  const name = say(shared, { zh: '连接', en: 'Connections' });
  const total = view === undefined ? '' : ` ${howMany(view.total + view.arrived, view.all, shared)}`;
  const order = `${say(shared, { zh: '排序', en: 'sort' })} ${sortTitle(sort)[language]}`;
  const parts = [
    name + total,
    ...(filter.text === '' ? [] : [`/${visibleText(filter.text)}`]),
    `${order} ${isDescending ? glyphs.down : glyphs.up}`,
    ...(marks.size === 0 ? [] : [say(shared, markedText(count(marks.size)))]),
    ...(state.sweep?.purpose === 'mark' ? [say(shared, { zh: '标记中', en: 'marking' })] : []),
  ];
  return parts.join(` ${glyphs.middot} `);
}

function howMany(matching: number, all: number, shared: Shared): string {
  if (matching >= all) return count(all);
  return say(shared, {
    zh: `${count(matching)} / ${count(all)}`,
    en: `${count(matching)} of ${count(all)}`,
  });
}

function markedText(marked: string): Parameters<typeof say>[1] {
  return { zh: `已标记 ${marked}`, en: `${marked} marked` };
}

function stateOf({ isHeld, view }: ConnectionsState, shared: Shared): string {
  if (shared.link.state !== 'live') return say(shared, { zh: '断开前所见', en: 'as last seen' });
  if (!isHeld) return say(shared, { zh: '实时', en: 'live' });
  const arrived = view?.arrived ?? 0;
  const paused = say(shared, { zh: '暂停', en: 'paused' });
  if (arrived === 0) return paused;
  return `${paused}, ${say(shared, { zh: `${count(arrived)} 个新连接`, en: `${count(arrived)} new` })}`;
}

function rowLines(state: ConnectionsState, shared: Shared, size: Size): readonly Line[] {
  const { view, list, marks } = state;
  if (view === undefined || view.total === 0) return [emptyLine(state, shared, size)];
  const columns = connectionColumns(state.sort, state.isDescending, shared.glyphs);
  const from = list.top - view.offset;
  const height = listHeight(size, state.filter);
  return Array.from({ length: Math.max(0, Math.min(height, view.total - list.top)) }, (_, at) => {
    const row = view.items[from + at];
    // A key went further than what has been told: the rest comes with the next tick.
    if (row === undefined) return [cell(`   ${shared.glyphs.more}`, size.columns, '', { tone: 'dim' })];
    const mark = { hasCursor: row.id === list.cursor, isMarked: marks.has(row.id) };
    return rowLine(columns, row, mark, { width: size.columns, shared });
  });
}

function nobodyText({ arrived }: ConnectionView): Readonly<Record<Language, string>> {
  return arrived === 0
    ? { zh: '没有人在线', en: 'nobody is connected' }
    : { zh: '暂停时没有人在线, p 恢复实时', en: 'nobody was connected when this was paused: p goes on' };
}

function emptyLine({ view, filter }: ConnectionsState, shared: Shared, size: Size): Line {
  const text =
    view === undefined
      ? { zh: '等待服务器', en: 'waiting for the server' }
      : filter.text === ''
        ? nobodyText(view)
        : { zh: '没有匹配的连接, esc 取消过滤', en: 'no connection matches, esc shows all' };
  return [cell(`   ${say(shared, text)}`, size.columns, shared.glyphs.more, { tone: 'dim' })];
}
