import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { ChatError } from '../../protocol/error-codes.ts';

/**
 * Slows down who guesses passwords: counted per address, and per account and address together. Never per account
 * alone: anybody could lock anybody out.
 */
export interface Throttle {
  /**
   * Runs one check of a password. It counts from its beginning, so that many at once get no further than many in turn,
   * and counts no more if it ends otherwise than with wrong_password. Rejects with rate_limited before checking.
   */
  guard<T>(who: Attempt, check: () => Promise<T>): Promise<T>;
  /** Rejects with rate_limited when an address registers too many accounts. */
  countRegistration(address: string): Promise<void>;
}

export interface Attempt {
  readonly address: string;
  /** The name's key, or anything else that tells accounts apart. */
  readonly account: string;
}

/** Tries in so many seconds. An office behind one address shares the larger one. */
export const THROTTLE = {
  account: { points: 10, duration: 900 },
  address: { points: 100, duration: 900 },
  registration: { points: 300, duration: 600 },
} as const;

export function createThrottle(limits: typeof THROTTLE = THROTTLE): Throttle {
  const byAccount = new RateLimiterMemory({ keyPrefix: 'account', ...limits.account });
  const byAddress = new RateLimiterMemory({ keyPrefix: 'address', ...limits.address });
  const registrations = new RateLimiterMemory({ keyPrefix: 'registration', ...limits.registration });

  return {
    async guard({ address, account }, check) {
      const network = toNetwork(address);
      const key = `${network} ${account}`;
      await count(byAddress, network);
      let isWrong = false;
      try {
        await count(byAccount, key);
        return await check();
      } catch (error) {
        isWrong = error instanceof ChatError && error.code === 'wrong_password';
        throw error;
      } finally {
        if (!isWrong) await Promise.all([byAccount.reward(key), byAddress.reward(network)]);
      }
    },
    countRegistration: (address) => count(registrations, toNetwork(address)),
  };
}

async function count(limiter: RateLimiterMemory, key: string): Promise<void> {
  try {
    await limiter.consume(key);
  } catch (error) {
    if (!(error instanceof RateLimiterRes)) throw error;
    throw new ChatError('rate_limited', { retryAfterMs: Math.max(1, error.msBeforeNext) });
  }
}

/** What one customer of a provider has: an IPv4 address, or the /64 network of an IPv6 one (RFC 6177). */
function toNetwork(address: string): string {
  if (!address.includes(':')) return address;
  const [head = '', tail] = address.split('::');
  const groups = head.split(':');
  if (tail !== undefined) {
    const rest = tail.split(':').filter((group) => group !== '');
    groups.push(...Array.from({ length: 8 - groups.length - rest.length }, () => '0'), ...rest);
  }
  return groups
    .slice(0, 4)
    .map((group) => group || '0')
    .join(':');
}
