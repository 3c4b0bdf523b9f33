import type { FastifyInstance, FastifySchema, RouteOptions } from 'fastify';
import { z } from 'zod';
import type { Admit } from './admit.ts';
import { refusalSchema, successSchema, toSuccess } from './answers.ts';
import type { Caller, Route } from './route.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by the route's admission, before the body is read. */
    caller: Caller;
  }
}

/** Puts the table's routes on the router: admission, then the schemas' checks, then the handler, then the envelope. */
export function mountRoutes(app: FastifyInstance, routes: readonly Route[], admit: Admit): void {
  app.decorateRequest('caller');
  for (const route of routes) app.route(toOptions(route, admit));
}

function toOptions(route: Route, admit: Admit): RouteOptions {
  return {
    method: route.method,
    url: route.path,
    schema: toSchema(route),
    config: {
      seed: route.seed === true,
      operatorsOnly: route.who === 'operator' || route.who === 'neighbour',
    },
    onRequest: async (request) => {
      request.caller = await admit(route.who, { headers: request.headers, from: request.from });
    },
    handler: async (request, reply) => {
      const answer = await route.handler({
        by: request.caller,
        params: request.params,
        query: request.query,
        body: request.body,
        address: request.from.address,
        request,
        reply,
      });
      return route.bare === undefined ? toSuccess(request, answer ?? null) : answer;
    },
    // The handler of a form reads its parts itself: its schema only describes it.
    ...(route.form === undefined ? {} : { validatorCompiler: () => (value: unknown) => ({ value }) }),
  };
}

function toSchema(route: Route): FastifySchema {
  const body = route.form === undefined ? route.body : formSchema(route.form);
  return {
    tags: [route.tag],
    summary: route.summary,
    security: NO_TOKEN.has(route.who) ? [] : [{ bearer: [] }],
    response: toResponses(route),
    ...(route.description === undefined ? {} : { description: route.description }),
    ...(route.params === undefined ? {} : { params: route.params }),
    ...(route.query === undefined ? {} : { querystring: route.query }),
    ...(body === undefined ? {} : { body }),
    ...(route.form === undefined ? {} : { consumes: ['multipart/form-data'] }),
  };
}

const NO_TOKEN: ReadonlySet<Route['who']> = new Set(['public', 'neighbour']);

function toResponses(route: Route): Record<string, unknown> {
  const isSeeds = route.seed === true;
  const refused = {
    description: isSeeds ? 'HTTP 401: no token, or one that does not hold' : 'HTTP status = code',
    content: { 'application/json': { schema: refusalSchema } },
  };
  if (route.bare !== undefined) {
    const done = { description: route.summary, content: { [route.bare]: { schema: route.answer } } };
    return isSeeds ? { 200: done } : { 200: done, default: refused };
  }
  const done = successSchema(route.answer);
  return {
    200: isSeeds ? z.union([done, refusalSchema]).meta({ description: EITHER }) : done,
    default: refused,
  };
}

const EITHER = 'Done; or refused, with a code other than 200';

const binary = z.any().meta({ type: 'string', format: 'binary' });

function formSchema(form: NonNullable<Route['form']>): z.ZodType {
  return z.object({ [form.field]: form.many ? z.array(binary) : binary });
}
