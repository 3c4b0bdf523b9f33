import type { Language } from '../protocol/error-codes.ts';
import type { ListScreen } from './list-screen.ts';
import { say, type CallError, type Shared } from './view.ts';

interface Asked {
  readonly error: CallError | undefined;
  /** No answer has come yet. */
  readonly isAsking: boolean;
  readonly rows: readonly unknown[];
}

/** What is said below a list, or in its place: what went wrong, that it is on its way, or that there is `none`. */
export function listNote(
  { error, isAsking, rows }: Asked,
  none: Readonly<Record<Language, string>>,
  shared: Shared,
): ListScreen<unknown>['note'] {
  if (error !== undefined) return { text: error.text, tone: 'bad' };
  if (rows.length > 0) return undefined;
  return { text: isAsking ? shared.glyphs.more : say(shared, none), tone: 'dim' };
}
