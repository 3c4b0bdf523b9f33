import type { ChatError, Language } from './error-codes.ts';
import type { ClientFrame, ErrorFrame, SignalType } from './frames.ts';

/** What an error frame is the answer to: a frame, or what could be made out of one. */
export type Refused =
  | ClientFrame
  | { readonly type?: SignalType | undefined; readonly clientMsgId?: string | undefined };

/** `error` as the answer to a frame. Seed clients show the text as it is, so their connections are always Chinese. */
export function toErrorFrame(error: ChatError, refused: Refused, language: Language = 'zh'): ErrorFrame {
  const { field, retryAfterMs } = error.detail;
  return {
    type: 'error',
    code: error.code,
    error: error.textIn(language),
    ...toReference(refused),
    ...(field === undefined ? {} : { field }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  };
}

/** How the sender finds out what it was: the message's clientMsgId, or the type of another frame and its place. */
function toReference(refused: Refused): Pick<ErrorFrame, 'clientMsgId' | 'about'> {
  if ('clientMsgId' in refused && refused.clientMsgId !== undefined) {
    return { clientMsgId: refused.clientMsgId };
  }
  const { type } = refused;
  if (type === undefined || type === 'chat' || type === 'ping') return {};
  const conversationId = 'conversationId' in refused ? refused.conversationId : undefined;
  return {
    about: {
      type,
      ...(conversationId === undefined ? {} : { conversationId }),
      ...('seq' in refused ? { seq: refused.seq } : {}),
    },
  };
}
