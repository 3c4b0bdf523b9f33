import type { IncomingHttpHeaders } from 'node:http';
import type { Config } from '../../config/config.ts';
import { ownAddress, webSocketAddress } from '../own-address.ts';

/**
 * What the page may do, for the address it was asked for under: its own scripts and styles, the API, the WebSocket server,
 * and pictures that were uploaded. Nothing inline, no plugins, frames or forms that lead elsewhere, and no script made of text.
 */
export function pagePolicy(config: Config, headers: IncomingHttpHeaders): string {
  const uploads = config.upload.host === '' ? ownAddress(config, headers) : config.upload.host;
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    `img-src 'self' data: blob:${spaced(toSource(uploads))}`,
    "font-src 'self'",
    "manifest-src 'self'",
    `connect-src 'self'${spaced(toSource(webSocketAddress(config, headers)))}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ');
}

/** An address as the policy names it; undefined for what is none. */
function toSource(address: string): string | undefined {
  if (!URL.canParse(address)) return undefined;
  const { protocol, hostname, origin } = new URL(address);
  // A policy cannot name an IPv6 address (its grammar has none): the scheme is the closest it gets.
  return hostname.startsWith('[') ? protocol : origin;
}

function spaced(source: string | undefined): string {
  return source === undefined ? '' : ` ${source}`;
}
