import { COMMAND_WORDS } from './command-line.ts';
import { KEYMAP, type Bilingual, type KeyRow, type KeySection } from './keymap.ts';
import { keyLabel } from './key-labels.ts';
import { cell, type Line } from './lines.ts';
import { isListMove, LIST_MOVES, type ListMove } from './list.ts';
import { scrollText, topOf } from './scroll.ts';
import { titleLine } from './title-line.ts';
import { defineView, say, type Shared } from './view.ts';

/** The `?` page: every key and every word of `:`, from their tables. */
export const keysView = defineView<'keys', KeysState, never>({
  name: 'keys',
  shape: 'page',
  open: () => ({ state: { top: 0 } }),
  update(state, event, shared) {
    if (event.type !== 'command') return { state };
    return { state: isListMove(event.command) ? moved(state, event.command, shared) : state };
  },
  draw({ top }, shared, { columns, rows }) {
    const lines = keyLines(shared, columns);
    const first = topOf(top, lines.length, rows - 1);
    const title = say(shared, { en: 'Keys', zh: '按键' });
    const last = Math.min(lines.length, first + rows - 1);
    return {
      lines: [
        titleLine(title, `${first + 1}-${last}/${lines.length}`, columns, shared.glyphs),
        ...lines.slice(first, last),
      ],
    };
  },
  commands: () => [...LIST_MOVES, 'back'],
  isTyping: () => false,
  watches: () => ({}),
});

interface KeysState {
  /** The first line that is shown. */
  readonly top: number;
}

function moved({ top }: KeysState, move: ListMove, shared: Shared): KeysState {
  const total = keyLines(shared, shared.size.columns).length;
  return { top: scrollText(top, move, total, Math.max(1, shared.size.rows - 1)) };
}

export const KEY_SECTIONS: Readonly<Record<KeySection, Bilingual>> = {
  screens: { en: 'Screens', zh: '界面' },
  move: { en: 'Move', zh: '移动' },
  look: { en: 'Look', zh: '查看' },
  act: { en: 'Mark and act', zh: '标记与操作' },
  form: { en: 'In dialogs and forms', zh: '对话框与表单' },
  leave: { en: 'Leave and find one’s way', zh: '离开与导航' },
};

/** The rows of a section, each once: a key that does the same in several places has one line. */
export function rowsOf(section: KeySection, isReadonly: boolean): readonly KeyRow[] {
  return KEYMAP.filter((row) => row.section === section && !(isReadonly && row.acts === true));
}

function keyLines(shared: Shared, width: number): readonly Line[] {
  const sections = Object.keys(KEY_SECTIONS) as KeySection[];
  const keys = sections.flatMap((section) => [
    heading(say(shared, KEY_SECTIONS[section])),
    ...rowsOf(section, shared.isReadonly).map((row) =>
      entry(labelsOf(row, shared), say(shared, row.text), { width, shared }),
    ),
    [],
  ]);
  const words = COMMAND_WORDS.map(({ word, form = '', text }) =>
    entry(`:${word} ${form}`, say(shared, text), { width, shared }),
  );
  const title = say(shared, {
    en: 'Words after : (their beginning is enough)',
    zh: ': 之后的词(写开头即可)',
  });
  return [...keys, heading(title), ...words];
}

function labelsOf({ keys }: KeyRow, { glyphs }: Shared): string {
  return keys.map((key) => keyLabel(key, glyphs)).join(' ');
}

function heading(text: string): Line {
  return [{ text: ` ${text}`, bold: true }];
}

function entry(
  left: string,
  right: string,
  place: { readonly width: number; readonly shared: Shared },
): Line {
  const { width, shared } = place;
  const keyWidth = Math.min(28, Math.floor(width / 2) - 3);
  return [
    { text: '   ' },
    cell(left, keyWidth, shared.glyphs.more, { tone: 'accent' }),
    { text: ' ' },
    cell(right, Math.max(0, width - keyWidth - 4), shared.glyphs.more),
  ];
}
