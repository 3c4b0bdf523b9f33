import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { ERRORS } from '../../protocol/error-codes.ts';
import type { ChatError, ErrorCode, Language } from '../../protocol/error-codes.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** A route of the seed: refusals answer HTTP 200. Absent where no route was found. */
    readonly seed?: boolean;
  }
}

const DONE = { zh: '成功', en: 'ok' } as const;

/** The body of a request that was done. */
export function toSuccess<T>(request: FastifyRequest, data: T): { code: 200; msg: string; data: T } {
  return { code: 200, msg: DONE[languageOf(request)], data };
}

/** The schema of toSuccess(): what `data` holds beyond it is not sent. */
export function successSchema<A extends z.ZodType>(data: A) {
  return z.object({ code: z.literal(200), msg: z.string(), data }).meta({ description: 'Done' });
}

/**
 * The body of a request that was refused. `message` repeats `msg`: the seed's page reads it at HTTP 401, where its
 * HTTP client hides `msg`.
 */
export const refusalSchema = z
  .object({
    code: z.int().meta({ description: 'the HTTP status this refusal stands for' }),
    error: z.enum(Object.keys(ERRORS) as [ErrorCode, ...ErrorCode[]]),
    msg: z.string(),
    message: z.string().meta({ description: 'the same text as msg' }),
    field: z.string().optional(),
    retryAfterMs: z.number().optional(),
    data: z.null(),
  })
  .meta({ id: 'Refusal', description: 'A refused request' });

export type Refusal = z.infer<typeof refusalSchema>;

/** Answers with a refusal: HTTP 200 on the seed's routes, except 401 (its page signs out there); else the error's status. */
export function refuse(request: FastifyRequest, reply: FastifyReply, error: ChatError): FastifyReply {
  const seed = request.routeOptions.config.seed === true;
  const { retryAfterMs } = error.detail;
  if (error.status === 401) reply.header('www-authenticate', 'Bearer');
  if (retryAfterMs !== undefined) reply.header('retry-after', Math.max(1, Math.ceil(retryAfterMs / 1000)));
  return reply
    .code(seed && error.status !== 401 ? 200 : error.status)
    .type('application/json; charset=utf-8')
    .send(JSON.stringify(toRefusal(error, languageOf(request))));
}

export function toRefusal(error: ChatError, language: Language): Refusal {
  const text = error.textIn(language);
  const { field, retryAfterMs } = error.detail;
  return {
    code: error.status,
    error: error.code,
    msg: text,
    message: text,
    ...(field === undefined ? {} : { field }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    data: null,
  };
}

/** Chinese, but for routes beyond the seed's when the caller prefers English. */
export function languageOf(request: FastifyRequest): Language {
  if (request.routeOptions.config.seed === true) return 'zh';
  return /^\s*en/i.test(request.headers['accept-language'] ?? '') ? 'en' : 'zh';
}
