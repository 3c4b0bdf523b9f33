import type { Effect, Target } from '../view.ts';
import { isBan, isForConnections, KEEP_OUTS, usersOf } from './dialog-state.ts';
import type { DialogMessage, DialogState } from './dialog-state.ts';

/** What the dialog does, to these of its targets. */
export function actOn(state: DialogState, targets: readonly Target[]): Effect<DialogMessage> {
  const users = usersOf(targets).map(({ userId }) => userId);
  if (state.kind === 'unban') return { do: 'call', method: 'user.unban', input: { users }, ...ENDS };
  const reason = state.reason.text.trim();
  const why = reason === '' ? {} : { reason };
  if (isBan(state)) return { do: 'call', method: 'user.ban', input: { users, ...why }, ...ENDS };
  return { do: 'call', method: 'user.kick', input: { ...kicked(state, targets), ...why }, ...ENDS };
}

/** A connection as it was when the key was pressed; its user, where he was named without one. */
function kicked(state: DialogState, targets: readonly Target[]) {
  const connections = targets.flatMap(({ connection }) => (connection === undefined ? [] : [connection]));
  const without = targets.filter(({ connection }) => connection === undefined);
  return {
    ...(connections.length === 0 ? {} : { connections }),
    ...(without.length === 0 ? {} : { users: usersOf(without).map(({ userId }) => userId) }),
    for: isForConnections(state) ? 0 : secondsOf(state),
  };
}

function secondsOf({ keepOut }: DialogState): number {
  return KEEP_OUTS.find(({ name }) => name === keepOut)?.seconds ?? 0;
}

const ENDS = {
  done: (answer) => ({ type: 'done', answer }),
  failed: (error) => ({ type: 'failed', error }),
} satisfies Pick<Extract<Effect<DialogMessage>, { method: 'user.kick' }>, 'done' | 'failed'>;

/** Whether those that are named in sight still are: one that has gone is said to be. */
export function askWhoIsThere({ targets, gone, kind }: DialogState): readonly Effect<DialogMessage>[] {
  if (kind === 'unban') return [];
  return targets.slice(0, MOST_ASKED).flatMap(({ connection }): readonly Effect<DialogMessage>[] => {
    if (connection === undefined || gone.has(connection)) return [];
    return [
      {
        do: 'call',
        method: 'connection.get',
        input: { connection },
        done: () => ({ type: 'there' }),
        failed: ({ code }) => (code === 'not_found' ? { type: 'gone', connection } : { type: 'there' }),
      },
    ];
  });
}

const MOST_ASKED = 8;
