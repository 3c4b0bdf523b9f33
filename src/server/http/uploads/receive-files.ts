import type { MultipartFile } from '@fastify/multipart';
import type { FastifyRequest } from 'fastify';
import { ChatError } from '../../../protocol/error-codes.ts';
import type { UserId } from '../../../protocol/ids.ts';
import type { Allowance } from './allowance.ts';
import type { UploadFolder } from './upload-folder.ts';

export type OneOrMore<T> = readonly [T, ...T[]];

export interface ReceivedFile {
  /** The name it is kept under. */
  readonly name: string;
  /** What it was called where it came from, fit to be shown. */
  readonly filename: string;
}

export interface ReceiveRules {
  readonly field: string;
  readonly maxFiles: number;
  /** Bytes a file. */
  readonly maxSize: number;
}

/**
 * Keeps the files of a form: all of them, or none. Rejects with invalid_field (no such file in it), content_too_large,
 * limit_exceeded (too many files, or more than the day allows), storage_full.
 */
export async function receiveFiles(
  request: FastifyRequest,
  by: UserId,
  keeping: { readonly folder: UploadFolder; readonly allowance: Allowance },
  rules: ReceiveRules,
): Promise<OneOrMore<ReceivedFile>> {
  const kept: ReceivedFile[] = [];
  let taken = 0;
  const meter = (bytes: number): void => {
    if (!keeping.allowance.take(by, bytes)) throw new ChatError('limit_exceeded', { text: DAY_IS_USED_UP });
    taken += bytes;
  };
  try {
    for await (const part of request.files({ limits: toLimits(rules) })) {
      kept.push(await keepPart(part, keeping.folder, meter, rules));
    }
    const [first, ...others] = kept;
    if (first === undefined) throw new ChatError('invalid_field', { field: rules.field });
    return [first, ...others];
  } catch (error) {
    await Promise.all(kept.map((file) => keeping.folder.remove(file.name)));
    keeping.allowance.giveBack(by, taken);
    drain(request);
    throw isBrokenForm(error) ? new ChatError('invalid_field', { field: rules.field, cause: error }) : error;
  }
}

async function keepPart(
  part: MultipartFile,
  folder: UploadFolder,
  meter: (bytes: number) => void,
  rules: ReceiveRules,
): Promise<ReceivedFile> {
  if (part.fieldname !== rules.field) throw new ChatError('invalid_field', { field: rules.field });
  const filename = cleanFilename(part.filename);
  const name = await folder.keep(part.file, filename, meter);
  if (!part.file.truncated) return { name, filename };
  await folder.remove(name);
  throw new ChatError('content_too_large', { field: rules.field, text: TOO_LARGE });
}

/** The last part of a path, without what would reorder or break the line it is shown on; at most 100 characters. */
function cleanFilename(text: string): string {
  const last = text.normalize('NFC').split(/[/\\]/).at(-1) ?? '';
  const visible = last.replace(/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}\ufffe\uffff]/gu, '').trim();
  const characters = [...visible];
  const extension = /\.[^.]{1,16}$/.exec(visible)?.[0] ?? '';
  if (characters.length <= MAX_FILENAME) return visible === '' || /^\.+$/.test(visible) ? 'file' : visible;
  return characters.slice(0, MAX_FILENAME - extension.length).join('') + extension;
}

const MAX_FILENAME = 100;
const TOO_LARGE = { zh: '文件过大', en: 'the file is too large' } as const;
const DAY_IS_USED_UP = { zh: '今日上传额度已用完', en: 'the upload allowance of today is used up' } as const;

function toLimits({ maxFiles, maxSize }: ReceiveRules) {
  return {
    files: maxFiles,
    fileSize: maxSize,
    fields: 16,
    fieldSize: 1024,
    parts: maxFiles + 16,
    headerPairs: 32,
  };
}

// What the form's parser throws at bytes that are no form: bare errors, unlike everybody else's.
function isBrokenForm(error: unknown): boolean {
  return error instanceof Error && error.name === 'Error' && !('code' in error);
}

// Read and dropped, so that the sender, who is still sending, comes to read why he is refused.
function drain(request: FastifyRequest): void {
  request.raw.unpipe();
  request.raw.resume();
}
