import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';

/** The files of one folder of the build, as they are sent. */
export interface BuiltFiles {
  /** Undefined where there is no such file. `name`: a file's name alone, never a path. */
  find(name: string): Promise<BuiltFile | undefined>;
}

export interface BuiltFile {
  readonly type: string;
  readonly etag: string;
  readonly content: Buffer;
  /** Undefined for what does not get smaller. */
  readonly zipped: Buffer | undefined;
}

/** What a build writes: no name that leads elsewhere, and no hidden file. */
const NAME = /^[\w-]+(?:\.[\w-]+)+$/;

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.webmanifest': 'application/manifest+json; charset=utf-8',
  '.svg': 'image/svg+xml; charset=utf-8',
  '.png': 'image/png',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
};
const IS_PACKED = /^(?:image\/(?:png|webp)|font\/)/;

/** Read once and kept until the file changes: who builds the page anew need not start the server anew. */
export function createBuiltFiles(folder: string): BuiltFiles {
  const kept = new Map<string, { readonly version: string; readonly file: Promise<BuiltFile> }>();

  return {
    async find(name) {
      const type = TYPES[extname(name)];
      if (type === undefined || !NAME.test(name)) return undefined;
      const path = join(folder, name);
      const version = await versionOf(path);
      if (version === undefined) {
        kept.delete(name);
        return undefined;
      }
      const known = kept.get(name);
      if (known?.version === version) return known.file;
      const file = load(path, type);
      kept.set(name, { version, file });
      file.catch(() => kept.delete(name));
      return file;
    },
  };
}

async function versionOf(path: string): Promise<string | undefined> {
  const found = await stat(path).catch(() => undefined);
  return found?.isFile() === true ? `${found.mtimeMs} ${found.size}` : undefined;
}

async function load(path: string, type: string): Promise<BuiltFile> {
  const content = await readFile(path);
  const etag = `"${createHash('sha256').update(content).digest('base64url').slice(0, 22)}"`;
  if (IS_PACKED.test(type)) return { type, etag, content, zipped: undefined };
  const zipped = await promisify(gzip)(content, { level: 9 });
  return { type, etag, content, zipped: zipped.length < content.length ? zipped : undefined };
}
