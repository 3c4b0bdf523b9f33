import type { TargetResult } from '../../protocol/admin-users.ts';
import { ChatError, ERRORS, type ErrorCode, type Language, toChatError } from '../../protocol/error-codes.ts';
import type { Log } from '../chat/ports.ts';

/** One of several targets of a command, as it was named, and what is done to it. */
export interface TargetAct {
  readonly target: string;
  act(): Promise<TargetResult>;
}

/**
 * Acts on several targets, one after the other; what one is refused with becomes its answer, in `language`. When we fail
 * (the database does not answer), the rest is not tried: each would wait as long, and gets the same answer at once. Never
 * rejects, so that what was done before is told.
 */
export async function eachTarget(
  acts: readonly TargetAct[],
  { log, language = 'zh' }: { readonly log: Log; readonly language?: Language | undefined },
): Promise<readonly TargetResult[]> {
  const results: TargetResult[] = [];
  let failure: ChatError | undefined;
  for (const { target, act } of acts) {
    const outcome: TargetResult | ChatError = failure ?? (await act().catch(toChatError));
    results.push(outcome instanceof ChatError ? toRefused(target, outcome, language) : outcome);
    if (outcome === failure || !(outcome instanceof ChatError) || outcome.status < 500) continue;
    failure = outcome;
    if (outcome.code === 'internal') log.error('target_failed', { target, error: outcome.cause });
  }
  return results;
}

function toRefused(target: string, error: ChatError, language: Language): TargetResult {
  return { target, ended: 0, error: { code: error.code, msg: error.textIn(language) } };
}

export const ERROR_CODES = Object.keys(ERRORS) as [ErrorCode, ...ErrorCode[]];
