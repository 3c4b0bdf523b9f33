import type { IncomingHttpHeaders } from 'node:http';
import type { Config } from '../config/config.ts';

/** Where a client reaches this HTTP API, without a slash at the end: `PublicUrl`, else the host it asked for. */
export function ownAddress(config: Config, headers: IncomingHttpHeaders): string {
  if (config.publicUrl !== '') return config.publicUrl.replace(/\/+$/, '');
  return `http://${askedHost(headers) ?? authority(config.host, config.port)}`;
}

/** Where a client opens its WebSocket: `WS.PublicUrl`, else the host it asked for, at the port of `/ws`. */
export function webSocketAddress(config: Config, headers: IncomingHttpHeaders): string {
  if (config.ws.publicUrl !== '') return config.ws.publicUrl;
  const own = new URL(ownAddress(config, headers));
  const scheme = own.protocol === 'https:' ? 'wss' : 'ws';
  const isOneDoor = config.ws.host === config.host && config.ws.port === config.port;
  return `${scheme}://${isOneDoor ? own.host : authority(own.hostname, config.ws.port)}/ws`;
}

// The header is the client's own word, and goes back to that client alone: it only has to look like a host.
function askedHost({ host = '' }: IncomingHttpHeaders): string | undefined {
  const looksIt = /^[\w.-]+(?::\d{1,5})?$|^\[[\da-f:.]+\](?::\d{1,5})?$/i.test(host);
  return looksIt && URL.canParse(`http://${host}`) ? host : undefined;
}

function authority(host: string, port: number): string {
  return host.includes(':') && !host.startsWith('[') ? `[${host}]:${port}` : `${host}:${port}`;
}
