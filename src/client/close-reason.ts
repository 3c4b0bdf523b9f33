import type { CloseName } from '../protocol/close-codes.ts';
import type { CloseReason } from './chat-client.ts';

/** `name key=value …;text for people`: what chatd writes, and hardly anybody else. */
const REASON = /^([a-z][a-z_]+)((?: [a-z]+=[^\s;]*)*)(?:;(.*))?$/s;

/** What a close says. Of anything: never throws. */
export function toCloseReason(code: number, reason: string): CloseReason {
  const [, name, words = '', text = ''] = REASON.exec(reason) ?? [];
  const retry = / retry=(\d+)/.exec(words)?.[1];
  return {
    code,
    name: name as CloseName | undefined,
    text,
    retryMs: retry === undefined ? undefined : Number(retry),
  };
}

/** Whether the server said not to come back by oneself. */
export function isFinal({ code, retryMs }: CloseReason): boolean {
  return code >= 4500 && code < 5000 && retryMs === undefined;
}
