import { parse } from 'node:querystring';
import type { FastifyRequest } from 'fastify';
import { ChatError } from '../../protocol/error-codes.ts';

/** A query with its empty values left out: the seed's page sends `conversationId=` for none. */
export function parseQuery(text: string): Record<string, unknown> {
  const query: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(parse(text))) {
    const kept = Array.isArray(value) ? value.filter((one) => one !== '') : value;
    if (kept !== undefined && kept.length > 0 && key !== '__proto__') query[key] = kept;
  }
  return query;
}

/**
 * A JSON body. Bytes that are no UTF-8 are refused, never repaired. No bytes are no body: some clients name a content
 * type with every DELETE. `null` in a field is the same as leaving it out (the seed's server was Go).
 */
export async function parseJsonBody(_request: FastifyRequest, bytes: Buffer): Promise<unknown> {
  if (bytes.length === 0) return undefined;
  try {
    return withoutNulls(JSON.parse(utf8.decode(bytes)));
  } catch (error) {
    throw new ChatError('invalid_json', { cause: error });
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

// Object.entries and fromEntries define keys, they never assign: `__proto__` stays a key like any other.
function withoutNulls(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).filter(([, field]) => field !== null));
}
