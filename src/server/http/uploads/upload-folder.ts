import { randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { open, readdir, rename, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ChatError } from '../../../protocol/error-codes.ts';
import { makeFolder } from '../../auth/make-folder.ts';
import { extensionFor, KIND_BYTES, pictureType } from './file-kind.ts';

/** The folder uploaded files are kept in, under names nobody can guess and nobody chose. */
export interface UploadFolder {
  /**
   * Keeps what `content` gives and answers the name it is kept under. `meter` sees every chunk before it is written and
   * may throw. What fails leaves nothing behind. Rejects with storage_full.
   */
  keep(content: Readable, originalName: string, meter: (bytes: number) => void): Promise<string>;
  remove(name: string): Promise<void>;
  /** Rejects with not_found, for whatever is no name of this folder too. */
  open(name: string): Promise<KeptFile>;
}

export interface KeptFile {
  readonly content: Readable;
  readonly size: number;
  /** The type of a picture a browser may show; undefined for all else. */
  readonly picture: string | undefined;
}

/** What is always left free on the disk, bytes: the database and the logs need it more. */
const MIN_FREE = 1024 ** 3;
/** 128 random bits: knowing the name is the right to read the file. */
const NAME = /^[0-9a-f]{32}\.([a-z0-9]{1,8})$/;
const UNFINISHED = '.part';

export type FreeBytes = (folder: string) => Promise<number>;

export function createUploadFolder(path: string, freeBytes: FreeBytes = askFreeBytes): UploadFolder {
  let prepared: Promise<void> | undefined;

  async function keep(
    content: Readable,
    originalName: string,
    meter: (bytes: number) => void,
  ): Promise<string> {
    await ready();
    const id = randomBytes(16).toString('hex');
    const unfinished = join(path, `.${id}${UNFINISHED}`);
    try {
      const head = await write(content, unfinished, meter);
      const name = `${id}.${extensionFor(head, originalName)}`;
      await rename(unfinished, join(path, name));
      return name;
    } catch (error) {
      await rm(unfinished, { force: true });
      throw toStorageError(error);
    }
  }

  async function ready(): Promise<void> {
    try {
      await (prepared ??= prepare(path));
    } catch (error) {
      prepared = undefined;
      throw error;
    }
    if ((await freeBytes(path)) >= MIN_FREE) return;
    throw new ChatError('storage_full', { cause: new Error('under 1 GiB of free disk for uploads') });
  }

  return {
    keep,
    remove: (name) => rm(join(path, name), { force: true }),
    async open(name) {
      const extension = NAME.exec(name)?.[1];
      if (extension === undefined) throw new ChatError('not_found');
      return { ...(await read(join(path, name))), picture: pictureType(extension) };
    },
  };
}

// What a crash left half written belongs to nobody.
async function prepare(path: string): Promise<void> {
  await makeFolder(path);
  const unfinished = (await readdir(path)).filter((name) => name.endsWith(UNFINISHED));
  await Promise.all(unfinished.map((name) => rm(join(path, name), { force: true })));
}

/** Writes a new file, to the disk and not only to its cache, and gives its first bytes. */
async function write(content: Readable, path: string, meter: (bytes: number) => void): Promise<Buffer> {
  let head = Buffer.alloc(0);
  async function* metered(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of chunks) {
      meter(chunk.length);
      if (head.length < KIND_BYTES) head = Buffer.concat([head, chunk]).subarray(0, KIND_BYTES);
      yield chunk;
    }
  }
  await pipeline(content, metered, createWriteStream(path, { flags: 'wx', mode: 0o600, flush: true }));
  return head;
}

async function read(path: string): Promise<{ content: Readable; size: number }> {
  const file = await open(path, 'r').catch((error: unknown) => {
    throw new ChatError(codeOf(error) === 'ENOENT' ? 'not_found' : 'internal', { cause: error });
  });
  const { size } = await file.stat();
  return { content: file.createReadStream(), size };
}

async function askFreeBytes(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}

function toStorageError(error: unknown): unknown {
  const isFull = ['ENOSPC', 'EDQUOT'].includes(codeOf(error));
  return isFull ? new ChatError('storage_full', { cause: error }) : error;
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
