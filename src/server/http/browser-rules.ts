import cors from '@fastify/cors';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ChatError } from '../../protocol/error-codes.ts';
import { createOriginRule } from '../../protocol/origin.ts';
import type { Config } from '../config/config.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** An admin route: to pages that are not of `Admin.AllowedOrigins` it does not exist. */
    readonly operatorsOnly?: boolean;
  }
}

/** On every answer; a route may replace what does not fit it. Answers are data, never a page. */
export const HEADERS = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cache-control': 'no-store',
} as const;

/** How long a browser may remember a preflight, seconds. */
const PREFLIGHT_SECONDS = 600;

/**
 * What browsers are told and held to: security headers, CORS by `AllowedOrigins` (the origin echoed, never `*`; no
 * credentials, since tokens travel in a header), and no change by a page that is not allowed here. The last is for
 * pages under a name that was pointed at this server (DNS rebinding): to a browser they are of the same origin.
 */
export function installBrowserRules(app: FastifyInstance, config: Config): void {
  const isAllowed = createPageRule(config);

  app.addHook('onRequest', async (_request, reply) => {
    reply.headers(HEADERS);
  });
  app.register(cors, {
    delegator: (request, callback) => {
      const { origin } = request.headers;
      callback(null, {
        origin: origin !== undefined && isAllowed(request) ? origin : false,
        methods: ['GET', 'HEAD', 'POST', 'PUT', 'DELETE'],
        // No `allowedHeaders`: whatever a page asks for is echoed. Front ends add headers of their own, and a page
        // that is allowed here may.
        exposedHeaders: ['Retry-After'],
        maxAge: PREFLIGHT_SECONDS,
      });
    },
  });
  app.addHook('onRequest', async (request) => {
    const isHidden = request.routeOptions.config.operatorsOnly === true;
    const isRead = ['GET', 'HEAD', 'OPTIONS'].includes(request.method);
    if ((isRead && !isHidden) || isAllowed(request)) return;
    throw isHidden ? new ChatError('not_found') : new ChatError('permission_denied', { text: FOREIGN_PAGE });
  });
}

const FOREIGN_PAGE = {
  zh: '此网页来源不在 AllowedOrigins 中',
  en: 'pages of this origin are not in AllowedOrigins',
} as const;

// A preflight has no route of its own: its path tells which rule it asks about. The request itself goes by its route.
function createPageRule(config: Config): (request: FastifyRequest) => boolean {
  const publicUrls = [config.publicUrl, config.ws.publicUrl];
  const forUsers = createOriginRule({ allowedOrigins: config.allowedOrigins, publicUrls });
  const forOperators = createOriginRule({
    allowedOrigins: config.admin.allowedOrigins,
    publicUrls: [],
    ownPortOnly: true,
  });

  return (request) => {
    const isAdmin = request.routeOptions.config.operatorsOnly ?? /^\/+v1\/+admin(?:\/|$)/.test(request.url);
    const rule = isAdmin ? forOperators : forUsers;
    return rule(request.headers.origin, request.headers.host);
  };
}
