import type { CommandName } from '../commands.ts';
import { LIST_MOVES } from '../list.ts';
import { defineView } from '../view.ts';
import { drawHistory } from './draw-history.ts';
import { openHistory, updateHistory, type HistoryMessage, type HistoryState } from './update-history.ts';

/** All connections a user had, and why they ended. */
export const historyView = defineView<'history', HistoryState, HistoryMessage>({
  name: 'history',
  shape: 'page',
  open: ({ userId }) => openHistory(userId),
  update: updateHistory,
  draw: drawHistory,
  commands: () => COMMANDS,
  isTyping: () => false,
  watches: () => ({}),
});

const COMMANDS: readonly CommandName[] = ['details', 'copy-id', 'back', ...LIST_MOVES];
