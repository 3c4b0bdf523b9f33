import type { FastifyInstance } from 'fastify';
import { ChatError } from '../../protocol/error-codes.ts';

/** The seed's routes that are no chat (AI, to-do, approval, departments): a proxy sends them to the seed's back end. */
const FOREIGN = ['/v1/todo*', '/v1/approval*', '/v1/dep*'] as const;

/** Answers not_part_of_chatd there, in the seed's way, whatever was sent. */
export function installForeignRoutes(app: FastifyInstance): void {
  const options = {
    config: { seed: true },
    schema: { hide: true },
    onRequest: async () => {
      throw new ChatError('not_part_of_chatd');
    },
    handler: () => undefined,
  };
  app.route({ ...options, method: 'POST', url: '/v1/chat' });
  for (const url of FOREIGN)
    app.route({ ...options, method: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'], url });
}
