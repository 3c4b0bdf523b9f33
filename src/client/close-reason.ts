import { CLOSE, type CloseName } from '../protocol/close-codes.ts';
import type { CloseReason } from './chat-client.ts';

/** What a close says, by its code and its reason `name key=value …;text for people`. Of anything: never throws. */
export function toCloseReason(code: number, reason: string): CloseReason {
  const end = reason.indexOf(';');
  const words = end < 0 ? reason : reason.slice(0, end);
  const retry = / retry=(\d{1,15})(?= |$)/.exec(words)?.[1];
  return {
    code,
    name: (Object.keys(CLOSE) as CloseName[]).find((name) => CLOSE[name] === code),
    text: end < 0 ? '' : reason.slice(end + 1),
    retryMs: retry === undefined ? undefined : Number(retry),
  };
}

/** Whether the server said not to come back by oneself. */
export function isFinal({ code, retryMs }: CloseReason): boolean {
  return code >= 4500 && code < 5000 && retryMs === undefined;
}
