import type { ServerResponse } from 'node:http';
import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Language } from '../../protocol/error-codes.ts';
import { type Refusal, toHttpAnswer } from './refusal.ts';

/** A refusal as the answer to a plain request. */
export function answerRequest(response: ServerResponse, refusal: Refusal, language: Language): void {
  const { status, headers, body } = toHttpAnswer(refusal, language);
  response.writeHead(status, headers).end(body);
}

/** A refusal on a bare socket, as the upgrade event hands it over. The socket ends with it. */
export function answerSocket(socket: Duplex, refusal: Refusal, language: Language): void {
  const { status, headers, body } = toHttpAnswer(refusal, language);
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  endWith(socket, [`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`, ...lines, '', body].join('\r\n'));
}

/** Writes `text` as the last thing, then lets the socket go whether or not the other side does. */
export function endWith(socket: Duplex, text: string): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  socket.once('finish', () => socket.destroy());
  socket.end(text);
}
