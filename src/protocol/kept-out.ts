import { ChatError, type Language } from './error-codes.ts';

/** What keeps a user out: a kick for a while, or a ban until it is lifted. */
interface KeptOut {
  /** ms since 1970; undefined for a ban. */
  readonly until: number | undefined;
  /** As the user is told it; may be empty. */
  readonly reason: string;
}

/** `keepOut` if it holds at `now`, ms since 1970. */
export function keepOutAt<K extends KeptOut>(keepOut: K | undefined, now: number): K | undefined {
  const isOver = keepOut?.until !== undefined && keepOut.until <= now;
  return isOver ? undefined : keepOut;
}

/** A ban ends only when it is lifted. */
export function isBan(keepOut: KeptOut | undefined): boolean {
  return keepOut !== undefined && keepOut.until === undefined;
}

/** ms from `now` until he may come back; undefined: not by himself. */
export function keptOutFor({ until }: KeptOut, now: number): number | undefined {
  return until === undefined ? undefined : Math.max(0, until - now);
}

/** What the user is told, for people. */
export function keptOutText({ until, reason }: KeptOut): Readonly<Record<Language, string>> {
  const zh = until === undefined ? '您已被管理员封禁' : '您已被管理员断开';
  const en = until === undefined ? 'banned by an administrator' : 'disconnected by an administrator';
  return reason === '' ? { zh, en } : { zh: `${zh}: ${reason}`, en: `${en}: ${reason}` };
}

/** The refusal of what he asks for meanwhile. */
export function keptOutError(keepOut: KeptOut, now: number): ChatError {
  const retryAfterMs = keptOutFor(keepOut, now);
  return new ChatError('permission_denied', {
    text: keptOutText(keepOut),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });
}
