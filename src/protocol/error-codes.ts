/**
 * The one table of what can go wrong: the code programs read, the status HTTP answers with, and the texts people
 * read. docs/errors.md is kept the same by a test.
 */
export const ERRORS = {
  invalid_json: { status: 400, zh: '消息格式错误', en: 'not valid JSON' },
  invalid_field: { status: 400, zh: '消息格式错误', en: 'a field is missing or wrong' },
  unknown_type: { status: 400, zh: '未知的消息类型', en: 'unknown frame type' },
  unsupported_chat_type: { status: 400, zh: '不支持的聊天类型', en: 'unsupported chatType' },
  bad_content_type: { status: 400, zh: '不支持的内容类型', en: 'unsupported contentType' },
  content_too_large: { status: 413, zh: '消息内容过长', en: 'content is too large' },
  not_member: { status: 403, zh: '群组不存在或您不在该群组中', en: 'no such group, or you are not in it' },
  no_such_recipient: { status: 404, zh: '接收者不存在', en: 'no such recipient' },
  muted: { status: 403, zh: '您已被禁言', en: 'you are muted' },
  id_reused: { status: 409, zh: '消息标识已用于其他内容', en: 'clientMsgId was used for another message' },
  rate_limited: { status: 429, zh: '操作过于频繁,请稍后再试', en: 'too many requests, try again later' },
  storage_unavailable: { status: 503, zh: '消息处理失败', en: 'not stored: the database does not answer' },
  storage_full: { status: 503, zh: '存储空间不足', en: 'not stored: no space left' },
  draining: { status: 503, zh: '服务正在重启,请稍后再试', en: 'the server is shutting down' },
  unauthorized: { status: 401, zh: '未登录或登录已失效', en: 'not signed in' },
  token_expired: { status: 401, zh: '登录已过期,请重新登录', en: 'the token has expired' },
  wrong_password: { status: 400, zh: '用户名或密码错误', en: 'wrong name or password' },
  permission_denied: { status: 403, zh: '没有权限', en: 'not allowed' },
  not_found: { status: 404, zh: '不存在', en: 'not found' },
  conflict: { status: 409, zh: '已存在', en: 'already exists' },
  limit_exceeded: { status: 403, zh: '超出数量限制', en: 'a limit is reached' },
  not_part_of_chatd: { status: 404, zh: '此功能不由 chatd 提供', en: 'not part of chatd' },
  internal: { status: 500, zh: '消息处理失败', en: 'internal error' },
} as const satisfies Record<string, { status: number; zh: string; en: string }>;

export type ErrorCode = keyof typeof ERRORS;
export type Language = 'zh' | 'en';

export interface ErrorDetail {
  /** The field that was wrong. */
  readonly field?: string;
  /** When to try again, ms. */
  readonly retryAfterMs?: number;
  /** More for people than the table's text, in both languages. Never a driver's text, a path or a secret. */
  readonly text?: Readonly<Record<Language, string>>;
  /** What happened, for the log alone. */
  readonly cause?: unknown;
}

/** The one error that crosses layers: thrown anywhere below, turned into an answer at the doors. */
export class ChatError extends Error {
  readonly code: ErrorCode;
  readonly detail: ErrorDetail;

  constructor(code: ErrorCode, detail: ErrorDetail = {}) {
    super(code, detail.cause === undefined ? undefined : { cause: detail.cause });
    this.name = 'ChatError';
    this.code = code;
    this.detail = detail;
  }

  /** What people read. */
  textIn(language: Language): string {
    return this.detail.text?.[language] ?? ERRORS[this.code][language];
  }

  /** The HTTP status this error answers with. */
  get status(): number {
    return ERRORS[this.code].status;
  }
}

/** `error` as a ChatError: whatever is not one already is `internal`, with itself as the cause. */
export function toChatError(error: unknown): ChatError {
  return error instanceof ChatError ? error : new ChatError('internal', { cause: error });
}
