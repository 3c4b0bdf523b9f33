import { type CloseName, closeReason } from '../../protocol/close-codes.ts';
import { type ErrorCode, ERRORS, type Language } from '../../protocol/error-codes.ts';
import { isBan, keptOutFor, keptOutText } from '../../protocol/kept-out.ts';
import type { KeepOut } from '../chat/store-ports.ts';

/** Why a request does not become a session: told as HTTP, or to a `chatd.v1` client by a close code. */
export interface Refusal {
  readonly status: 400 | 401 | 403 | 404 | 409 | 426 | 429 | 503;
  readonly error: ErrorCode;
  /** For the log, in English. */
  readonly reason: string;
  /** More for people than the table's text of `error`. */
  readonly text?: Readonly<Record<Language, string>>;
  /** What stands in the reason of the close instead, since the code has said the rest; may be empty. */
  readonly closeText?: string;
  /** What a `chatd.v1` client gets after its upgrade, since a browser cannot read a failed one. Without it: HTTP for all. */
  readonly close?: CloseName;
  /** When to come back, ms. */
  readonly retryMs?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** What went wrong with us, for the log. */
  readonly cause?: unknown;
}

const NOT_A_WEBSOCKET = {
  status: 426,
  error: 'invalid_field',
  text: { zh: '请使用 WebSocket 连接', en: 'this is a WebSocket address' },
  headers: { upgrade: 'websocket', 'sec-websocket-version': '13' },
} as const;

const MALFORMED = {
  status: 400,
  error: 'invalid_field',
  text: { zh: '请求格式错误', en: 'malformed request' },
} as const;

/** Every refusal there is (contract, section 3). */
export const REFUSALS = {
  malformedTarget: { ...MALFORMED, reason: 'malformed_target' },
  malformedHandshake: { ...MALFORMED, reason: 'malformed_handshake' },
  otherPath: { status: 404, error: 'not_found', reason: 'other_path' },
  notWebSocket: { ...NOT_A_WEBSOCKET, reason: 'not_a_websocket' },
  otherVersion: { ...NOT_A_WEBSOCKET, reason: 'websocket_version' },
  origin: {
    status: 403,
    error: 'permission_denied',
    reason: 'origin',
    text: { zh: '此网页来源不在 AllowedOrigins 中', en: 'pages of this origin are not in AllowedOrigins' },
    close: 'forbidden',
  },
  noToken: { status: 401, error: 'unauthorized', reason: 'no_token', close: 'invalid_token' },
  badToken: { status: 401, error: 'unauthorized', reason: 'bad_token', close: 'invalid_token' },
  /** Not 4005: that one says come back, and with this token there is no use in it. */
  expiredToken: { status: 401, error: 'token_expired', reason: 'token_expired', close: 'invalid_token' },
  disabled: {
    status: 403,
    error: 'permission_denied',
    reason: 'account_disabled',
    text: { zh: '账号已被禁用', en: 'the account is disabled' },
    close: 'account_disabled',
  },
  takenOver: {
    status: 409,
    error: 'conflict',
    reason: 'taken_over',
    text: { zh: '已在别处登录,请重新登录', en: 'signed in elsewhere: sign in again' },
    close: 'replaced',
  },
  full: {
    status: 503,
    error: 'limit_exceeded',
    reason: 'full',
    text: { zh: '连接数已满,请稍后再试', en: 'the server is full, try again later' },
    close: 'overloaded',
    retryMs: 10_000,
  },
  addressFull: {
    status: 429,
    error: 'limit_exceeded',
    reason: 'address_full',
    text: { zh: '您的地址连接数过多', en: 'too many connections from your address' },
    close: 'connection_limit',
    retryMs: 30_000,
  },
  draining: { status: 503, error: 'draining', reason: 'draining', close: 'restart', retryMs: 2000 },
  unavailable: {
    status: 503,
    error: 'storage_unavailable',
    reason: 'unavailable',
    text: { zh: '服务暂时不可用,请稍后再试', en: 'not available, try again later' },
    close: 'overloaded',
    retryMs: 5000,
  },
} as const satisfies Record<string, Refusal>;

/** Of who is kept out at `now`, ms since 1970, with the reason he was given and when he may come back. */
export function keptOutRefusal(keepOut: KeepOut, now: number): Refusal {
  const retryMs = keptOutFor(keepOut, now);
  return {
    status: 403,
    error: 'permission_denied',
    reason: isBan(keepOut) ? 'banned' : 'kicked',
    text: keptOutText(keepOut),
    closeText: keepOut.reason,
    close: 'kicked',
    ...(retryMs === undefined ? {} : { retryMs }),
  };
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | number>>;
  readonly body: string;
}

/** The refusal as HTTP, in the seed's envelope. The connection ends with it. */
export function toHttpAnswer(refusal: Refusal, language: Language): HttpAnswer {
  const { status, error, retryMs, headers } = refusal;
  const body = JSON.stringify({ code: status, msg: textOf(refusal, language), error });
  return {
    status,
    headers: {
      connection: 'close',
      'content-type': 'application/json; charset=utf-8',
      'content-length': new TextEncoder().encode(body).length,
      ...(retryMs === undefined ? {} : { 'retry-after': Math.ceil(retryMs / 1000) }),
      ...headers,
    },
    body,
  };
}

/** The refusal as the reason of a close. */
export function toCloseReason(refusal: Refusal, close: CloseName, language: Language): string {
  const words = refusal.retryMs === undefined ? {} : { retry: refusal.retryMs };
  return closeReason(close, words, refusal.closeText ?? textOf(refusal, language));
}

function textOf(refusal: Refusal, language: Language): string {
  return refusal.text?.[language] ?? ERRORS[refusal.error][language];
}
