import { readFileSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { ConfigError } from './config-error.ts';
import type { YamlFile } from './read-yaml.ts';

const USUAL_FILE = 'etc/backend.yaml';
const MOST_BYTES = 1024 * 1024;

export interface FoundFile extends YamlFile {
  /** What relative paths in it are relative to: X for X/etc/NAME.yaml, else its folder. */
  readonly base: string;
}

/** The file every command finds in the same way: `-f FILE`, else ./etc/backend.yaml if there is one. Throws ConfigError. */
export function findFile({
  file,
  folder,
}: {
  file: string | undefined;
  folder: string;
}): FoundFile | undefined {
  const name = file ?? USUAL_FILE;
  const path = resolve(folder, name);
  const text = readText(path, name, file !== undefined);
  return text === undefined ? undefined : { name, text, base: baseOf(path) };
}

function baseOf(path: string): string {
  const folder = dirname(path);
  return basename(folder) === 'etc' && /\.ya?ml$/.test(path) ? dirname(folder) : folder;
}

function readText(path: string, name: string, mustExist: boolean): string | undefined {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (!mustExist && (code === 'ENOENT' || code === 'ENOTDIR')) return undefined;
    throw unreadable(name, code);
  }
  if (bytes.length > MOST_BYTES) throw problem(name, 'larger than 1 MiB', '大于 1 MiB');
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw problem(name, 'not UTF-8 text', '不是 UTF-8 文本');
  }
}

function unreadable(name: string, code: string): ConfigError {
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return problem(name, 'no such file', '没有此文件');
    case 'EISDIR':
      return problem(name, 'a folder, not a file', '是目录, 不是文件');
    case 'EACCES':
      return problem(name, 'may not be read by this user', '当前用户无权读取');
    default:
      return problem(name, `cannot be read (${code})`, `无法读取(${code})`);
  }
}

function problem(where: string, en: string, zh: string): ConfigError {
  return new ConfigError([{ where, key: '', text: { en, zh } }]);
}
