import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { answerRequest, endWith } from './answer.ts';
import type { Gateway } from './create-gateway.ts';
import { checkTarget } from './handshake.ts';
import { REFUSALS } from './refusal.ts';

/** How long a request may take to arrive, ms. */
const HEADERS_TIMEOUT = 10_000;
const MAX_HEADER_BYTES = 16 * 1024;

/**
 * An HTTP server for the WebSocket door alone, not listening yet. What is no upgrade is refused: 426 on `/ws`, 404
 * elsewhere; what is no HTTP gets 400.
 */
export function createListener(gateway: Pick<Gateway, 'handleUpgrade'>): Server {
  const server = createServer({
    headersTimeout: HEADERS_TIMEOUT,
    requestTimeout: HEADERS_TIMEOUT,
    connectionsCheckingInterval: 1000,
    maxHeaderSize: MAX_HEADER_BYTES,
  });
  server.on('upgrade', gateway.handleUpgrade);
  server.on('request', (request, response) => {
    const refusal = checkTarget(request) ?? REFUSALS.notWebSocket;
    answerRequest(response, refusal, prefersEnglish(request) ? 'en' : 'zh');
  });
  server.on('clientError', refuseBrokenRequest);
  return server;
}

function prefersEnglish({ headers }: IncomingMessage): boolean {
  return /^en\b/i.test(headers['accept-language'] ?? '');
}

const STATUS_OF: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
};

function refuseBrokenRequest(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (error.code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  const status = STATUS_OF[error.code ?? ''] ?? '400 Bad Request';
  endWith(socket, `HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
}
