import multipart from '@fastify/multipart';
import fastify from 'fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod';
import { ChatError } from '../../protocol/error-codes.ts';
import type { Log } from '../chat/ports.ts';
import { createAdmit } from './admit.ts';
import { refuse } from './answers.ts';
import { answerBrokenRequest } from './broken-request.ts';
import { HEADERS, installBrowserRules } from './browser-rules.ts';
import { installClientAddress } from './client-address.ts';
import { discardBody } from './discard-body.ts';
import { installDocs } from './docs.ts';
import { installForeignRoutes } from './foreign-routes.ts';
import type { HttpParts } from './http-parts.ts';
import { parseJsonBody, parseQuery } from './input.ts';
import { mountRoutes } from './mount.ts';
import { installPage } from './page/install-page.ts';
import { toRequestError } from './request-error.ts';
import { routes } from './routes.ts';

/** ms. A client gets this long for its headers, for the whole of a request, and idle between two of them. */
const TIMEOUTS = { headers: 10_000, request: 120_000, idle: 60_000, keepAlive: 65_000 } as const;

/** A part of a path: a user's name may have 64 characters, some of them two units long. */
const MAX_PARAM = 256;

/**
 * The HTTP API, ready to listen: `app.server` may serve upgrades too. `app.close()` takes no new connections, finishes
 * what is in flight and closes what is idle.
 */
export function createHttp(parts: HttpParts): FastifyInstance {
  const app = createApp(parts);
  installClientAddress(app, parts.config.trustedProxies);
  installLog(app, parts.log);
  installBrowserRules(app, parts.config);
  installRefusals(app, parts.log);
  installGoodbye(app, parts.isDraining);
  installDocs(app, { name: parts.config.name, version: parts.version });
  installPage(app, parts.config);
  installForeignRoutes(app);
  app.register(multipart, { throwFileSizeLimit: false });
  // In a plugin of its own, so that the document's hooks are there before the first route.
  app.register(async (api) =>
    mountRoutes(api, [...routes(parts), ...(parts.adminRoutes ?? [])], createAdmit(parts)),
  );
  return app;
}

function createApp(parts: HttpParts): FastifyInstance {
  const app: FastifyInstance = fastify({
    logger: false,
    trustProxy: false,
    bodyLimit: bodyLimit(parts.config.message.maxContent),
    requestTimeout: TIMEOUTS.request,
    connectionTimeout: TIMEOUTS.idle,
    keepAliveTimeout: TIMEOUTS.keepAlive,
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    routerOptions: { ignoreDuplicateSlashes: true, querystringParser: parseQuery, maxParamLength: MAX_PARAM },
    http: {
      headersTimeout: TIMEOUTS.headers,
      connectionsCheckingInterval: 5_000,
      // Node before 24.9 hands every upgrade to the gateway; `curl --http2` then has to ask without one.
      shouldUpgradeCallback: ({ headers }) =>
        app.server.listenerCount('upgrade') > 0 && headers.upgrade?.toLowerCase() === 'websocket',
    },
    clientErrorHandler: answerBrokenRequest,
    // Before any hook ran.
    frameworkErrors: (error, request, reply) =>
      answerError(parts.log, error, request, reply.headers(HEADERS)),
  });
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, parseJsonBody);
  return app;
}

/** Room for the longest message with every byte escaped (`\u0000`), and for the lists of ids. */
function bodyLimit(maxContent: number): number {
  return Math.max(256 * 1024, maxContent * 6 + 4096);
}

function installRefusals(app: FastifyInstance, log: Log): void {
  app.setErrorHandler(async (error, request, reply) => {
    if (isTooLarge(error)) await discardBody(request.raw);
    answerError(log, error, request, reply);
    return reply;
  });
  app.setNotFoundHandler((request, reply) => refuse(request, reply, new ChatError('not_found')));
  // Before its body is read. `*` (RFC 9112, 3.2.4) is no place either, though the router takes it for `/`.
  app.addHook('onRequest', async (request) => {
    if (request.is404 || request.raw.url === '*') throw new ChatError('not_found');
  });
}

function answerError(log: Log, error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const refusal = toRequestError(error);
  const { cause } = refusal.detail;
  if (hasGone(request)) log.debug('http_aborted', describe(request));
  else if (refusal.status >= 500 && cause !== undefined) {
    log.error('http_failed', { ...describe(request), code: refusal.code, cause });
  }
  refuse(request, reply, refusal);
}

/** More than any body may have; the rest of it is on its way. */
function isTooLarge(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'FST_ERR_CTP_BODY_TOO_LARGE';
}

/** Whether the client left before it had sent everything: what fails then is nobody's fault here. */
function hasGone({ raw }: FastifyRequest): boolean {
  return raw.destroyed && !raw.complete;
}

// A kept-alive connection would wait for its next request until it times out, and hold up the end of the server.
function installGoodbye(app: FastifyInstance, isDraining: () => boolean): void {
  let isClosing = false;
  app.addHook('preClose', async () => {
    isClosing = true;
  });
  app.addHook('onSend', async (_request, reply) => {
    if (isClosing || isDraining()) reply.header('connection', 'close');
  });
}

function installLog(app: FastifyInstance, log: Log): void {
  app.addHook('onResponse', async (request, reply) => {
    const ms = Math.round(reply.elapsedTime);
    log.debug('http_request', {
      ...describe(request),
      status: reply.statusCode,
      ms,
      address: request.from.address,
    });
  });
}

// The route's path, not the request's: a URL may carry a token, or whatever somebody wants to see in our log.
function describe(request: FastifyRequest): { readonly method: string; readonly route: string } {
  return { method: request.method, route: request.routeOptions.url ?? 'none' };
}
