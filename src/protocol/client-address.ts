/** Whether an address belongs to a set. What is no address belongs to none. */
export type AddressSet = (address: string) => boolean;

export interface ClientAddress {
  /** IPv4 in dots (IPv4-mapped IPv6 too), IPv6 without its zone; `unknown` if the socket was gone already. */
  readonly address: string;
  /** Somebody we do not trust sent X-Forwarded-For: it was not believed, and the request is never loopback. */
  readonly hasUntrustedForward: boolean;
}

export type ClientAddressOf = (
  remote: string | undefined,
  forwardedFor: string | readonly string[] | undefined,
) => ClientAddress;

/** Addresses and networks: `10.0.0.7`, `10.0.0.0/8`, `fd00::/8`, or the word `loopback`. Throws a TypeError on others. */
export function createAddressSet(entries: readonly string[]): AddressSet {
  const networks = entries.flatMap((entry) => (entry === 'loopback' ? LOOPBACK : [entry])).map(parseNetwork);
  return (address) => {
    const bits = addressBits(address);
    return bits !== undefined && networks.some((network) => bits >> network.shift === network.prefix);
  };
}

/** Who really asks: X-Forwarded-For read from the right, for as long as the one who added a hop is a trusted proxy. */
export function createClientAddressOf(isTrusted: AddressSet): ClientAddressOf {
  return (remote, forwardedFor) => {
    const peer = plainAddress(remote ?? '');
    if (forwardedFor === undefined) return { address: peer ?? 'unknown', hasUntrustedForward: false };
    const hops = (typeof forwardedFor === 'string' ? forwardedFor : forwardedFor.join(',')).split(',');
    let address = peer;
    let believed = 0;
    while (believed < hops.length && address !== undefined && isTrusted(address)) {
      const hop = plainAddress(hops[hops.length - 1 - believed] ?? '');
      if (hop === undefined) break;
      address = hop;
      believed += 1;
    }
    return { address: address ?? 'unknown', hasUntrustedForward: believed === 0 };
  };
}

const LOOPBACK = ['127.0.0.0/8', '::1'];
const MAPPED = 0xffffn << 32n;

interface Network {
  readonly prefix: bigint;
  readonly shift: bigint;
}

function parseNetwork(entry: string): Network {
  const [address = '', length, ...rest] = entry.split('/');
  const bits = addressBits(address);
  const width = address.includes(':') ? 128 : 32;
  const kept = length === undefined ? width : /^\d{1,3}$/.test(length) ? Number(length) : Number.NaN;
  if (bits === undefined || rest.length > 0 || !(kept <= width)) {
    throw new TypeError(`not an address or network: ${entry}`);
  }
  const shift = BigInt(width - kept);
  return { prefix: bits >> shift, shift };
}

/** A peer's IPv4 address as systems write it, IPv4-mapped or not: it needs no parsing. */
const IPV4_PEER = /^(?:::ffff:)?((?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?=\d)|$)){4})$/;

/** A hop or peer as an address: without port, brackets, zone; an IPv4-mapped one as IPv4. */
function plainAddress(text: string): string | undefined {
  const spelled = IPV4_PEER.exec(text)?.[1];
  if (spelled !== undefined) return spelled;
  const trimmed = text.trim();
  const bare = /^\[([^\]]+)\](?::\d+)?$/.exec(trimmed)?.[1] ?? /^([\d.]+):\d+$/.exec(trimmed)?.[1] ?? trimmed;
  const bits = addressBits(bare);
  if (bits === undefined) return undefined;
  return bits >> 32n === 0xffffn ? dotted(bits) : bare.replace(/%.*$/, '').toLowerCase();
}

function dotted(bits: bigint): string {
  return [24n, 16n, 8n, 0n].map((shift) => (bits >> shift) & 255n).join('.');
}

/** An address as 128 bits, IPv4 in its IPv4-mapped place. */
function addressBits(text: string): bigint | undefined {
  if (!text.includes(':')) {
    const low = ipv4Bits(text);
    return low === undefined ? undefined : MAPPED | low;
  }
  return ipv6Bits(text.replace(/%.*$/, ''));
}

function ipv4Bits(text: string): bigint | undefined {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) < 256))
    return undefined;
  return parts.reduce((bits, part) => (bits << 8n) | BigInt(part), 0n);
}

function ipv6Bits(text: string): bigint | undefined {
  const tail = /[^:]*$/.exec(text)?.[0] ?? '';
  const low = tail.includes('.') ? ipv4Bits(tail) : undefined;
  if (tail.includes('.') && low === undefined) return undefined;
  const spelled =
    low === undefined
      ? text
      : `${text.slice(0, -tail.length)}${(low >> 16n).toString(16)}:${(low & 0xffffn).toString(16)}`;
  const halves = spelled.split('::').map((half) => (half === '' ? [] : half.split(':')));
  if (halves.length > 2) return undefined;
  const [head = [], rest] = halves;
  const missing = 8 - head.length - (rest?.length ?? 0);
  if (rest === undefined ? missing !== 0 : missing < 1) return undefined;
  const groups = [...head, ...Array.from({ length: missing }, () => '0'), ...(rest ?? [])];
  if (!groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return undefined;
  return groups.reduce((bits, group) => (bits << 16n) | BigInt(`0x${group}`), 0n);
}
