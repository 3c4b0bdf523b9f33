import { visibleText } from '../../protocol/visible-text.ts';
import { headLine, rowLine } from '../columns.ts';
import { cell, type Line, type Picture } from '../lines.ts';
import { titleLine } from '../title-line.ts';
import { say, type Shared, type Size } from '../view.ts';
import { accountLine, connectionLines, keepOutLine } from './user-lines.ts';
import { recordColumns } from './record-columns.ts';
import type { UserState } from './user-state.ts';

export function drawUser(state: UserState, shared: Shared, size: Size): Picture {
  const { columns: width } = size;
  const lines: Line[] = [
    titleLine(titleOf(state, shared), onlineText(state, shared), width, shared.glyphs),
    ...accountLine(state, shared, width),
    ...keepOutLine(state, shared, width),
    ...connectionLines(state, shared, width),
    ...(state.error === undefined ? [] : [[cell(`  ${state.error}`, width, '', { tone: 'bad' } as const)]]),
    titleLine(earlierText(shared), '', width, shared.glyphs),
    ...earlierLines(state, shared, width),
  ];
  return { lines: lines.slice(0, size.rows) };
}

function earlierLines({ records, error }: UserState, shared: Shared, width: number): readonly Line[] {
  if (records === undefined && error !== undefined) return [];
  const ended = records?.filter(({ closedAt }) => closedAt !== undefined) ?? [];
  if (ended.length > 0) {
    const rows = ended.map((record) => rowLine(recordColumns, record, NO_MARKS, { width, shared }));
    return [headLine(recordColumns, width, shared), ...rows];
  }
  const text = records === undefined ? { zh: '读取中', en: 'reading' } : { zh: '没有', en: 'none' };
  return [[cell(`  ${say(shared, text)}`, width, shared.glyphs.more, { tone: 'dim' })]];
}

const NO_MARKS = { hasCursor: false, isMarked: false };

function titleOf({ userId, user, detail }: UserState, shared: Shared): string {
  const name = visibleText(user?.name ?? detail?.name ?? '');
  return say(shared, { zh: `用户 ${userId} ${name}`, en: `User ${userId} ${name}` }).trim();
}

function onlineText({ user, connections }: UserState, shared: Shared): string {
  if (user === undefined) return '';
  if (connections === 0) return say(shared, { zh: '离线', en: 'offline' });
  const many = say(shared, { zh: `, ${connections} 个连接`, en: `, ${connections} connections` });
  const online = say(shared, { zh: '在线', en: 'online' });
  return `${shared.glyphs.dot} ${online}${connections > 1 ? many : ''}`;
}

function earlierText(shared: Shared): string {
  return say(shared, { zh: '以前的连接(断开原因)', en: 'Earlier connections (why they ended)' });
}
