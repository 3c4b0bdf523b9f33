import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import envPaths from 'env-paths';

/** A sign-in by `chatd login`, kept for one server. */
export interface SignIn {
  /** As parseServerUrl gives it. */
  readonly url: string;
  readonly name: string;
  readonly token: string;
  /** ms since 1970. */
  readonly expiresAt: number;
}

/** Keeps a sign-in, readable by this user alone, instead of the one before. */
export async function keepSignIn(signIn: SignIn): Promise<void> {
  const file = fileOf(signIn.url);
  await mkdir(folder(), { recursive: true, mode: 0o700 });
  const fresh = `${file}.${randomUUID()}`;
  await writeFile(fresh, `${JSON.stringify(signIn)}\n`, { mode: 0o600, flag: 'wx' });
  await rename(fresh, file);
}

/** The sign-in kept for this server; undefined if there is none. */
export async function findSignIn(url: string): Promise<SignIn | undefined> {
  const text = await readFile(fileOf(url), 'utf8').catch(absent);
  return text === undefined ? undefined : parseSignIn(text, url);
}

export async function forgetSignIn(url: string): Promise<void> {
  await rm(fileOf(url), { force: true });
}

function folder(): string {
  return join(envPaths('chatd', { suffix: '' }).config, 'sign-ins');
}

// The host is for whoever looks into the folder; the digest tells apart what file names cannot.
function fileOf(url: string): string {
  const host = new URL(url).host.replaceAll(/[^\w.-]/g, '_').slice(0, 100);
  const digest = createHash('sha256').update(url).digest('hex').slice(0, 16);
  return join(folder(), `${host}-${digest}.json`);
}

function absent(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
  return undefined;
}

// What somebody else wrote there is no sign-in of this server.
function parseSignIn(text: string, url: string): SignIn | undefined {
  try {
    const value = JSON.parse(text) as Partial<SignIn> | null;
    const isSignIn =
      value?.url === url &&
      typeof value.name === 'string' &&
      typeof value.token === 'string' &&
      typeof value.expiresAt === 'number';
    return isSignIn ? (value as SignIn) : undefined;
  } catch {
    return undefined;
  }
}
