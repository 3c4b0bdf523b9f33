import type { CommandName } from '../commands.ts';
import { defineView } from '../view.ts';
import { drawSend } from './draw-send.ts';
import { openForm, type SendMessage, type SendState } from './send-state.ts';
import { asked, updateSend } from './update-send.ts';

/** The form a message is written in, to a user or a group, in anybody's name. */
export const sendView = defineView<'send', SendState, SendMessage>({
  name: 'send',
  shape: 'page',
  open: (argument, shared, last) => asked(openForm(argument, last), shared),
  update: updateSend,
  draw: drawSend,
  commands: () => COMMANDS,
  isTyping: () => true,
  watches: () => ({}),
});

const COMMANDS: readonly CommandName[] = ['next-field', 'accept', 'send-again', 'back'];
