import type { ChatError, Language } from './error-codes.ts';
import type { ErrorFrame } from './frames.ts';

/** `error` as the answer to a frame. Seed clients show the text as it is, so their connections are always Chinese. */
export function toErrorFrame(error: ChatError, clientMsgId?: string, language: Language = 'zh'): ErrorFrame {
  const { field, retryAfterMs } = error.detail;
  return {
    type: 'error',
    code: error.code,
    error: error.textIn(language),
    ...(clientMsgId === undefined ? {} : { clientMsgId }),
    ...(field === undefined ? {} : { field }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  };
}
