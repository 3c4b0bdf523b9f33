import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { REFUSALS, type Refusal } from './refusal.ts';

/** The only subprotocol of `/ws`. A client that offers it gets everything; one that does not is the seed's. */
export const SUBPROTOCOL = 'chatd.v1';

const USER_PATH = '/ws';

/** Where a request goes, from its raw target; undefined if that is no target at all. `new URL` would throw on those. */
export function pathOf(target: string | undefined): string | undefined {
  if (target === undefined || target.startsWith('//')) return undefined;
  if (target.startsWith('/')) return /^[^?#]*/.exec(target)?.[0];
  const url = URL.parse(target);
  return url !== null && /^(https?|wss?):$/.test(url.protocol) ? url.pathname : undefined;
}

/** The first two questions to any request, WebSocket or not. */
export function checkTarget({ url }: IncomingMessage): Refusal | undefined {
  const path = pathOf(url);
  if (path === undefined) return REFUSALS.malformedTarget;
  return path === USER_PATH ? undefined : REFUSALS.otherPath;
}

/** Whether it is an opening handshake (RFC 6455, 4.2.1). The library asks the same, but answers in its own words. */
export function checkHandshake({ headers, method }: IncomingMessage): Refusal | undefined {
  if (headers.upgrade?.toLowerCase() !== 'websocket') return REFUSALS.notWebSocket;
  if (method !== 'GET') return REFUSALS.malformedHandshake;
  if (!/^(13|8)$/.test(headers['sec-websocket-version'] ?? '')) return REFUSALS.otherVersion;
  const isWhole = /^[+/0-9A-Za-z]{22}==$/.test(headers['sec-websocket-key'] ?? '') && hasValidOffer(headers);
  return isWhole ? undefined : REFUSALS.malformedHandshake;
}

export function offersSubprotocol(headers: IncomingHttpHeaders, name: string = SUBPROTOCOL): boolean {
  return offered(headers).includes(name);
}

/** Tokens, none of them twice. */
function hasValidOffer(headers: IncomingHttpHeaders): boolean {
  if (headers['sec-websocket-protocol'] === undefined) return true;
  const names = offered(headers);
  return names.every((name) => /^[!#$%&'*+\-.^_`|~\w]+$/.test(name)) && new Set(names).size === names.length;
}

function offered(headers: IncomingHttpHeaders): string[] {
  return (headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim());
}
