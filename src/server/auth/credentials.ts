import type { IncomingHttpHeaders } from 'node:http';

/** The parts of a request a token can be in. */
export interface TokenRequest {
  readonly headers: IncomingHttpHeaders;
  /** As it came: it may be anything, so it is never given to `new URL`. */
  readonly url?: string | undefined;
}

/**
 * The token of a WebSocket upgrade, from the first of these that is there: header `websocket`, header
 * `Authorization: Bearer`, query `token`, subprotocol `bearer.<jwt>`. Never throws.
 */
export function findToken(request: TokenRequest): string | undefined {
  return (
    headerToken(request.headers['websocket']) ??
    bearerToken(request.headers) ??
    queryToken(request.url) ??
    subprotocolToken(request.headers['sec-websocket-protocol'])
  );
}

/** The token of `Authorization: Bearer <jwt>`: the only place HTTP routes look. */
export function bearerToken(headers: IncomingHttpHeaders): string | undefined {
  return /^bearer +(\S+)$/i.exec(headers.authorization?.trim() ?? '')?.[1];
}

function headerToken(value: string | string[] | undefined): string | undefined {
  return present(Array.isArray(value) ? value[0] : value);
}

function queryToken(url = ''): string | undefined {
  const start = url.indexOf('?');
  if (start < 0) return undefined;
  return present(new URLSearchParams(url.slice(start + 1)).get('token') ?? undefined);
}

function subprotocolToken(offered = ''): string | undefined {
  const bearer = offered
    .split(',')
    .map((name) => name.trim())
    .find((name) => name.startsWith('bearer.'));
  return present(bearer?.slice('bearer.'.length));
}

function present(value: string | undefined): string | undefined {
  const trimmed = value?.trim();
  return trimmed === '' ? undefined : trimmed;
}
