import type { FastifyInstance } from 'fastify';
import { createAddressSet, createClientAddressOf } from '../../protocol/client-address.ts';
import type { ClientAddress } from '../../protocol/client-address.ts';

declare module 'fastify' {
  interface FastifyRequest {
    from: ClientAddress;
  }
}

/** Has every request know where it comes from, believing X-Forwarded-For of trusted proxies only. Before other hooks. */
export function installClientAddress(app: FastifyInstance, trustedProxies: readonly string[]): void {
  const addressOf = createClientAddressOf(createAddressSet(trustedProxies));
  app.decorateRequest('from');
  app.addHook('onRequest', async (request) => {
    request.from = addressOf(request.raw.socket.remoteAddress, request.headers['x-forwarded-for']);
  });
}
