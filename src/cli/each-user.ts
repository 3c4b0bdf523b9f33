import type { CommandContext } from './command.ts';
import { CommandError, EXIT, type ExitCode, toCommandError } from './exit-codes.ts';

const STOPS: ReadonlySet<ExitCode> = new Set([EXIT.noServer, EXIT.notAllowed, EXIT.timedOut]);

/**
 * Does `act` to each of `specs` in turn. With several, one that fails is named on stderr and the others go on; in the
 * end that is exit 1. What would fail for all of them alike (no server, not allowed, no answer) stops at once.
 */
export async function eachUser(
  { print }: CommandContext,
  specs: readonly string[],
  act: (spec: string) => Promise<void>,
): Promise<void> {
  let failed = 0;
  for (const spec of specs) {
    try {
      await act(spec);
    } catch (error) {
      const refusal = toCommandError(error);
      if (specs.length === 1 || STOPS.has(refusal.exitCode)) throw refusal;
      print.error(refusal);
      failed += 1;
    }
  }
  if (failed === 0) return;
  throw new CommandError(EXIT.refused, 'partly_failed', {
    en: `${failed} of ${specs.length} failed`,
    zh: `${specs.length} 个中有 ${failed} 个失败`,
  });
}
