import type { TargetResult } from '../../protocol/admin-users.ts';
import { say, type Notice, type Shared } from '../view.ts';
import { isBan, isForConnections, KEEP_OUTS, type DialogState } from './dialog-state.ts';

/** What was done, and what takes it back: `disconnected 91 mallory (10 min): "spam"`. */
export function noticeOf(state: DialogState, results: readonly TargetResult[], shared: Shared): Notice {
  const done = results.filter(({ error }) => error === undefined);
  const failed = results.filter((result) => result.error !== undefined && !isCovered(result, state, done));
  const text = [
    ...(done.length === 0 ? [] : [doneText(state, done, shared)]),
    ...(failed.length === 0 ? [] : [failedText(failed, shared)]),
  ].join('; ');
  const tone = failed.length === 0 ? 'good' : 'bad';
  const users = [...new Map(done.flatMap(({ user }) => (user ? [[user.id, user] as const] : []))).keys()];
  const canUndo = state.kind !== 'unban' && !isForConnections(state) && users.length > 0;
  if (!canUndo || users.length > MOST_UNDONE) return { tone, text };
  const lifted = say(shared, {
    zh: `已解除: ${namesOf(done, shared)}`,
    en: `let in again: ${namesOf(done, shared)}`,
  });
  return { tone, text, undo: { method: 'user.unban', input: { users }, done: lifted } };
}

/** A connection that ended with the rest of its user's: whoever is kept out loses all of them at once. */
function isCovered({ target }: TargetResult, state: DialogState, done: readonly TargetResult[]): boolean {
  if (isForConnections(state)) return false;
  const userId = state.targets.find(({ connection }) => connection === target)?.userId;
  return done.some(({ user }) => user !== undefined && user.id === userId);
}

/** More the server does not take at once. */
const MOST_UNDONE = 1000;

function doneText(state: DialogState, done: readonly TargetResult[], shared: Shared): string {
  const names = namesOf(done, shared);
  if (state.kind === 'unban') return say(shared, { zh: `已解除: ${names}`, en: `let in again: ${names}` });
  const reason = state.reason.text.trim();
  const why = reason === '' ? '' : `: "${reason}"`;
  if (isBan(state)) return say(shared, { zh: `已封禁 ${names}${why}`, en: `banned ${names}${why}` });
  const chosen = KEEP_OUTS.find(({ name }) => name === state.keepOut);
  const howLong = chosen === undefined || chosen.name === 'not' ? '' : ` (${say(shared, chosen)})`;
  const wasThere = done.some(({ ended }) => ended > 0);
  return say(shared, {
    zh: `${wasThere ? '已断开' : '已禁入'} ${names}${howLong}${why}`,
    en: `${wasThere ? 'disconnected' : 'kept out'} ${names}${howLong}${why}`,
  });
}

/** `91 mallory`, `3 users`. */
function namesOf(results: readonly TargetResult[], shared: Shared): string {
  const users = new Map(results.map(({ target, user }) => [user?.id ?? target, user?.name ?? '']));
  const [only] = users;
  if (users.size === 1 && only !== undefined) return only.join(' ').trim();
  return say(shared, { zh: `${users.size} 位用户`, en: `${users.size} users` });
}

/** `c-8f2: not found`, and how many more. */
function failedText(failed: readonly TargetResult[], shared: Shared): string {
  const [first] = failed;
  const why = first === undefined ? '' : `${first.target}: ${whyNot(first, shared)}`;
  if (failed.length === 1) return why;
  const more = failed.length - 1;
  return say(shared, { zh: `${why}, 另有 ${more} 个失败`, en: `${why}, and ${more} more failed` });
}

function whyNot({ error }: TargetResult, shared: Shared): string {
  if (error?.code === 'not_found') return say(shared, { zh: '已不在', en: 'has gone' });
  return error?.msg ?? '';
}
