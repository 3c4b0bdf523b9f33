import { readFileSync } from 'node:fs';
import { findPackageJSON } from 'node:module';

/** chatd's own version. */
export function packageVersion(): string {
  const text = readFileSync(findPackageJSON(import.meta.url) ?? '', 'utf8');
  const { version } = JSON.parse(text) as { version: string };
  return version;
}
