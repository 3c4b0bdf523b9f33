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
  return findCredential(request)?.token;
}

/** A token, and which of these it was in. */
export interface Credential {
  readonly token: string;
  readonly tokenIn: 'header' | 'query' | 'subprotocol';
}

/** See findToken. */
export function findCredential({ headers, url }: TokenRequest): Credential | undefined {
  return (
    inPlace('header', headerToken(headers['websocket']) ?? bearerToken(headers)) ??
    inPlace('query', queryToken(url)) ??
    inPlace('subprotocol', subprotocolToken(headers['sec-websocket-protocol']))
  );
}

function inPlace(tokenIn: Credential['tokenIn'], token: string | undefined): Credential | undefined {
  return token === undefined ? undefined : { token, tokenIn };
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
