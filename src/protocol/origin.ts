/** Whether a page of `origin` may speak to us; `host` is the request's Host header. */
export type OriginRule = (origin: string | undefined, host: string | undefined) => boolean;

export interface OriginSettings {
  /** Exact origins, or with any port: `https://chat.example.com`, `http://localhost:*`. */
  readonly allowedOrigins: readonly string[];
  /** Where pages reach us behind a proxy; empty ones are passed over. */
  readonly publicUrls: readonly string[];
  /** Our own page passes from our own port only: for doors that are not every local page's business. */
  readonly ownPortOnly?: boolean;
}

/**
 * The Origin rule of both doors (contract, AllowedOrigins). A request without an Origin passes: only browsers send it.
 * A page of the host it talks to passes too, whatever its port (the page and `/ws` may be on two) unless `ownPortOnly`,
 * but only under a name an attacker cannot point at us: an IP literal, localhost, or a host that was configured (DNS
 * rebinding).
 */
export function createOriginRule(settings: OriginSettings): OriginRule {
  const patterns = settings.allowedOrigins.map((pattern) => pattern.toLowerCase());
  const exact = new Set([...patterns, ...originsOf(settings.publicUrls)]);
  const anyPort = new Set(patterns.filter((pattern) => pattern.endsWith(':*')).map(dropPort));
  const knownHosts = new Set([...exact, ...anyPort].map(hostOf));

  return (origin, host) => {
    if (origin === undefined) return true;
    const page = origin.toLowerCase();
    if (exact.has(page) || anyPort.has(dropPort(page))) return true;
    const pageHost = hostOf(page);
    if (pageHost === undefined || pageHost !== hostOf(`http://${host ?? ''}`)) return false;
    if (settings.ownPortOnly === true && page !== `http://${host?.toLowerCase()}`) return false;
    return isAddress(pageHost) || pageHost === 'localhost' || knownHosts.has(pageHost);
  };
}

/** Whether `text` is a pattern AllowedOrigins understands: `scheme://host`, `scheme://host:port` or `scheme://host:*`. */
export function isOriginPattern(text: string): boolean {
  const plain = text.endsWith(':*') ? dropPort(text) : text;
  const url = URL.parse(plain);
  return url !== null && url.host !== '' && plain.toLowerCase() === `${url.protocol}//${url.host}`;
}

function originsOf(urls: readonly string[]): string[] {
  return urls.flatMap((url) => URL.parse(url)?.origin ?? []);
}

function dropPort(origin: string): string {
  return origin.replace(/:(\*|\d+)$/, '');
}

/** The host name of an http(s) origin, as URL spells it: lower case, an IPv6 address in brackets. */
function hostOf(origin: string): string | undefined {
  const url = URL.parse(origin);
  if (url === null || !/^https?:$/.test(url.protocol) || url.hostname === '') return undefined;
  const isBare = url.username === '' && url.pathname === '/' && url.search === '' && url.hash === '';
  return isBare ? url.hostname : undefined;
}

function isAddress(host: string): boolean {
  return host.startsWith('[') || /^\d+\.\d+\.\d+\.\d+$/.test(host);
}
