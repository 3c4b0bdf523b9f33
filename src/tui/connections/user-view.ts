import type { CommandName } from '../commands.ts';
import { defineView } from '../view.ts';
import { drawUser } from './draw-user.ts';
import { openUser, updateUser } from './update-user.ts';
import type { UserMessage, UserState } from './user-state.ts';

/** A user: his account, the connection he has, and why earlier ones ended. */
export const userView = defineView<'user', UserState, UserMessage>({
  name: 'user',
  shape: 'page',
  open: ({ userId, connection }) => openUser(userId, connection),
  update: updateUser,
  draw: drawUser,
  commands: () => COMMANDS,
  isTyping: () => false,
  watches: () => ({}),
});

const COMMANDS: readonly CommandName[] = [
  'message',
  'disconnect',
  'ban',
  'unban',
  'history',
  'copy-id',
  'back',
];
