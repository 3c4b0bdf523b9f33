import type { TargetResult, TargetResults } from '../../protocol/admin-users.ts';
import { fieldOf, type Field } from '../field.ts';
import type { CallError, Target } from '../view.ts';

/** The dialogs that act on users: they name whom as he was when the key was pressed, and act on nobody else. */
export type DialogKind = 'disconnect' | 'ban' | 'unban';

export interface DialogState {
  readonly kind: DialogKind;
  readonly targets: readonly Target[];
  /** Connections among them that have ended since. */
  readonly gone: ReadonlySet<string>;
  readonly focus: DialogPart;
  readonly reason: Field;
  readonly keepOut: KeepOutName;
  /** What is typed where the count is asked for. */
  readonly count: Field;
  readonly marked: 'cancel' | 'act';
  /** What was pressed, while the server is at it. */
  readonly pending: Pending | undefined;
  /** Why it was not done. */
  readonly error: string | undefined;
  readonly age: number;
}

export interface Pending {
  /** Those it was not asked for yet: it takes so many at once. */
  readonly rest: readonly Target[];
  readonly results: readonly TargetResult[];
}

export type DialogPart = 'reason' | 'keep-out' | 'count' | 'buttons';

export type DialogMessage =
  | { readonly type: 'done'; readonly answer: TargetResults }
  | { readonly type: 'failed'; readonly error: CallError }
  | { readonly type: 'gone'; readonly connection: string }
  | { readonly type: 'there' };

export type KeepOutName = 'not' | 'minute' | 'ten-minutes' | 'hour' | 'ban';

/** What can be chosen, in seconds; a ban has none. */
export const KEEP_OUTS = [
  { name: 'not', seconds: 0, zh: '不禁入', en: 'not' },
  { name: 'minute', seconds: 60, zh: '60 秒', en: '60 s' },
  { name: 'ten-minutes', seconds: 600, zh: '10 分钟', en: '10 min' },
  { name: 'hour', seconds: 3600, zh: '1 小时', en: '1 h' },
  { name: 'ban', seconds: undefined, zh: '封禁直到解除', en: 'ban until lifted' },
] as const;

export function newDialog(kind: DialogKind, targets: readonly Target[]): DialogState {
  return {
    kind,
    targets,
    gone: new Set(),
    focus: kind === 'unban' ? 'buttons' : 'reason',
    reason: fieldOf(),
    keepOut: 'minute',
    count: fieldOf(),
    marked: 'cancel',
    pending: undefined,
    error: undefined,
    age: 0,
  };
}

/** Whether those it is for are kept out until that is lifted. */
export function isBan({ kind, keepOut }: DialogState): boolean {
  return kind === 'ban' || (kind === 'disconnect' && keepOut === 'ban');
}

/** Whether each target is a connection alone, and not its user with all he has. */
export function isForConnections({ kind, keepOut }: DialogState): boolean {
  return kind === 'disconnect' && keepOut === 'not';
}

/** Each user once. */
export function usersOf(targets: readonly Target[]): readonly Target[] {
  return [...new Map(targets.map((target) => [target.userId, target])).values()];
}

/** How many it acts on: what has to be typed where a count is asked for. */
export function countOf(state: DialogState): number {
  return isForConnections(state) ? state.targets.length : usersOf(state.targets).length;
}

/** A ban, and more than 20 at once, want the count typed. */
export function wantsCount(state: DialogState): boolean {
  return state.kind !== 'unban' && (isBan(state) || state.targets.length > MANY);
}

const MANY = 20;

/** Its fields from the top. */
export function partsOf(state: DialogState): readonly DialogPart[] {
  const count: readonly DialogPart[] = wantsCount(state) ? ['count'] : [];
  const fields: Readonly<Record<DialogKind, readonly DialogPart[]>> = {
    disconnect: ['reason', 'keep-out', ...count],
    ban: ['reason', ...count],
    unban: [],
  };
  return [...fields[state.kind], 'buttons'];
}
