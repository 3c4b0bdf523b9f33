import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

const ALSO_IN = ['/usr/sbin', '/usr/local/sbin', '/usr/local/bin', '/opt/homebrew/bin'];

/**
 * The path of a program the tests need: where it is installed, else (as root on Debian) installed now from `package`.
 * Undefined if it cannot be had.
 */
export function findTool(name: string, debianPackage: string): string | undefined {
  return installed(name) ?? (install(debianPackage) ? installed(name) : undefined);
}

/** Runs a program to its end; throws with what it said if that is not success. */
export function runTool(path: string, args: readonly string[]): void {
  const result = spawnSync(path, [...args], { encoding: 'utf8' });
  if (result.status === 0) return;
  const said = `${result.stdout}\n${result.stderr}`.trim().split('\n').slice(-20).join('\n');
  throw new Error(`${path} ended with ${result.status ?? result.signal}:\n${said}`);
}

function installed(name: string): string | undefined {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), ...ALSO_IN];
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function install(debianPackage: string): boolean {
  if (process.getuid?.() !== 0 || installed('apt-get') === undefined) return false;
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const apt = (...args: string[]) =>
    spawnSync('apt-get', [...WAITING, ...args], { env, stdio: 'ignore' }).status === 0;
  const get = () => apt('install', '-y', '--no-install-recommends', debianPackage);
  if (get()) return true;
  apt('update');
  return get();
}

/** Two test files may install at the same time: one waits for the other, seconds. */
const WAITING = ['-o', 'DPkg::Lock::Timeout=300'] as const;
