import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Log } from '../chat/ports.ts';
import type { User, UserStore } from '../chat/store-ports.ts';
import type { Accounts } from './accounts.ts';
import { makeFolder } from './make-folder.ts';
import { randomPassword } from './random-password.ts';

export interface FirstStart {
  readonly data: string;
  /** `Admin.Name` and `Admin.Password`; an empty password is made up. */
  readonly admin: { readonly name: string; readonly password: string };
  /** Somebody is watching: the password is shown to him and not written to a file. */
  readonly isTerminal: boolean;
  readonly users: Pick<UserStore, 'list'>;
  readonly accounts: Pick<Accounts, 'add'>;
  readonly log: Log;
}

export interface FirstAdministrator {
  readonly user: User;
  /** To be shown once: there is a terminal, and the password was made up. */
  readonly password?: string;
  /** Where the password was written instead. */
  readonly passwordFile?: string;
}

/** Makes the data folder, for this account alone (0700), if it is missing. One that is there is left as it is. */
export function makeDataFolder(data: string): Promise<void> {
  return makeFolder(data);
}

/**
 * Makes the first administrator, user 1, on a database without users; gives undefined, and does nothing, on any other.
 * A password that was made up reaches somebody before the user exists: written to `<data>/admin.password` (0600) first.
 */
export async function createFirstAdministrator(start: FirstStart): Promise<FirstAdministrator | undefined> {
  const { total } = await start.users.list({ page: 1, count: 1 });
  if (total > 0) return undefined;
  const { name, password: configured } = start.admin;
  const password = configured === '' ? randomPassword() : configured;
  const passwordFile =
    configured === '' && !start.isTerminal ? await writePassword(start.data, password) : undefined;
  const user = await start.accounts.add({ name, password, role: 'admin' });
  start.log.info('first_administrator', { user: user.id, name: user.name, passwordFile });
  if (passwordFile !== undefined) return { user, passwordFile };
  return configured === '' ? { user, password } : { user };
}

/** A start failed before it could show the password: it is written to `<data>/admin.password` (0600) instead. */
export async function keepPassword(
  { data, log }: Pick<FirstStart, 'data' | 'log'>,
  { user, password }: FirstAdministrator,
): Promise<void> {
  if (password === undefined) return;
  const passwordFile = await writePassword(data, password);
  log.info('first_administrator', { user: user.id, name: user.name, passwordFile });
}

async function writePassword(data: string, password: string): Promise<string> {
  const file = join(data, 'admin.password');
  const draft = `${file}.new`;
  await rm(draft, { force: true });
  await writeFile(draft, `${password}\n`, { flag: 'wx', mode: 0o600, flush: true });
  await rename(draft, file);
  return file;
}
