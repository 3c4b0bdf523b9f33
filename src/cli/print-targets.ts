import type { TargetResult } from '../protocol/admin-users.ts';
import type { CommandContext } from './command.ts';
import { type Bilingual, CommandError, EXIT } from './exit-codes.ts';

/** A line for each target for whom it was done; one that was refused is named on stderr, and in the end that is exit 1. */
export function printTargets(
  { print }: CommandContext,
  results: readonly TargetResult[],
  toLine: (result: TargetResult) => Bilingual,
): void {
  const refusals: CommandError[] = [];
  for (const result of results) {
    const refusal = toRefusal(result);
    if (refusal === undefined) print.result(toLine(result), result);
    else refusals.push(refusal);
  }
  const [first] = refusals;
  if (first === undefined) return;
  if (results.length === 1) throw first;
  for (const refusal of refusals) print.error(refusal);
  throw new CommandError(EXIT.refused, 'partly_failed', {
    en: `${refusals.length} of ${results.length} failed`,
    zh: `${results.length} 个中有 ${refusals.length} 个失败`,
  });
}

// The server's text names him, as a rule.
function toRefusal({ target, error }: TargetResult): CommandError | undefined {
  if (error === undefined) return undefined;
  const text = error.msg.includes(target) ? error.msg : `${target}: ${error.msg}`;
  return new CommandError(EXIT.refused, error.code, { en: text, zh: text });
}
