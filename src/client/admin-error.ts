import type { RpcError } from '../protocol/admin-channel.ts';
import { type ErrorCode, ERRORS, type Language } from '../protocol/error-codes.ts';

export type AdminErrorCode = ErrorCode | 'no_server' | 'timed_out';

/** Why a call was not answered, or a session not begun. `message` is for people, in the session's language. */
export class AdminError extends Error {
  readonly code: AdminErrorCode;
  readonly field: string | undefined;
  readonly retryAfterMs: number | undefined;

  constructor(
    code: AdminErrorCode,
    message: string,
    detail: { readonly field?: string | undefined; readonly retryAfterMs?: number | undefined } = {},
  ) {
    super(message);
    this.name = 'AdminError';
    this.code = code;
    this.field = detail.field;
    this.retryAfterMs = detail.retryAfterMs;
  }
}

/** What the server refused, in its words. */
export function fromRpcError({ code, message, data }: RpcError): AdminError {
  const known = data?.code ?? (code === -32700 ? 'invalid_json' : 'internal');
  return new AdminError(known, message, { field: data?.field, retryAfterMs: data?.retryAfterMs });
}

/** What happened between us and the server, in our own words. */
export function localError(
  code: 'no_server' | 'timed_out' | 'permission_denied',
  language: Language,
  detail = '',
): AdminError {
  const text = TEXTS[code][language];
  return new AdminError(code, detail === '' ? text : `${text} (${detail})`);
}

/** Of a connection that ended: why, and whether we may come back by ourselves. */
export interface Ended {
  readonly error: AdminError;
  readonly isFinal: boolean;
  /** The earliest it should be, ms from now. */
  readonly retryMs: number;
}

/**
 * What a close says (contract, close codes): 45xx without `retry` is final, and so is a server that has nothing at that
 * address for us (404), which no close code can say. `failure`: of the socket, if it said anything.
 */
export function toEnded(
  close: { readonly code: number; readonly reason: string; readonly failure: string },
  language: Language,
): Ended {
  const { code, reason, failure } = close;
  if (/\b404$/.test(failure)) {
    return { error: localError('permission_denied', language), isFinal: true, retryMs: 0 };
  }
  const [head = '', ...rest] = reason.split(';');
  const retry = /\bretry=(\d{1,9})\b/.exec(head)?.[1];
  const known = CODES[code];
  const text = rest.join(';') || (known === undefined ? '' : ERRORS[known][language]);
  const error =
    known === undefined
      ? localError('no_server', language, failure || (code === 1006 || code === 1005 ? '' : String(code)))
      : new AdminError(known, text);
  return {
    error,
    isFinal: code >= 4500 && code <= 4999 && retry === undefined,
    retryMs: Number(retry ?? 0),
  };
}

const TEXTS = {
  no_server: { zh: '没有 chatd 应答', en: 'no chatd answers' },
  timed_out: { zh: '服务器没有及时应答', en: 'the server did not answer in time' },
  permission_denied: {
    zh: '服务器在此地址没有管理通道 (Admin.AllowFrom)',
    en: 'the server has no admin channel for this address (Admin.AllowFrom)',
  },
} as const;

/** What the close codes of an admin channel mean as error codes. */
const CODES: Readonly<Record<number, ErrorCode>> = {
  1011: 'internal',
  1012: 'draining',
  1013: 'limit_exceeded',
  4005: 'token_expired',
  4013: 'rate_limited',
  4500: 'unauthorized',
  4507: 'permission_denied',
};
