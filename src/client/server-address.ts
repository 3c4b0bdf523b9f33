/** Where a server is that nobody named. */
const HERE = 'ws://127.0.0.1:9000';

/**
 * The address a client connects to: `url`, else what a Vite build was given as VITE_WS_BASE_URL, else this machine. With or
 * without a path; `http:` counts as `ws:`. Throws TypeError if it is no such address.
 */
export function serverAddress(url: string | undefined): string {
  const address = new URL(url || viteSetting() || HERE);
  address.protocol = address.protocol.replace(/^http/, 'ws');
  if (!/^wss?:$/.test(address.protocol)) throw new TypeError(`not a WebSocket address: ${address.href}`);
  if (address.pathname === '/') address.pathname = '/ws';
  // A WebSocket takes none.
  address.hash = '';
  return address.href;
}

/** Vite puts the setting in place of the expression; in plain browsers and Node there is no `env`. */
function viteSetting(): string | undefined {
  return (import.meta as { readonly env?: { readonly VITE_WS_BASE_URL?: string } }).env?.VITE_WS_BASE_URL;
}
