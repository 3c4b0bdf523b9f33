import type { z } from 'zod';
import { RPC_ERROR, type RpcAnswer, type RpcError } from '../../../protocol/admin-channel.ts';
import { type ChatError, type ErrorCode, ERRORS, type Language } from '../../../protocol/error-codes.ts';

/** What one text of a channel asks, by JSON-RPC 2.0. */
export interface RpcText {
  /** Answered as an array. */
  readonly isBatch: boolean;
  readonly entries: readonly RpcEntry[];
}

export type RpcEntry = RpcCall | { readonly failed: RpcFailure };

export interface RpcCall {
  /** Undefined: a notification, which is not answered. */
  readonly id: RpcId | undefined;
  readonly method: string;
  readonly params: Readonly<Record<string, unknown>>;
}

export type RpcId = string | number | null;

/** Why there is no result. */
export interface RpcFailure {
  readonly id: RpcId;
  readonly code: number;
  readonly error: ErrorCode;
  readonly field?: string | undefined;
  readonly retryAfterMs?: number | undefined;
  /** More than the table's text of `error`. */
  readonly text?: Readonly<Record<Language, string>> | undefined;
}

/** Requests in one text. */
const MAX_BATCH = 20;

/** Never throws: what is no request is an entry that failed. */
export function decodeRpc(text: string): RpcText {
  const value = parseJson(text);
  if (value === undefined) return single({ failed: PARSE_ERROR });
  if (!Array.isArray(value)) return single(toEntry(value));
  if (value.length === 0) return single({ failed: toInvalid(null) });
  if (value.length > MAX_BATCH) return single({ failed: { ...toInvalid(null), text: TOO_MANY } });
  return { isBatch: true, entries: value.map(toEntry) };
}

export function toResult(id: RpcId, result: unknown): RpcAnswer {
  return { jsonrpc: '2.0', id, result };
}

export function toFailed(failure: RpcFailure, language: Language): RpcAnswer {
  const { id, code, error, field, retryAfterMs, text } = failure;
  const rpc: RpcError = {
    code,
    message: (text ?? ERRORS[error])[language],
    data: {
      code: error,
      ...(field === undefined ? {} : { field }),
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    },
  };
  return { jsonrpc: '2.0', id, error: rpc };
}

/** What chatd refused. */
export function toRefused(id: RpcId, { code, detail }: ChatError): RpcFailure {
  const { field, retryAfterMs, text } = detail;
  return { id, code: RPC_ERROR.refused, error: code, field, retryAfterMs, text };
}

export function toUnknownMethod(id: RpcId): RpcFailure {
  return { id, code: RPC_ERROR.methodNotFound, error: 'unknown_type', text: NO_METHOD };
}

/** Parameters that do not fit the schema: named by the first that is wrong. */
export function toWrongParams(id: RpcId, issues: readonly z.core.$ZodIssue[]): RpcFailure {
  const [issue] = issues;
  const field = issue?.path[0] ?? (issue?.code === 'unrecognized_keys' ? issue.keys[0] : undefined);
  return {
    id,
    code: RPC_ERROR.invalidParams,
    error: 'invalid_field',
    ...(field === undefined ? {} : { field: String(field) }),
  };
}

const PARSE_ERROR: RpcFailure = { id: null, code: RPC_ERROR.parse, error: 'invalid_json' };
const TOO_MANY = {
  zh: `一批最多 ${MAX_BATCH} 个请求`,
  en: `at most ${MAX_BATCH} requests in a batch`,
};
const NO_METHOD = { zh: '没有此方法', en: 'no such method' };
const NO_REQUEST = { zh: '不是 JSON-RPC 2.0 请求', en: 'not a JSON-RPC 2.0 request' };

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function single(entry: RpcEntry): RpcText {
  return { isBatch: false, entries: [entry] };
}

function toEntry(value: unknown): RpcEntry {
  if (!isRecord(value)) return { failed: toInvalid(null) };
  const id = toId(value['id']);
  if (value['jsonrpc'] !== '2.0' || typeof value['method'] !== 'string' || id === false) {
    return { failed: toInvalid(id === false ? null : (id ?? null)) };
  }
  const params = value['params'] ?? {};
  if (!isRecord(params)) {
    return {
      failed: { id: id ?? null, code: RPC_ERROR.invalidParams, error: 'invalid_field', field: 'params' },
    };
  }
  return { id, method: value['method'], params: withoutNulls(params) };
}

function toInvalid(id: RpcId): RpcFailure {
  return { id, code: RPC_ERROR.invalidRequest, error: 'invalid_field', text: NO_REQUEST };
}

/** False for what is no id. */
function toId(id: unknown): RpcId | undefined | false {
  return id === undefined || id === null || typeof id === 'string' || typeof id === 'number' ? id : false;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

// As over HTTP: `null` in a field is the same as leaving it out. fromEntries defines keys, it never assigns them.
function withoutNulls(params: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(params).filter(([, field]) => field !== null));
}
