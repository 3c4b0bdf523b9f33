import type { CommandName } from '../commands.ts';
import type { Target, View } from '../view.ts';
import { askWhoIsThere } from './dialog-calls.ts';
import { newDialog, partsOf, type DialogKind, type DialogMessage, type DialogState } from './dialog-state.ts';
import { drawDialog } from './draw-dialog.ts';
import { updateDialog } from './update-dialog.ts';

type ActionDialog<K extends DialogKind> = View<
  { readonly targets: readonly Target[] },
  DialogState,
  DialogMessage
> & { readonly name: K };

/** A dialog that acts on the users it names, and on nobody else. */
export function actionDialog<K extends DialogKind>(kind: K): ActionDialog<K> {
  return {
    name: kind,
    shape: 'dialog',
    open({ targets }) {
      const state = newDialog(kind, targets);
      return { state, effects: askWhoIsThere(state) };
    },
    update: updateDialog,
    draw: drawDialog,
    commands: (state) => (partsOf(state).length > 1 ? ['next-field', ...COMMANDS] : COMMANDS),
    isTyping: () => true,
    watches: () => ({}),
  };
}

const COMMANDS: readonly CommandName[] = ['left', 'right', 'accept', 'back'];
