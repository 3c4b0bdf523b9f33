import { ERRORS } from '../../protocol/error-codes.ts';
import type { ErrorCode, Language } from '../../protocol/error-codes.ts';

export type ApiErrorCode = ErrorCode | 'no_answer';

/** A request that was not done. `text` is for people. */
export class ApiError extends Error {
  readonly code: ApiErrorCode;
  readonly text: string;
  /** Which field of the request was wrong, where it was one. */
  readonly field: string | undefined;

  constructor(code: ApiErrorCode, text: string, field?: string) {
    super(code);
    this.name = 'ApiError';
    this.code = code;
    this.text = text;
    this.field = field;
  }
}

/** What people read of an error code: the server's own words where they are in the reader's language. */
export function errorText(code: string, said: string, language: Language): string {
  if (language === 'zh' && said !== '') return said;
  return isErrorCode(code) ? ERRORS[code][language] : said || ERRORS.internal[language];
}

export function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(ERRORS, code);
}
