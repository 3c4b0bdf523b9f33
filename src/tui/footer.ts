import { visibleText } from '../protocol/visible-text.ts';
import type { ConsoleState, TimedNotice } from './console-state.ts';
import { showField } from './field.ts';
import { keyLabel } from './key-labels.ts';
import { rowFor, type KeyPlace } from './key-place.ts';
import { FIELD_KEYS, KEYMAP, type KeyRow } from './keymap.ts';
import { fit, widthOf, type Line, type Picture } from './lines.ts';
import { lineWidth, partsThatFit } from './lines-layout.ts';
import { placeOf } from './reduce-key.ts';
import { clockTime } from './times.ts';
import { say, type Shared } from './view.ts';

/** The last line: what the keys do here; or the command line while it is typed. */
export function drawFooter(state: ConsoleState): Picture {
  const { columns } = state.terminal;
  if (state.commandLine !== undefined) {
    const { spans, cursorColumn } = showField(state.commandLine, columns - 2, state.shared);
    return { lines: [[{ text: ' :' }, ...spans]], cursor: { row: 0, column: cursorColumn + 2 } };
  }
  const top = state.layers.at(-1);
  if (top === undefined) return { lines: [[]] };
  return { lines: [keysLine(placeOf(state, top), state.shared, columns)] };
}

/** ` ✓ 14:01:58 disconnected 91 mallory (10 min): "spam" · u undo` */
export function drawNotice({ notice, at }: TimedNotice, shared: Shared, width: number): Line {
  const { glyphs } = shared;
  const mark = { good: glyphs.check, bad: glyphs.cross, plain: ' ' }[notice.tone];
  const undo = say(shared, { en: 'u undo', zh: 'u 撤销' });
  const end = notice.undo === undefined || shared.isReadonly ? '' : ` ${glyphs.middot} ${undo}`;
  const head = ` ${mark} ${clockTime(at)} `;
  const room = Math.max(0, width - widthOf(head) - widthOf(end));
  return [
    { text: head, tone: notice.tone },
    { text: fit(visibleText(notice.text), room, glyphs.more), ...(notice.tone === 'bad' && { tone: 'bad' }) },
    { text: end, tone: 'accent' },
  ];
}

/** Its own keys first; how to go on from here always. */
function keysLine(place: KeyPlace, shared: Shared, width: number): Line {
  const ends = endRows(place);
  const end = ends.flatMap((row, at) => [...(at === 0 ? [] : [{ text: '  ' }]), ...keyText(row, shared)]);
  const own = ownRows(place).filter((row) => !ends.includes(row));
  const room = width - 1 - (end.length === 0 ? 0 : lineWidth(end) + 2);
  const parts = own.map((row) => keyText(row, shared));
  const start = partsThatFit(parts, '  ', room);
  const gap = start.length === 0 || end.length === 0 ? [] : [{ text: '  ' }];
  return [{ text: ' ' }, ...start, ...gap, ...end];
}

/** What the view lists, in its order; a text field's own keys behind the one that sends. */
function ownRows(place: KeyPlace): readonly KeyRow[] {
  const isForm = place.isDialog || place.commands.includes('next-field');
  if (place.isTyping && !isForm) return FIELD_KEYS;
  const listed = place.commands.flatMap((command) => rowFor(command, place) ?? []);
  const fieldKeys = KEYMAP.filter((row) => {
    return row.command === undefined && row.short !== undefined && row.views?.includes(place.view) === true;
  });
  const rows = listed.flatMap((row) => (row.command === 'accept' ? [row, ...fieldKeys] : [row]));
  return [...new Set(rows)].filter(({ short }) => short !== undefined);
}

/** What is never left out: back from a page, elsewhere, away. Where letters are text there is none of it. */
function endRows(place: KeyPlace): readonly KeyRow[] {
  if (place.isDialog || place.isTyping || place.view === 'send') return [];
  const back = place.isPage ? rowFor('back', place) : undefined;
  const general = KEYMAP.filter((row) => row.isEverywhere === true && row.short !== undefined);
  return back === undefined ? general : [back, ...general];
}

function keyText(row: KeyRow, shared: Shared): Line {
  const labels = (row.label ?? row.keys.slice(0, 1)).map((key) => keyLabel(key, shared.glyphs));
  const keys = labels.join(labels.some((label) => label.length > 1) ? '/' : '');
  return [
    { text: keys, bold: true },
    { text: ` ${say(shared, row.short ?? row.text)}`, tone: 'dim' },
  ];
}
