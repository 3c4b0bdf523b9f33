import stringWidth from 'string-width';
import { showField } from '../field.ts';
import { count } from '../figures.ts';
import { clipLine } from '../lines-layout.ts';
import { cell, type Line, type Picture, type Span } from '../lines.ts';
import { showTextArea } from '../text-area.ts';
import { titleLine } from '../title-line.ts';
import { say, type Shared, type Size } from '../view.ts';
import { resultLines } from './result-lines.ts';
import type { Found, FormField, SendState } from './send-state.ts';

/** The form, and below it what came of the last message. */
export function drawSend(state: SendState, shared: Shared, size: Size): Picture {
  const width = size.columns;
  const results = resultLines(state, shared, width);
  const textRows = Math.max(1, Math.min(6, size.rows - FORM_ROWS - 1 - Math.max(3, results.length)));
  const parts = [
    kindPart(state, shared),
    namePart({ state, field: 'to', shared, width }),
    namePart({ state, field: 'as', shared, width }),
    typePart(state, shared),
    waitPart(state, shared),
    textPart(state, shared, { columns: width, rows: textRows }),
  ];
  const title = say(shared, { zh: '发送消息', en: 'Send a message' });
  const lines: Line[] = [titleLine(title, '', width, shared.glyphs)];
  let cursor: Picture['cursor'];
  for (const part of parts) {
    if (part.cursor !== undefined) {
      cursor = { row: lines.length + part.cursor.row, column: part.cursor.column };
    }
    lines.push(...part.lines);
  }
  lines.push(titleLine(say(shared, { zh: '结果', en: 'Result' }), '', width, shared.glyphs), ...results);
  return inSight(lines, cursor, size);
}

/** Title, recipient in two lines, sender, type and what is waited for. */
const FORM_ROWS = 6;
/** Where the fields begin. */
const LEFT = 12;

interface Part {
  readonly lines: readonly Line[];
  readonly cursor?: { readonly row: number; readonly column: number } | undefined;
}

/** On a screen too low for all of it, the part with the cursor. */
function inSight(lines: readonly Line[], cursor: Picture['cursor'], size: Size): Picture {
  const row = cursor?.row ?? 0;
  const top = lines.length <= size.rows ? 0 : Math.max(0, Math.min(row - 1, lines.length - size.rows));
  const shown = lines.slice(top, top + size.rows).map((line) => clipLine(line, size.columns));
  const column = Math.min(cursor?.column ?? 0, size.columns - 1);
  return { lines: shown, cursor: cursor && { row: row - top, column } };
}

function kindPart(state: SendState, shared: Shared): Part {
  const choices = [
    ['user', say(shared, { zh: '用户', en: 'user' })],
    ['group', say(shared, { zh: '群组', en: 'group' })],
  ] as const;
  return choicePart({ state, field: 'kind', label: LABELS.kind, chosen: state.kind, choices, shared });
}

function typePart(state: SendState, shared: Shared): Part {
  const choices = [
    [1, say(shared, { zh: '文本', en: 'text' })],
    [2, say(shared, { zh: '图片', en: 'image' })],
    [3, say(shared, { zh: '表情', en: 'sticker' })],
    [4, say(shared, { zh: '文件', en: 'file' })],
  ] as const;
  return choicePart({ state, field: 'type', label: LABELS.type, chosen: state.type, choices, shared });
}

function waitPart(state: SendState, shared: Shared): Part {
  const choices = [
    ['stored', say(shared, { zh: '已存储', en: 'stored' })],
    ['delivered', say(shared, { zh: '已送达', en: 'delivered' })],
  ] as const;
  return choicePart({ state, field: 'wait', label: LABELS.wait, chosen: state.wait, choices, shared });
}

interface Choice<T> {
  readonly state: SendState;
  readonly field: FormField;
  readonly label: { readonly zh: string; readonly en: string };
  readonly chosen: T;
  readonly choices: readonly (readonly [T, string])[];
  readonly shared: Shared;
}

