import type { ConsoleState } from './console-state.ts';
import type { Notice } from './view.ts';

/** A notice is shown for a minute, and can be taken back as long. */
const NOTICE_MS = 60_000;

/** Says something above the footer. What the last action is taken back with stays, unless this one brings its own. */
export function withNotice(state: ConsoleState, notice: Notice): ConsoleState {
  const at = state.shared.now;
  const undo = notice.undo === undefined ? state.undo : { undo: notice.undo, at };
  return { ...state, notice: { notice, at }, undo };
}

/** Without what was said, or could be taken back, a minute ago. */
export function withoutOldNotices(state: ConsoleState): ConsoleState {
  const { notice, undo, shared } = state;
  const isOld = (said: { readonly at: number } | undefined) =>
    said !== undefined && shared.now - said.at > NOTICE_MS;
  return { ...state, notice: isOld(notice) ? undefined : notice, undo: isOld(undo) ? undefined : undo };
}
