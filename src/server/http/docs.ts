import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';
import { createJsonSchemaTransform } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { refusalSchema } from './answers.ts';

/** What the OpenAPI document says of the server as a whole. */
export interface Described {
  readonly name: string;
  readonly version: string;
}

/** The OpenAPI document at /openapi.json and Swagger UI at /swagger/index.html. Before any route that it lists. */
export function installDocs(app: FastifyInstance, described: Described): void {
  app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: described.name, version: described.version, description: DESCRIPTION },
      // Relative, so that "Try it out" asks the server the page came from, behind a proxy too.
      servers: [{ url: '/' }],
      components: {
        securitySchemes: { bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
        schemas: sharedSchemas(),
      },
    },
    transform: createJsonSchemaTransform({ zodToJsonConfig: { override: plain } }),
  });
  app.register(swaggerUi, { routePrefix: PREFIX, staticCSP: PAGE_POLICY });

  app.get('/openapi.json', hidden, async () => app.swagger());
  app.get(`${PREFIX}/index.html`, hidden, async (_request, reply) =>
    reply.headers(PAGE_HEADERS).type('text/html; charset=utf-8').send(PAGE),
  );
  app.get(`${PREFIX}/start.js`, hidden, async (_request, reply) =>
    reply.type('text/javascript; charset=utf-8').send(START),
  );
}

// The transform refers to a schema with an `id` by it; that it is there is up to us.
function sharedSchemas(): Record<string, object> {
  const { $defs = {} } = z.toJSONSchema(refusalSchema, { override: plain });
  return { ...$defs };
}

/** Leaves out of a schema what says nothing: the range of all integers, and how an integer is spelled in a query. */
function plain({ jsonSchema }: { readonly jsonSchema: z.core.JSONSchema.BaseSchema }): void {
  if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
  if (jsonSchema.type === 'integer') delete jsonSchema.pattern;
}

const PREFIX = '/swagger';

const DESCRIPTION = [
  'Every answer is `{"code":200,"msg":"…","data":…}`; a refused one has another `code`, and `error` names it.',
  'Sign in with `POST /v1/user/login`, then paste the `token` under **Authorize**.',
].join('\n\n');

const PAGE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  // Swagger UI writes style attributes.
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const PAGE_HEADERS = { 'content-security-policy': PAGE_POLICY };

const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>chatd API</title>
<link rel="stylesheet" href="static/swagger-ui.css">
<link rel="stylesheet" href="static/index.css">
<link rel="icon" href="static/favicon-32x32.png">
</head>
<body>
<div id="swagger-ui"></div>
<script src="static/swagger-ui-bundle.js"></script>
<script src="start.js"></script>
</body>
</html>
`;

// The token is not kept (persistAuthorization): what scripts of this page can read, others may too.
const START = `SwaggerUIBundle({
  url: '../openapi.json',
  dom_id: '#swagger-ui',
  deepLinking: true,
  validatorUrl: null,
  presets: [SwaggerUIBundle.presets.apis],
  layout: 'BaseLayout',
});
`;

const hidden = { schema: { hide: true } } as const;