function choicePart<T>({ state, field, label, chosen, choices, shared }: Choice<T>): Part {
  const hasFocus = state.focus === field;
  const { glyphs } = shared;
  const spans: Span[] = [labelSpan(say(shared, label), hasFocus)];
  let column = LEFT + 1;
  let cursorColumn = column;
  for (const [value, name] of choices) {
    const isChosen = value === chosen;
    const text = `${isChosen ? glyphs.chosen : glyphs.notChosen} ${name}  `;
    if (isChosen) cursorColumn = column;
    column += stringWidth(text);
    spans.push({ text, ...(isChosen && hasFocus ? { bold: true } : {}) });
  }
  return { lines: [spans], cursor: hasFocus ? { row: 0, column: cursorColumn } : undefined };
}

interface Name {
  readonly state: SendState;
  readonly field: 'to' | 'as';
  readonly shared: Shared;
  readonly width: number;
}

function namePart({ state, field, shared, width }: Name): Part {
  const hasFocus = state.focus === field;
  const label = field === 'as' ? say(shared, LABELS.as) : '';
  const fieldWidth = Math.max(8, Math.min(16, Math.floor((width - LEFT) / 4)));
  const { spans, cursorColumn } = showField(state[field], fieldWidth, shared);
  const about = aboutName(state, field, shared);
  const room = Math.max(0, width - LEFT - fieldWidth - 2);
  return {
    lines: [
      [
        labelSpan(label, hasFocus),
        ...spans,
        { text: '  ' },
        cell(about.text, room, shared.glyphs.more, { tone: about.tone }),
      ],
    ],
    cursor: hasFocus ? { row: 0, column: LEFT + cursorColumn } : undefined,
  };
}

function aboutName(
  state: SendState,
  field: 'to' | 'as',
  shared: Shared,
): { readonly text: string; readonly tone: 'good' | 'dim' | 'bad' } {
  const found: Found = state.found[field];
  if (state[field].text.trim() !== '' && found.text !== undefined) {
    return { text: found.text, tone: found.tone ?? 'dim' };
  }
  if (field === 'as') return { text: say(shared, AS_HINT), tone: 'dim' };
  return { text: say(shared, state.kind === 'user' ? USER_HINT : GROUP_HINT), tone: 'dim' };
}

function textPart(state: SendState, shared: Shared, size: Size): Part {
  const hasFocus = state.focus === 'text';
  const bytes = bytesOf(state, shared);
  const room = stringWidth(bytes.text) + 2;
  const width = Math.max(2, size.columns - LEFT - room);
  const { lines, cursor } = showTextArea(state.text, width, size.rows);
  return {
    lines: lines.map((line, at) => [
      labelSpan(at === 0 ? say(shared, LABELS.text) : '', hasFocus),
      ...line,
      cell(at === 0 ? bytes.text : '', room, shared.glyphs.more, { align: 'right', tone: bytes.tone }),
    ]),
    cursor: hasFocus ? { row: cursor.row, column: LEFT + cursor.column } : undefined,
  };
}

/** `    32 / 16,384 B`, as wide for one text as for another; of a narrow screen only the bytes there are. */
function bytesOf({ text }: SendState, { ready, size }: Shared): { text: string; tone: 'dim' | 'bad' } {
  const bytes = new TextEncoder().encode(text.text).length;
  const max = ready?.maxContent;
  const tone = max !== undefined && bytes > max ? 'bad' : 'dim';
  if (max === undefined || size.columns < 60) return { text: `${count(bytes)} B`.padStart(8), tone };
  const most = count(max);
  return { text: `${count(bytes).padStart(most.length)} / ${most} B`, tone };
}

function labelSpan(label: string, hasFocus: boolean): Span {
  const span = cell(`  ${label}`, LEFT, '');
  return hasFocus ? { ...span, tone: 'accent', bold: true } : { ...span, tone: 'dim' };
}

const LABELS = {
  kind: { zh: '发给', en: 'To' },
  as: { zh: '身份', en: 'As' },
  type: { zh: '类型', en: 'Type' },
  wait: { zh: '等待', en: 'Wait for' },
  text: { zh: '内容', en: 'Text' },
} as const;

const AS_HINT = {
  zh: '(留空为首个管理员; 可选任何用户, 记入审计)',
  en: '(the first administrator; or any user, audited)',
} as const;
const USER_HINT = { zh: '(2 或 @alice)', en: '(2 or @alice)' } as const;
const GROUP_HINT = { zh: '(群组 id, 如 all)', en: "(a group's id, as all)" } as const;
