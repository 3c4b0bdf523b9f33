import stringWidth from 'string-width';
import { showField, type Field } from '../field.ts';
import { cell, type Line, type Span } from '../lines.ts';
import { count } from '../figures.ts';
import { say, type Shared, type Target } from '../view.ts';
import { countOf, isBan, KEEP_OUTS, usersOf } from './dialog-state.ts';
import type { DialogPart, DialogState } from './dialog-state.ts';

/** A line of a dialog, and where in it the cursor is, if it is there. */
export interface Row {
  readonly line: Line;
  readonly cursor?: number | undefined;
  /** Left out where there is no room. */
  readonly isSpare?: true;
}

const LABEL = 10;

export function reasonRow(state: DialogState, shared: Shared, width: number): Row {
  return fieldRow(state, shared, {
    part: 'reason',
    label: say(shared, { zh: '原因', en: 'Reason' }),
    field: state.reason,
    width,
  });
}

export function countRow(state: DialogState, shared: Shared, width: number): Row {
  const wanted = countOf(state);
  return fieldRow(state, shared, {
    part: 'count',
    label: say(shared, { zh: `输入 ${wanted}`, en: `Type ${wanted}` }),
    field: state.count,
    width,
  });
}

interface FieldRow {
  readonly part: DialogPart;
  readonly label: string;
  readonly field: Field;
  readonly width: number;
}

function fieldRow({ focus }: DialogState, shared: Shared, { part, label, field, width }: FieldRow): Row {
  const before = labelOf(label, focus === part, shared);
  const room = Math.max(1, width - LABEL);
  const { spans, cursorColumn } = showField(field, room, shared);
  return { line: [before, ...spans], cursor: focus === part ? LABEL + cursorColumn : undefined };
}

/** What can be chosen, and what that means for those it is for. On a narrow terminal only what is chosen. */
export function keepOutRows(state: DialogState, shared: Shared, width: number): readonly Row[] {
  const isFocused = state.focus === 'keep-out';
  const label = labelOf(say(shared, { zh: '禁入', en: 'Keep out' }), isFocused, shared);
  const all = KEEP_OUTS.map((choice): Span => {
    const isChosen = choice.name === state.keepOut;
    const mark = isChosen ? shared.glyphs.chosen : shared.glyphs.notChosen;
    const text = `${mark} ${say(shared, choice)}`;
    return isChosen && isFocused ? { text, inverse: true } : { text };
  });
  const needed = all.reduce((sum, { text }) => sum + stringWidth(text) + 2, LABEL - 2);
  const chosen = all[KEEP_OUTS.findIndex(({ name }) => name === state.keepOut)] ?? { text: '' };
  const choices =
    needed <= width ? all.flatMap((span, at) => (at === 0 ? [span] : [{ text: '  ' }, span])) : [chosen];
  const room = Math.max(1, width - LABEL);
  const note = cell(noteOf(state, shared, room), room, shared.glyphs.more, { tone: 'dim' });
  return [{ line: [label, ...choices] }, { line: [{ text: ' '.repeat(LABEL) }, note], isSpare: true }];
}

function noteOf(state: DialogState, shared: Shared, width: number): string {
  if (isBan(state)) {
    return say(shared, { zh: '解除之前都不能再连接', en: 'Nobody of them comes back until it is lifted.' });
  }
  const seeds = usersOf(state.targets.filter(({ client }) => client === 'seed'));
  if (seeds.length === 0) return state.keepOut === 'not' ? say(shared, MAY_COME_BACK) : '';
  if (state.keepOut === 'not') {
    return say(shared, { zh: 'seed 页面约 3 秒后自动重连', en: 'A seed page is back after about 3 s.' });
  }
  return mustReload(seeds, shared, width);
}

/** Who must reload his page, by id where there is room for that. */
function mustReload(seeds: readonly Target[], shared: Shared, width: number): string {
  const ids = seeds.map(({ userId }) => userId).join(', ');
  const many = count(seeds.length);
  const ways = [
    {
      zh: `seed 页面重试 45 秒后放弃, 须刷新才能回来: ${ids}`,
      en: `A seed page gives up after 45 s: ${ids} must reload it to come back.`,
    },
    { zh: `seed 页面 45 秒后放弃, 须刷新: ${ids}`, en: `After 45 s ${ids} must reload the seed page.` },
  ].map((way) => say(shared, way));
  const fitting = ways.find((way) => stringWidth(way) <= width);
  if (fitting !== undefined) return fitting;
  return say(shared, {
    zh: `seed 页面 45 秒后放弃: ${many} 人须刷新`,
    en: `After 45 s ${many} users must reload the seed page.`,
  });
}

const MAY_COME_BACK = { zh: '随时可以再连接', en: 'They may connect again at once.' };

/** What was wrong, or that the server is at it. */
export function errorRow({ error, pending }: DialogState, shared: Shared, width: number): Row {
  if (pending !== undefined) {
    return { line: [cell(say(shared, { zh: '执行中', en: 'under way' }), width, '', { tone: 'dim' })] };
  }
  if (error === undefined) return { line: [], isSpare: true };
  return { line: [cell(error, width, shared.glyphs.more, { tone: 'bad' })] };
}

/** `[ Cancel ]   Disconnect`, at the right: brackets say which of them enter presses. */
export function buttonsLine(state: DialogState, shared: Shared, width: number): Line {
  const cancel = button(say(shared, { zh: '取消', en: 'Cancel' }), 'cancel', state);
  const act = button(actText(state, shared), 'act', state);
  const used = stringWidth(cancel.text) + stringWidth(act.text) + 1;
  return [{ text: ' '.repeat(Math.max(0, width - used - 1)) }, cancel, { text: ' ' }, act];
}

function actText(state: DialogState, shared: Shared): string {
  if (state.kind === 'unban') return say(shared, { zh: '解除', en: 'Let in' });
  if (isBan(state)) return say(shared, { zh: '封禁', en: 'Ban' });
  return say(shared, { zh: '断开', en: 'Disconnect' });
}

function button(text: string, name: DialogState['marked'], { marked, focus }: DialogState): Span {
  if (name !== marked) return { text: `  ${text}  ` };
  return focus === 'buttons' ? { text: `[ ${text} ]`, inverse: true } : { text: `[ ${text} ]` };
}

function labelOf(text: string, isFocused: boolean, { glyphs }: Shared): Span {
  return cell(text, LABEL, glyphs.more, isFocused ? { bold: true, tone: 'accent' } : {});
}
