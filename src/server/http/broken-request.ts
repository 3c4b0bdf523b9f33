import type { Socket } from 'node:net';
import { ChatError } from '../../protocol/error-codes.ts';
import { toRefusal } from './answers.ts';

/** Answers bytes that were no HTTP request, where somebody may still read the answer, and ends the connection. */
export function answerBrokenRequest(error: Error & { readonly code?: string }, socket: Socket): void {
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  const [status, reason] = STATUSES[error.code ?? ''] ?? [400, 'Bad Request'];
  const refusal = toRefusal(new ChatError('invalid_field', { field: 'request', text: TEXT }), 'zh');
  const body = JSON.stringify({ ...refusal, code: status });
  const head = [
    `HTTP/1.1 ${status} ${reason}`,
    'Connection: close',
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}

const STATUSES: Readonly<Record<string, readonly [number, string]>> = {
  HPE_HEADER_OVERFLOW: [431, 'Request Header Fields Too Large'],
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'Request Timeout'],
};

const TEXT = { zh: '请求格式错误', en: 'not a well-formed HTTP request' } as const;
