import { z } from 'zod';
import { ChatError } from '../../../protocol/error-codes.ts';
import type { HttpParts } from '../http-parts.ts';
import { webSocketAddress } from '../own-address.ts';
import { defineRoute } from '../route.ts';
import type { Route } from '../route.ts';

/** What the server says of itself: to clients before they sign in, and to whoever watches it. */
export function serverRoutes(parts: HttpParts): readonly Route[] {
  return [pingRoute, aboutRoute(parts), aliveRoute, readyRoute(parts), metricsRoute(parts)];
}

const tag = 'server';
/** ms. Who asks (a load balancer) asks again within seconds. */
const READY_WITHIN = 2_000;

const pingRoute: Route = defineRoute({
  method: 'GET',
  path: '/ping',
  summary: 'Answers pong, without the envelope',
  tag,
  who: 'public',
  seed: true,
  bare: 'application/json',
  answer: z.object({ message: z.literal('pong') }),
  handler: () => ({ message: 'pong' as const }),
});

const aboutRoute = ({ config, version }: HttpParts): Route =>
  defineRoute({
    method: 'GET',
    path: '/v1/info',
    summary: 'What a client needs to know before it signs in',
    tag,
    who: 'public',
    answer: z.object({
      name: z.string(),
      version: z.string(),
      wsUrl: z.string(),
      registration: z.enum(['open', 'closed']),
    }),
    handler: ({ request }) => ({
      name: config.name,
      version,
      wsUrl: webSocketAddress(config, request.headers),
      registration: config.auth.registration,
    }),
  });

const status = z.object({ status: z.literal('ok') });

const aliveRoute: Route = defineRoute({
  method: 'GET',
  path: '/healthz',
  summary: 'The process is alive',
  tag,
  who: 'public',
  answer: status,
  handler: () => ({ status: 'ok' as const }),
});

const readyRoute = ({ isDraining, store }: HttpParts): Route =>
  defineRoute({
    method: 'GET',
    path: '/readyz',
    summary: 'Ready for traffic: the database answers, and the server is not shutting down',
    tag,
    who: 'public',
    answer: status,
    handler: async () => {
      if (isDraining()) throw new ChatError('draining');
      if (!(await store.isReady(READY_WITHIN))) throw new ChatError('storage_unavailable');
      return { status: 'ok' as const };
    },
  });

/** Of Prometheus' text format. */
const METRICS_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

const metricsRoute = ({ metrics }: HttpParts): Route =>
  defineRoute({
    method: 'GET',
    path: '/metrics',
    summary:
      'The figures of /v1/admin/stats for Prometheus; no token, but only from where Admin.AllowFrom lets in',
    tag,
    who: 'neighbour',
    bare: 'text/plain',
    answer: z.string(),
    handler: async ({ reply }) => {
      reply.type(METRICS_TYPE);
      return metrics();
    },
  });
