import { z } from 'zod';
import type { HttpParts } from '../http-parts.ts';
import { ownAddress } from '../own-address.ts';
import { defineRoute } from '../route.ts';
import type { Call, Route } from '../route.ts';
import type { Identity } from '../../chat/ports.ts';
import { createAllowance } from '../uploads/allowance.ts';
import { receiveFiles } from '../uploads/receive-files.ts';
import type { OneOrMore, ReceivedFile } from '../uploads/receive-files.ts';
import { createUploadFolder } from '../uploads/upload-folder.ts';
import type { UploadFolder } from '../uploads/upload-folder.ts';

/** Uploading, and reading what was uploaded. */
export function uploadRoutes({ config, clock, freeBytes }: HttpParts): readonly Route[] {
  const { savePath, maxSize, perDay, host } = config.upload;
  const folder = createUploadFolder(savePath, freeBytes);
  const keeping = { folder, allowance: createAllowance(perDay, clock) };

  async function receive(
    call: Call<Identity>,
    field: string,
    maxFiles: number,
  ): Promise<OneOrMore<Uploaded>> {
    const [first, ...others] = await receiveFiles(call.request, call.by.userId, keeping, {
      field,
      maxFiles,
      maxSize,
    });
    const address = host === '' ? ownAddress(config, call.request.headers) : host;
    return [toUploaded(first, address), ...others.map((file) => toUploaded(file, address))];
  }

  return [uploadRoute(receive), uploadManyRoute(receive), downloadRoute(folder)];
}

type Receive = (call: Call<Identity>, field: string, maxFiles: number) => Promise<OneOrMore<Uploaded>>;

const tag = 'upload';
const MAX_FILES = 10;

const uploadedSchema = z.object({
  host: z.string(),
  file: z.string().meta({ description: 'the path of the file on that host' }),
  filename: z.string().meta({ description: 'what it was called' }),
});
type Uploaded = z.output<typeof uploadedSchema>;

function toUploaded({ name, filename }: ReceivedFile, host: string): Uploaded {
  return { host, file: `/uploads/${name}`, filename };
}

const uploadRoute = (receive: Receive): Route =>
  defineRoute({
    method: 'POST',
    path: '/v1/upload/file',
    summary: 'Upload a file: its link is the right to read it',
    tag,
    who: 'user',
    seed: true,
    form: { field: 'file', many: false },
    answer: uploadedSchema,
    handler: async (call) => {
      const [uploaded] = await receive(call, 'file', 1);
      return uploaded;
    },
  });

const uploadManyRoute = (receive: Receive): Route =>
  defineRoute({
    method: 'POST',
    path: '/v1/upload/multiplefiles',
    summary: `Upload up to ${MAX_FILES} files: all are kept, or none`,
    tag,
    who: 'user',
    seed: true,
    form: { field: 'files', many: true },
    answer: z.array(uploadedSchema),
    handler: async (call) => [...(await receive(call, 'files', MAX_FILES))],
  });

/** A page may show these pictures from anywhere; whatever else it is, it is saved, and never run as part of us. */
const FILE_HEADERS = {
  'content-security-policy': "sandbox; default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'cross-origin',
  // The content behind a name never changes.
  'cache-control': 'private, max-age=31536000, immutable',
} as const;

const downloadRoute = (folder: UploadFolder): Route =>
  defineRoute({
    method: 'GET',
    path: '/uploads/:name',
    summary: 'What was uploaded: pictures to be shown, the rest to be saved',
    tag,
    who: 'public',
    bare: 'application/octet-stream',
    params: z.object({ name: z.string() }),
    answer: z.any().meta({ type: 'string', format: 'binary' }),
    handler: async ({ params, reply }) => {
      const { content, size, picture } = await folder.open(params.name);
      reply
        .headers(FILE_HEADERS)
        .type(picture ?? 'application/octet-stream')
        .header(
          'content-disposition',
          picture === undefined ? `attachment; filename="${params.name}"` : 'inline',
        )
        .header('content-length', size);
      return content;
    },
  });
