import type { CommandName } from '../commands.ts';
import type { CallError, Effect, Step, ViewEvent } from '../view.ts';
import { newUser, targetOfUser, type UserMessage, type UserState } from './user-state.ts';

type UserStep = Step<UserState, UserMessage>;
type UserEffect = Effect<UserMessage>;

export function openUser(userId: string, connection: string | undefined): UserStep {
  const state = newUser(userId, connection);
  return { state, effects: askForAll(state) };
}

export function updateUser(state: UserState, event: ViewEvent<UserMessage>): UserStep {
  switch (event.type) {
    case 'command':
      return { state, effects: effectsOf(state, event.command) };
    case 'message':
      return onMessage(state, event.message);
    case 'live':
    case 'back':
      return { state, effects: askForAll(state) };
    case 'second':
      return onSecond({ ...state, age: state.age + 1 });
    case 'edit':
    case 'watch':
      return { state };
  }
}

function onMessage(state: UserState, message: UserMessage): UserStep {
  switch (message.type) {
    case 'user':
      // He may have been named as @alice: from here on it is the user with that id, whatever he is called.
      return { state: { ...state, userId: message.user.id, user: message.user, error: undefined } };
    case 'detail':
      // Another connection may be shown by now.
      if (message.detail.id !== state.connection) return { state };
      return { state: { ...state, detail: message.detail, hasEnded: false, error: undefined } };
    case 'ended':
      return onEnded(state, message.connection);
    case 'connections':
      return onConnections(state, message.page);
    case 'history':
      return { state: { ...state, records: message.history.items } };
    case 'failed':
      return { state: { ...state, error: message.error.text } };
  }
}

/** What it was stays to be read; its end is in the history. */
function onEnded(state: UserState, connection: string): UserStep {
  if (connection !== state.connection || state.hasEnded) return { state };
  return { state: { ...state, hasEnded: true }, effects: [askForHistory(state), askForConnections(state)] };
}

/** A page that shows no connection, or one that has ended, goes on with the first there is. */
function onConnections(
  state: UserState,
  page: Extract<UserMessage, { type: 'connections' }>['page'],
): UserStep {
  const counted = { ...state, connections: page.total };
  const [first] = page.items;
  const isShowing = state.connection !== undefined && !state.hasEnded;
  if (isShowing || first === undefined || first.id === state.connection) return { state: counted };
  const found = { ...counted, connection: first.id, detail: undefined, hasEnded: false };
  return { state: found, effects: askForDetail(found) };
}

function onSecond(state: UserState): UserStep {
  if (state.age % EVERY !== 0) return { state };
  return { state, effects: [...askForDetail(state), askForUser(state), askForConnections(state)] };
}

/** Seconds from one question to the next. */
const EVERY = 3;

function effectsOf(state: UserState, command: CommandName): readonly UserEffect[] {
  switch (command) {
    case 'message':
      return [{ do: 'open', view: 'send', argument: { to: state.userId } }];
    case 'disconnect':
    case 'ban':
    case 'unban':
      return [{ do: 'open', view: command, argument: { targets: [targetOfUser(state)] } }];
    case 'history':
      return [{ do: 'open', view: 'history', argument: { userId: state.userId } }];
    case 'copy-id':
      return [{ do: 'copy', id: state.userId }];
    case 'back':
      return [{ do: 'close' }];
    default:
      return [];
  }
}

function askForAll(state: UserState): readonly UserEffect[] {
  return [askForUser(state), ...askForDetail(state), askForConnections(state), askForHistory(state)];
}

function askForUser({ userId }: UserState): UserEffect {
  return {
    do: 'call',
    method: 'user.get',
    input: { user: userId },
    done: (user) => ({ type: 'user', user }),
    failed,
  };
}

function askForDetail({ connection, hasEnded }: UserState): readonly UserEffect[] {
  if (connection === undefined || hasEnded) return [];
  return [
    {
      do: 'call',
      method: 'connection.get',
      input: { connection },
      done: (detail) => ({ type: 'detail', detail }),
      failed: (error) => (error.code === 'not_found' ? { type: 'ended', connection } : failed(error)),
    },
  ];
}

function askForConnections({ userId }: UserState): UserEffect {
  return {
    do: 'call',
    method: 'connection.list',
    input: { filter: `user:${userId}`, limit: 1 },
    done: (page) => ({ type: 'connections', page }),
    failed,
  };
}

function askForHistory({ userId }: UserState): UserEffect {
  return {
    do: 'call',
    method: 'connection.history',
    input: { user: userId, limit: 30 },
    done: (history) => ({ type: 'history', history }),
    failed,
  };
}

function failed(error: CallError): UserMessage {
  return { type: 'failed', error };
}
