import type { FastifyError } from 'fastify';
import { ChatError, toChatError } from '../../protocol/error-codes.ts';

/** What a failed request failed with, as users may know it. What is unknown becomes `internal` and goes to the log. */
export function toRequestError(error: unknown): ChatError {
  if (error instanceof ChatError || !(error instanceof Error)) return toChatError(error);
  return isValidation(error) ? fromValidation(error) : fromFramework(error);
}

interface ValidationError extends FastifyError {
  readonly validation: NonNullable<FastifyError['validation']>;
}

function isValidation(error: Error): error is ValidationError {
  return 'validation' in error && Array.isArray(error.validation);
}

// The first part of the path: `/memberIds/3` is about memberIds. No path: the body itself is missing or no object.
function fromValidation(error: ValidationError): ChatError {
  const field = error.validation[0]?.instancePath.split('/')[1] ?? '';
  if (field === '') return new ChatError('invalid_json', { cause: error });
  return new ChatError('invalid_field', { field, cause: error });
}

/** What the framework and its plugins refuse by themselves, by their codes. */
const FRAMEWORK: Readonly<Record<string, () => ChatError>> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: () =>
    new ChatError('invalid_json', {
      text: { zh: '请求的 Content-Type 不受支持', en: 'this Content-Type is not accepted here' },
    }),
  FST_ERR_CTP_BODY_TOO_LARGE: () => new ChatError('content_too_large'),
  FST_ERR_BAD_URL: () => new ChatError('invalid_field', { field: 'url' }),
  FST_ERR_INVALID_URL: () => new ChatError('invalid_field', { field: 'url' }),
  FST_ERR_MAX_PARAM_LENGTH: () => new ChatError('not_found'),
  FST_FILES_LIMIT: () => new ChatError('limit_exceeded'),
  FST_PARTS_LIMIT: () => new ChatError('limit_exceeded'),
  FST_FIELDS_LIMIT: () => new ChatError('limit_exceeded'),
  FST_INVALID_MULTIPART_CONTENT_TYPE: () =>
    new ChatError('invalid_field', {
      field: 'file',
      text: { zh: '请以 multipart/form-data 上传', en: 'send the file as multipart/form-data' },
    }),
};

function fromFramework(error: Error & { readonly code?: unknown; readonly statusCode?: unknown }): ChatError {
  const known = typeof error.code === 'string' ? FRAMEWORK[error.code] : undefined;
  if (known !== undefined) return known();
  const status = typeof error.statusCode === 'number' ? error.statusCode : 500;
  if (status === 413) return new ChatError('content_too_large', { cause: error });
  if (status >= 400 && status < 500) return new ChatError('invalid_json', { cause: error });
  return toChatError(error);
}
