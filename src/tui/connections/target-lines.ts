import { visibleText } from '../../protocol/visible-text.ts';
import { count } from '../figures.ts';
import { cell, type Line, type Span } from '../lines.ts';
import { say, type Shared, type Size, type Target } from '../view.ts';
import { isBan, type DialogState } from './dialog-state.ts';

/** Whom a dialog is for, one a line, as they were when the key was pressed; of many the first. */
export function targetLines(state: DialogState, shared: Shared, size: Size): readonly Line[] {
  const { targets } = state;
  const shown = targets.length <= size.rows ? targets.length : Math.max(1, Math.min(MOST, size.rows - 1));
  const few = Math.min(shown, targets.length > MOST ? MOST : targets.length);
  const lines = targets.slice(0, few).map((target) => targetLine(target, state, shared, size.columns));
  const more = targets.length - few;
  if (more === 0 || size.rows < 2) return lines;
  const text = say(shared, { zh: `另有 ${count(more)} 个`, en: `and ${count(more)} more` });
  return [...lines, [cell(`  ${text}`, size.columns, shared.glyphs.more, { tone: 'dim' })]];
}

const MOST = 8;

function targetLine(target: Target, state: DialogState, shared: Shared, width: number): Line {
  const { more } = shared.glyphs;
  const fixed: readonly Span[] = [
    { text: '  ' },
    cell(target.userId, 6, more),
    cell(target.name, 15, more),
    { text: ' ' },
    cell(target.address ?? '', 15, more),
    { text: ' ' },
    cell(target.client ?? '', 5, more),
  ];
  const rest = Math.max(0, width - 45);
  return [...fixed, { text: ' ' }, remark(target, state, shared, rest)];
}

/** What he will see of the reason, or that he has gone. */
function remark(target: Target, state: DialogState, shared: Shared, width: number): Span {
  const { more } = shared.glyphs;
  const { connection, client } = target;
  if (connection !== undefined && state.gone.has(connection)) {
    const text = isBan(state)
      ? { zh: '已断开, 仍会封禁', en: 'has gone, is banned even so' }
      : { zh: '已断开', en: 'has gone' };
    return cell(say(shared, text), width, more, { tone: 'warn' });
  }
  if (state.kind === 'unban' || client === undefined) return cell('', width, more);
  if (client === 'seed') {
    return cell(say(shared, { zh: '看不到原因', en: 'cannot show a reason' }), width, more, { tone: 'dim' });
  }
  const reason = state.reason.text.trim();
  if (reason === '')
    return cell(say(shared, { zh: '不说原因', en: 'no reason' }), width, more, { tone: 'dim' });
  const told = visibleText(reason);
  return cell(say(shared, { zh: `会看到: ${told}`, en: `will show: ${told}` }), width, more, { tone: 'dim' });
}
