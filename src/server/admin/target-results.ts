import type { TargetResult } from '../../protocol/admin-users.ts';
import { ERRORS, type ErrorCode, type Language, toChatError } from '../../protocol/error-codes.ts';

/** What `act` gives for one target of several; what it is refused with becomes that target's answer. Rejects if we fail. */
export async function attempt(
  target: string,
  language: Language = 'zh',
  act: () => Promise<TargetResult>,
): Promise<TargetResult> {
  try {
    return await act();
  } catch (error) {
    const chatError = toChatError(error);
    if (chatError.code === 'internal') throw error;
    return { target, ended: 0, error: { code: chatError.code, msg: chatError.textIn(language) } };
  }
}

export const ERROR_CODES = Object.keys(ERRORS) as [ErrorCode, ...ErrorCode[]];
