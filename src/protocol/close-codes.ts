/**
 * Why a WebSocket was closed. 4000–4499: come back; 4500–4999: do not by yourself. The reason text begins with the
 * name, then `key=value` words, then `;` and text for people; at most 123 bytes (RFC 6455, 5.5).
 */
export const CLOSE = {
  client_left: 1001,
  binary_frame: 1003,
  bad_utf8: 1007,
  too_big: 1009,
  internal: 1011,
  restart: 1012,
  overloaded: 1013,
  token_expired: 4005,
  slow: 4008,
  resync: 4010,
  no_pong: 4012,
  rate_limited: 4013,
  invalid_token: 4500,
  bad_request: 4501,
  kicked: 4503,
  connection_limit: 4504,
  forbidden: 4507,
  too_many_errors: 4509,
  replaced: 4510,
  logged_out: 4511,
  account_disabled: 4512,
} as const;

export type CloseName = keyof typeof CLOSE;

/** The most a close reason may hold, in bytes (RFC 6455, 5.5.1). */
export const MAX_REASON_BYTES = 123;

/** The reason text of a close: name, words, text for people; cut at a character so that it fits. */
export function closeReason(
  name: CloseName,
  words: Readonly<Record<string, string | number>> = {},
  text = '',
): string {
  const pairs = Object.entries(words).map(([key, value]) => `${key}=${value}`);
  const head = [name, ...pairs].join(' ');
  return cutAtCharacter(text === '' ? head : `${head};${text}`, MAX_REASON_BYTES);
}

function cutAtCharacter(text: string, maxBytes: number): string {
  const encoder = new TextEncoder();
  if (encoder.encode(text).length <= maxBytes) return text;
  let kept = '';
  let bytes = 0;
  for (const character of text) {
    bytes += encoder.encode(character).length;
    if (bytes > maxBytes) break;
    kept += character;
  }
  return kept;
}
