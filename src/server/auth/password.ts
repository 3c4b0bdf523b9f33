import { hash as argonHash, parseOptions, verify as argonVerify } from '@node-rs/argon2';
import { verify as bcryptVerify } from '@node-rs/bcrypt';
import { ChatError } from '../../protocol/error-codes.ts';
import { createGate } from './gate.ts';

/** Hashing and checking of passwords, a few at a time. */
export interface Passwords {
  /** An argon2id hash in PHC form. Rejects with rate_limited when too many wait. */
  hash(password: string): Promise<string>;
  /**
   * Whether `password` is the one of `stored`. Without a stored hash (unknown user) it takes as long and says no.
   * `outdated`: right, but to be stored again by hash(): the seed's bcrypt, or weaker settings than today's.
   * Rejects with rate_limited when too many wait.
   */
  verify(stored: string | undefined, password: string): Promise<'right' | 'outdated' | 'wrong'>;
}

/** OWASP's second choice for argon2id: 19 MiB, two passes, one lane; 89 ms here. */
const SETTINGS = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;
/** Two of libuv's four threads: the others keep serving files and DNS. */
const AT_ONCE = 2;
/** Three seconds' worth of hashing. Whoever would wait longer is told to come back. */
const WAITING = 64;

const MIN_CHARACTERS = 6;
/** bcrypt read 72 bytes; argon2id reads all, and a long text only costs time to send. */
const MAX_BYTES = 1024;

export function createPasswords(limits = { atOnce: AT_ONCE, waiting: WAITING }): Passwords {
  const gate = createGate(limits);
  return {
    hash: (password) => gate(() => argonHash(password, SETTINGS)),
    verify: (stored, password) => gate(() => verifyStored(stored ?? NOBODYS_HASH, password)),
  };
}

/** `text` as a new password: 6 characters to 1024 bytes. Throws invalid_field. Existing ones may be anything. */
export function parseNewPassword(text: unknown, field = 'password'): string {
  const fits =
    typeof text === 'string' && [...text].length >= MIN_CHARACTERS && Buffer.byteLength(text) <= MAX_BYTES;
  if (fits) return text;
  throw new ChatError('invalid_field', {
    field,
    text: {
      zh: `密码至少 ${MIN_CHARACTERS} 个字符,最多 ${MAX_BYTES} 字节`,
      en: `a password has at least ${MIN_CHARACTERS} characters and at most ${MAX_BYTES} bytes`,
    },
  });
}

async function verifyStored(stored: string, password: string): Promise<'right' | 'outdated' | 'wrong'> {
  if (Buffer.byteLength(password) > MAX_BYTES) return 'wrong';
  if (/^\$2[abxy]\$/.test(stored)) return (await bcryptVerify(password, stored)) ? 'outdated' : 'wrong';
  const comparable = stored.startsWith('$argon2id$') ? stored : NOBODYS_HASH;
  if (!(await argonVerify(comparable, password))) return 'wrong';
  const used = parseOptions(comparable);
  const isCurrent = used.memoryCost >= SETTINGS.memoryCost && used.timeCost >= SETTINGS.timeCost;
  return isCurrent ? 'right' : 'outdated';
}

// No password has this hash: it is what an unknown user's is checked against, at the settings above.
const NOBODYS_HASH =
  '$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA';
