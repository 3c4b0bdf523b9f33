import type { CommandName } from './commands.ts';
import { KEYMAP, type KeyRow } from './keymap.ts';
import type { Key } from './keys.ts';
import type { ViewArguments } from './view.ts';

/** What the key table needs to know of where one is. */
export interface KeyPlace {
  readonly view: keyof ViewArguments;
  readonly isDialog: boolean;
  readonly isPage: boolean;
  /** Its letters are text. */
  readonly isTyping: boolean;
  /** What the view says acts now. */
  readonly commands: readonly CommandName[];
  readonly isReadonly: boolean;
}

/** What a key means there: the view's own first, then what holds everywhere. */
export function rowOf(key: Key, place: KeyPlace): KeyRow | undefined {
  if (key.type === 'paste') return undefined;
  const name = key.type === 'key' ? key.name : key.text === ' ' ? 'space' : key.text;
  const rows = KEYMAP.filter((row) => row.keys.includes(name) && isThere(row, place));
  const listed = rows.filter(({ command }) => command !== undefined && place.commands.includes(command));
  return (
    listed.find(({ views }) => views !== undefined) ??
    listed[0] ??
    rows.find((row) => (row.isEverywhere === true && !place.isDialog) || row.command === 'back')
  );
}

/** The row that says what `command` is there, for the footer. */
export function rowFor(command: CommandName, place: KeyPlace): KeyRow | undefined {
  const rows = KEYMAP.filter((row) => row.command === command && isThere(row, place));
  return rows.find(({ views }) => views !== undefined) ?? rows[0];
}

function isThere({ views, acts }: KeyRow, { view, isReadonly }: KeyPlace): boolean {
  if (isReadonly && acts === true) return false;
  return views === undefined || views.includes(view);
}
