import type { Server } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { ChatError } from '../protocol/error-codes.ts';

/** Where a listener is reached. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

/** Opens the door; gives the address with the port it got (port 0 takes a free one). Rejects with conflict if it cannot. */
export async function listen(door: Server | FastifyInstance, address: Address): Promise<Address> {
  try {
    const server = 'server' in door ? await listenFastify(door, address) : await listenServer(door, address);
    const bound = server.address();
    return { host: address.host, port: typeof bound === 'object' ? (bound?.port ?? 0) : address.port };
  } catch (error) {
    throw toListenError(error, address);
  }
}

async function listenFastify(app: FastifyInstance, { host, port }: Address): Promise<Server> {
  await app.listen({ host, port });
  return app.server;
}

function listenServer(server: Server, { host, port }: Address): Promise<Server> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port }, () => {
      server.off('error', reject);
      resolve(server);
    });
  });
}

const REASONS: Readonly<Record<string, { readonly zh: string; readonly en: string }>> = {
  EADDRINUSE: { zh: '端口已被占用', en: 'the port is in use' },
  EACCES: { zh: '没有权限监听该端口', en: 'not allowed to listen on that port' },
  EADDRNOTAVAIL: { zh: '本机没有该地址', en: 'this machine has no such address' },
  ENOTFOUND: { zh: '无法解析该主机名', en: 'no such host name' },
};

function toListenError(error: unknown, { host, port }: Address): ChatError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const reason = REASONS[code] ?? { zh: '无法监听', en: 'cannot listen' };
  return new ChatError('conflict', {
    cause: error,
    text: { zh: `${host}:${port}: ${reason.zh}`, en: `${host}:${port}: ${reason.en}` },
  });
}
