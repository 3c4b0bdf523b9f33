import { parseCommandLine } from './command-line.ts';
import type { CommandName } from './commands.ts';
import type { ConsoleState, ConsoleStep, Layer } from './console-state.ts';
import { editField, fieldOf } from './field.ts';
import { rowOf, type KeyPlace } from './key-place.ts';
import type { Bilingual } from './keymap.ts';
import { toEdit, type Key } from './keys.ts';
import { closeLayer, openView, tellLayer } from './layers.ts';
import { withNotice } from './notices.ts';
import { say, type OpenEffect } from './view.ts';
import { SCREENS, viewOf, type ScreenName } from './views.ts';

/** What a key does: in the command line, in a view's text field, or as a command. */
export function reduceKey(state: ConsoleState, key: Key): ConsoleStep {
  if (key.type === 'key' && key.name === 'ctrl-c') return left(state, 130);
  if (state.commandLine !== undefined) return inCommandLine(state, key);
  const top = state.layers.at(-1);
  if (top === undefined) return key.type === 'text' && key.text === 'q' ? left(state, 0) : still(state);
  if (viewOf(top.name).isTyping(top.state)) return inField(state, top, key);
  const place = placeOf(state, top);
  const row = rowOf(key, place);
  if (row?.command === undefined) return still(state);
  if (row.acts === true && state.shared.link.state !== 'live') return notConnected(state);
  return onCommand(state, row.command, { top, isListed: place.commands.includes(row.command) });
}

/** Where one is, for the table of keys. */
export function placeOf(state: ConsoleState, top: Layer): KeyPlace {
  const view = viewOf(top.name);
  return {
    view: top.name,
    isDialog: view.shape === 'dialog',
    isPage: view.shape === 'page',
    isTyping: view.isTyping(top.state),
    commands: view.commands(top.state, state.shared),
    isReadonly: state.shared.isReadonly,
  };
}

function inField(state: ConsoleState, top: Layer, key: Key): ConsoleStep {
  const edit = toEdit(key);
  return edit === undefined ? still(state) : tellLayer(state, top.id, { type: 'edit', edit });
}

function inCommandLine(state: ConsoleState, key: Key): ConsoleStep {
  const edit = toEdit(key);
  if (edit === undefined || state.commandLine === undefined) return still(state);
  const isEmpty = state.commandLine.text === '';
  const closed = { ...state, commandLine: undefined };
  if ('key' in edit && (edit.key === 'escape' || (edit.key === 'backspace' && isEmpty))) return still(closed);
  if ('key' in edit && edit.key === 'enter') return runCommandLine(closed, state.commandLine.text);
  return still({ ...state, commandLine: editField(state.commandLine, edit) });
}

function runCommandLine(state: ConsoleState, text: string): ConsoleStep {
  const line = parseCommandLine(text);
  if (line === undefined) return still(state);
  if (line.do === 'quit') return left(state, 0);
  if (line.do === 'open') return openView(state, line.open);
  return refuse(state, line.text);
}

interface CommandPlace {
  readonly top: Layer;
  /** The view takes it itself. */
  readonly isListed: boolean;
}

function onCommand(state: ConsoleState, command: CommandName, { top, isListed }: CommandPlace): ConsoleStep {
  if (isListed) return tellLayer(state, top.id, { type: 'command', command });
  const screen = SCREENS.find((name) => command === `screen-${name}`);
  if (screen !== undefined) return goTo(state, screen);
  switch (command) {
    case 'quit':
      return left(state, 0);
    case 'back':
      return closeLayer(state, top.id);
    case 'help':
      return top.name === 'keys'
        ? closeLayer(state, top.id)
        : openView(state, { do: 'open', view: 'keys', argument: {} });
    case 'command-line':
      return still({ ...state, commandLine: fieldOf('') });
    case 'reconnect':
      return { state, effects: [{ do: 'reconnect' }] };
    case 'undo':
      return undo(state);
    default:
      return still(state);
  }
}

/** Pages and dialogs close; the screen one is on already stays as it is. */
function goTo(state: ConsoleState, screen: ScreenName): ConsoleStep {
  const [bottom, above] = state.layers;
  if (bottom?.name !== screen)
    return openView(state, { do: 'open', view: screen, argument: {} } as OpenEffect);
  return above === undefined ? still(state) : closeLayer(state, above.id);
}

function undo(state: ConsoleState): ConsoleStep {
  if (state.undo === undefined) {
    return refuse(state, { en: 'nothing to take back', zh: '没有可撤销的操作' });
  }
  return {
    state: { ...state, notice: undefined, undo: undefined },
    effects: [{ do: 'undo', undo: state.undo.undo }],
  };
}

function notConnected(state: ConsoleState): ConsoleStep {
  return refuse(state, { en: 'not connected: nothing was done', zh: '未连接: 未执行' });
}

function refuse(state: ConsoleState, text: Bilingual): ConsoleStep {
  return still(withNotice(state, { tone: 'bad', text: say(state.shared, text) }));
}

function left(state: ConsoleState, code: number): ConsoleStep {
  return still({ ...state, left: code });
}

function still(state: ConsoleState): ConsoleStep {
  return { state, effects: [] };
}
