import { findPackageJSON } from 'node:module';
import { join } from 'node:path';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ChatError } from '../../../protocol/error-codes.ts';
import type { Config } from '../../config/config.ts';
import { createBuiltFiles } from './built-files.ts';
import type { BuiltFile, BuiltFiles } from './built-files.ts';
import { pagePolicy } from './page-policy.ts';

/** `dist` of the package. */
const BUILT = join(findPackageJSON(import.meta.url) ?? '', '../dist');

/** Files named by their content never change; the others are asked about each time, and answered with 304. */
const CACHING = { named: 'public, max-age=31536000, immutable', asked: 'no-cache' } as const;

/** The chat page at `/` with its `/assets/`, and the client for pages without a build at `/sdk/chatd-client.js`. */
export function installPage(app: FastifyInstance, config: Config, built = BUILT): void {
  const page = createBuiltFiles(`${built}/web`);
  const assets = createBuiltFiles(`${built}/web/assets`);
  const sdk = createBuiltFiles(`${built}/sdk`);

  app.get('/', hidden, async (request, reply) => {
    const file = await page.find('index.html');
    if (file === undefined) return reply.code(503).type('text/plain; charset=utf-8').send(NOT_BUILT);
    reply.headers({ ...PAGE_HEADERS, 'content-security-policy': pagePolicy(config, request.headers) });
    return send(request, reply.header('cache-control', CACHING.asked), file);
  });
  serveFolder(app, { path: '/assets', files: assets, caching: CACHING.named });
  serveFolder(app, { path: '/sdk', files: sdk, caching: CACHING.asked });
}

const hidden = { schema: { hide: true } } as const;

const NOT_BUILT = '页面尚未构建: npm run build:web\nThe page has not been built: npm run build:web\n';

/** Other windows cannot reach into this one, and it needs nothing of the device. */
const PAGE_HEADERS = {
  'cross-origin-opener-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
} as const;

function serveFolder(
  app: FastifyInstance,
  { path, files, caching }: { readonly path: string; readonly files: BuiltFiles; readonly caching: string },
): void {
  app.get<{ Params: { name: string } }>(`${path}/:name`, hidden, async (request, reply) => {
    const file = await files.find(request.params.name);
    if (file === undefined) throw new ChatError('not_found');
    return send(request, reply.header('cache-control', caching), file);
  });
}

function send(request: FastifyRequest, reply: FastifyReply, file: BuiltFile): FastifyReply {
  const vary = [reply.getHeader('vary'), 'Accept-Encoding'].filter((name) => name !== undefined).join(', ');
  reply.headers({ etag: file.etag, vary });
  if (isHeld(request.headers['if-none-match'], file.etag)) return reply.code(304).send();
  reply.type(file.type);
  const { zipped } = file;
  if (zipped === undefined || !takesGzip(request.headers['accept-encoding'])) return reply.send(file.content);
  return reply.header('content-encoding', 'gzip').send(zipped);
}

// A proxy that packs what it passes on makes the tag a weak one: it still names this content.
function isHeld(header: string | undefined, etag: string): boolean {
  const tags = header?.split(',').map((tag) => tag.trim().replace(/^W\//, '')) ?? [];
  return tags.includes(etag) || tags.includes('*');
}

function takesGzip(header: string | string[] | undefined): boolean {
  return /(?:^|[\s,])gzip(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))/i.test(String(header ?? ''));
}
